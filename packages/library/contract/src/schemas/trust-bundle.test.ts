import { describe, expect, it } from 'vitest';
import { asymmetric, bundle, ca, DOMAIN, ec, hmac, mistake, mistakes, pem } from '../../test/bundles.ts';
import type { TrustBundle } from '../index.ts';
import { parseTrustBundle } from '../schemas.ts';

describe('parseTrustBundle', () => {
  it('reads a bundle with all its parts, and returns a copy', () => {
    const whole = bundle({
      refreshHint: 60,
      authorities: [
        hmac({
          issuer: 'https://sts.example.com',
          notAfter: '2026-02-28T12:00:00.5Z',
          keys: [
            { secret: { file: '/run/secrets/a' }, alg: 'HS512' },
            { secret: { env: 'ROOT' }, deriveFor: ['billing'] },
            { secret: { env: 'DERIVED' }, audience: 'billing', alg: 'HS256' },
          ],
        }),
        asymmetric({
          keys: [
            { ...ec, use: 'sig', key_ops: ['verify'], ext: true, kid: 'mine' },
            { kty: 'EC', alg: 'ES384', crv: 'P-384', x: 'A'.repeat(64), y: 'A'.repeat(64) },
            { kty: 'OKP', alg: 'Ed25519', crv: 'Ed25519', x: 'A'.repeat(43) },
            { kty: 'RSA', alg: 'PS256', n: 'A'.repeat(342), e: 'AQAB' },
            { kty: 'RSA', alg: 'RS256', n: 'A'.repeat(1_366), e: 'AQAB' },
          ],
        }),
        ca({ anchors: [pem, pem.replaceAll('\n', '\r\n')], services: ['https://sts.example.com'] }),
      ],
      denied: {
        keys: ['A'.repeat(22), 'A'.repeat(43)],
        tokens: ['a'.repeat(16)],
        subjects: [`${DOMAIN}/retired/*`, 'https://sts.example.com'],
        issuedBefore: '2026-01-01T00:00:00Z',
      },
    });
    const read = parseTrustBundle(whole);
    expect(read).toEqual(whole);
    whole.sequence = 8;
    (whole.authorities as unknown[]).length = 0;
    expect([read.sequence, read.authorities.length]).toEqual([7, 3]);
  });

  it('attack 49: survives being written and read again', () => {
    const once: TrustBundle = parseTrustBundle(bundle({ denied: { tokens: ['a'.repeat(16)] } }));
    expect(parseTrustBundle(JSON.parse(JSON.stringify(once)))).toEqual(once);
  });

  it('reads a bundle that trusts nobody', () => {
    expect(parseTrustBundle(bundle({ authorities: [] })).authorities).toEqual([]);
  });

  it.each([undefined, null, 1, [], 'bundle', true])('refuses %j', (value) => {
    mistake(value, 'the document');
  });

  it('lists every mistake at once, whatever the others are', () => {
    const found = mistakes({
      version: 2,
      trustDomain: 'prod.example.com',
      sequenze: 1,
      authorities: [
        hmac({ subjects: ['spiffe://other.example/*', 5], notAfter: '2026-02-30T00:00:00Z' }),
        { rung: 'asymetric' },
        asymmetric({ issuer: 'self', keys: [] }),
        hmac({ keys: [{ secret: 'inline', audience: 'a', deriveFor: ['b'] }] }),
      ],
      denied: { subjects: ['spiffe://other.example/a'] },
    });
    const paths = found.map((line) => line.slice(0, line.indexOf(': found')));
    expect(paths.sort()).toEqual(
      [
        'version',
        'sequence',
        'the document',
        'authorities[0].subjects[0]',
        'authorities[0].subjects[1]',
        'authorities[0].notAfter',
        'authorities[1].rung',
        'authorities[2].issuer',
        'authorities[2].keys',
        'authorities[3].keys[0].secret',
        'authorities[3].keys[0].deriveFor',
        'denied.subjects[0]',
      ].sort(),
    );
  });

  it('names the key that was meant', () => {
    const line = mistake(bundle({ authorities: [{ ...hmac(), subject: [] }] }), 'authorities[0]');
    expect(line).toContain('the unknown key `subject`');
    expect(line).toContain('allowed: `rung`, `issuer`, `keys`, `subjects`, `notAfter`');
    expect(line).toContain('write `subjects` instead');
    expect(mistake(bundle({ $schema: 'x' }), 'the document')).toContain('remove what is not allowed');
    for (const part of ['denied']) expect(mistake(bundle({ [part]: { kid: [] } }), part)).toContain('`keys`');
  });

  it('names the rung that was meant', () => {
    const line = mistake(bundle({ authorities: [{ ...hmac(), rung: 'hmca' }] }), 'authorities[0].rung');
    expect(line).toContain('found "hmca"; allowed: "hmac", "asymmetric", "ca"; write "hmac" instead');
  });

  it.each([-1, 1.5, '1', 2 ** 53, null, Number.NaN])('refuses the sequence %j', (sequence) => {
    mistake(bundle({ sequence }), 'sequence');
  });

  it.each([0, 86_401, 1.5, '60'])('refuses the refresh hint %j', (refreshHint) => {
    mistake(bundle({ refreshHint }), 'refreshHint');
  });

  it.each(['', 'Prod.example.com', 'spiffe://prod.example.com', 'a/b', null])(
    'refuses the trust domain %j',
    (trustDomain) => {
      const found = mistakes(bundle({ trustDomain }));
      expect(found.some((line) => line.startsWith('trustDomain: found '))).toBe(true);
    },
  );

  it.each([
    '2026-01-01',
    '2026-01-01T00:00:00',
    '2026-01-01T00:00:00+01:00',
    '2026-01-01t00:00:00z',
    '2026-01-01 00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:00:60Z',
    '2026-01-01T00:00:00.Z',
    '1767225600',
    1_767_225_600,
    null,
  ])('refuses the time %j', (time) => {
    mistake(bundle({ authorities: [hmac({ notAfter: time })] }), 'authorities[0].notAfter');
    mistake(bundle({ denied: { issuedBefore: time } }), 'denied.issuedBefore');
  });
});

describe('the trust domain of a bundle', () => {
  it('holds every subject and every issuer that is a workload', () => {
    for (const other of [
      'spiffe://other.example/a',
      'spiffe://prod.example.com.evil.example/a',
      'spiffe://rod.example.com/a',
    ]) {
      mistake(bundle({ authorities: [hmac({ subjects: [other] })] }), 'authorities[0].subjects[0]');
      mistake(
        bundle({ authorities: [hmac(), ca({ subjects: [`${other}/*`] })] }),
        'authorities[1].subjects[0]',
      );
      mistake(bundle({ authorities: [hmac({ issuer: other })] }), 'authorities[0].issuer');
      mistake(bundle({ authorities: [asymmetric({ issuer: other })] }), 'authorities[0].issuer');
      mistake(bundle({ denied: { subjects: [other] } }), 'denied.subjects[0]');
    }
    expect(mistakes(bundle({ authorities: [asymmetric({ issuer: 'https://sts.other.example' })] }))).toEqual(
      [],
    );
  });
});

describe('an authority', () => {
  it.each([
    ['a self-speaking key pair', asymmetric({ issuer: 'self' })],
    ['a certificate that is none', hmac({ issuer: 'certificate' })],
    ['a chain with an issuer of its own', ca({ issuer: `${DOMAIN}/orders` })],
    ['a trust domain as issuer', asymmetric({ issuer: DOMAIN })],
    ['a URL with a slash', asymmetric({ issuer: 'https://sts.example.com/' })],
    ['a pattern as issuer', hmac({ issuer: `${DOMAIN}/*` })],
  ])('refuses %s', (_, authority) => {
    mistake(bundle({ authorities: [authority] }), 'authorities[0].issuer');
  });

  it('has at least one subject, and one key or anchor', () => {
    for (const make of [hmac, asymmetric, ca])
      mistake(bundle({ authorities: [make({ subjects: [] })] }), 'authorities[0].subjects');
    mistake(bundle({ authorities: [hmac({ keys: [] })] }), 'authorities[0].keys');
    mistake(bundle({ authorities: [asymmetric({ keys: [] })] }), 'authorities[0].keys');
    mistake(bundle({ authorities: [ca({ anchors: [] })] }), 'authorities[0].anchors');
  });

  it('attack 24: takes no regular expression for a subject', () => {
    for (const subject of ['spiffe://prod.example.com/.*', '/orders/', '^spiffe', { source: '.*' }]) {
      mistake(bundle({ authorities: [hmac({ subjects: [subject] })] }), 'authorities[0].subjects[0]');
    }
  });

  it('is one of at most 256, with at most 1024 keys', () => {
    const many = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);
    expect(mistakes(bundle({ authorities: many(256, hmac()) }))).toEqual([]);
    expect(mistake(bundle({ authorities: many(257, hmac()) }), 'authorities')).toContain('at most 256 items');
    mistake(bundle({ authorities: [asymmetric({ keys: many(1_025, ec) })] }), 'authorities[0].keys');
    const tokens = Array.from({ length: 100_001 }, (_, at) => `token-${at}`.padEnd(16, '-'));
    mistake(bundle({ denied: { tokens } }), 'denied.tokens');
    expect(mistakes(bundle({ denied: { tokens: tokens.slice(1) } }))).toEqual([]);
  });
});

describe('what is denied', () => {
  it('has the form of what it denies', () => {
    for (const keys of [['A'.repeat(21)], ['A'.repeat(44)], ['A'.repeat(42)], [1], 'A']) {
      expect(mistakes(bundle({ denied: { keys } })).length).toBeGreaterThan(0);
    }
    for (const keys of [[`${'A'.repeat(21)}B`], [`${'A'.repeat(42)}B`]])
      mistake(bundle({ denied: { keys } }), 'denied.keys[0]');
    mistake(bundle({ denied: { subjects: ['https://sts.example.com/'] } }), 'denied.subjects[0]');
    mistake(bundle({ denied: { subjects: ['https://sts.example.com/*'] } }), 'denied.subjects[0]');
    mistake(bundle({ denied: { tokens: ['short'] } }), 'denied.tokens[0]');
    mistake(bundle({ denied: { subjects: ['*'] } }), 'denied.subjects[0]');
  });
});
