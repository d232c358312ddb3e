import { describe, expect, it } from 'vitest';
import { isWorkloadIdentityError, type TrustBundle } from '../index.ts';
import { parseTrustBundle } from '../schemas.ts';

const DOMAIN = 'spiffe://prod.example.com';
const ec = { kty: 'EC', alg: 'ES256', crv: 'P-256', x: 'A'.repeat(43), y: 'B'.repeat(43) };
const pem = `-----BEGIN CERTIFICATE-----\n${'MIIB'.repeat(16)}\n-----END CERTIFICATE-----\n`;

type Changes = Record<string, unknown>;

const hmac = (changes: Changes = {}) => ({
  rung: 'hmac',
  issuer: 'self',
  keys: [{ secret: { env: 'SHARED' } }],
  subjects: [`${DOMAIN}/*`],
  ...changes,
});
const asymmetric = (changes: Changes = {}) => ({
  rung: 'asymmetric',
  issuer: `${DOMAIN}/orders`,
  keys: [ec],
  subjects: [`${DOMAIN}/orders`],
  ...changes,
});
const ca = (changes: Changes = {}) => ({
  rung: 'ca',
  issuer: 'certificate',
  anchors: [pem],
  subjects: [`${DOMAIN}/*`],
  ...changes,
});
const bundle = (changes: Changes = {}) => ({
  version: 1,
  trustDomain: 'prod.example.com',
  sequence: 7,
  authorities: [hmac(), asymmetric(), ca()],
  ...changes,
});

/** The mistakes found in a bundle, one per line. */
function mistakes(value: unknown): readonly string[] {
  try {
    parseTrustBundle(value);
  } catch (error) {
    if (!isWorkloadIdentityError(error, 'bundle_invalid')) throw error;
    const lines = error.message.split('\n');
    expect(lines[0]).toBe(
      `The trust bundle is not valid: ${lines.length - 2} mistake${lines.length === 3 ? '' : 's'}`,
    );
    return lines.slice(1, -1).map((line) => line.trim());
  }
  return [];
}

/** Expects exactly one mistake, and says where. */
function mistake(value: unknown, at: string): string {
  const found = mistakes(value);
  expect(found).toHaveLength(1);
  expect(found[0]?.startsWith(`${at}: found `), found[0]).toBe(true);
  return found[0] ?? '';
}

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
        ca({ anchors: [pem, pem.replaceAll('\n', '\r\n')] }),
      ],
      denied: {
        keys: ['A'.repeat(22), 'A'.repeat(43)],
        leaves: ['A'.repeat(43)],
        tokens: ['a'.repeat(16)],
        subjects: [`${DOMAIN}/retired/*`],
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

describe('a public key of a bundle', () => {
  const key = (changes: Changes) => bundle({ authorities: [asymmetric({ keys: [{ ...ec, ...changes }] })] });
  const at = (name: string) => `authorities[0].keys[0].${name}`;

  it('attack 6: names the one algorithm that fits it', () => {
    for (const alg of [undefined, 'HS256', 'none', 'EdDSA', 'ES512', 'es256', null]) {
      expect(mistake(key({ alg }), at('alg'))).toContain('"ES256", "ES384", "Ed25519", "PS256", "RS256"');
    }
    mistake(key({ crv: 'P-384' }), at('crv'));
    mistake(key({ crv: 'secp256k1' }), at('crv'));
    mistake(key({ kty: 'RSA' }), at('kty'));
    const okp = { kty: 'OKP', alg: 'Ed25519', crv: 'X25519', x: 'A'.repeat(43) };
    mistake(bundle({ authorities: [asymmetric({ keys: [okp] })] }), at('crv'));
    const small = { kty: 'RSA', alg: 'PS256', n: 'A'.repeat(171), e: 'AQAB' };
    mistake(bundle({ authorities: [asymmetric({ keys: [small] })] }), at('n'));
  });

  it('attack 6: is for verifying signatures', () => {
    mistake(key({ use: 'enc' }), at('use'));
    for (const ops of [[], ['sign'], ['verify', 'sign'], 'verify', null]) {
      expect(mistakes(key({ key_ops: ops })).length).toBeGreaterThan(0);
    }
  });

  it('is public: private and symmetric members are refused and never shown', () => {
    for (const name of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']) {
      const line = mistake(key({ [name]: 'c2VjcmV0' }), at(name));
      expect(line).toContain('remove it: it belongs to a key that is not public');
      expect(line).not.toContain('c2VjcmV0');
    }
    expect(mistakes(key({ kty: 'oct', k: 'c2VjcmV0' })).join('\n')).not.toContain('c2VjcmV0');
  });

  it('is a JWK, not PEM and not a set', () => {
    for (const value of [
      '-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----',
      { keys: [ec] },
      [ec],
      null,
    ]) {
      expect(mistakes(bundle({ authorities: [asymmetric({ keys: [value] })] })).length).toBeGreaterThan(0);
    }
    mistake(key({ x5c: [] }), 'authorities[0].keys[0]');
    mistake(key({ x: `${'A'.repeat(42)}=` }), at('x'));
  });
});

describe('an HMAC key of a bundle', () => {
  const key = (value: unknown) => bundle({ authorities: [hmac({ keys: [value] })] });
  const at = (name: string) => `authorities[0].keys[0].${name}`;
  const secret = 'c3VwZXIgc2VjcmV0IHZhbHVl';

  it.each([
    secret,
    'hunter2',
    '',
    null,
    42,
    { value: 'hunter2' },
    { env: secret, file: 'hunter2' },
    {},
    ['hunter2'],
    { kty: 'oct', k: 'hunter2' },
  ])('refers to its secret, and a value in its place is not shown', (value) => {
    const found = mistakes(key({ secret: value }));
    expect(found.length).toBeGreaterThan(0);
    for (const line of found) {
      expect(line.startsWith(at('secret'))).toBe(true);
      expect(line).not.toMatch(/hunter2|c3VwZXI|42/);
    }
  });

  it('tells a name from a secret', () => {
    for (const env of ['MY SECRET', 'a-b', '1A', 'c3Vw/ZXI=', '']) {
      expect(mistake(key({ secret: { env } }), at('secret.env'))).toContain('not the secret');
    }
    expect(mistake(key({ secret: { file: '/a\0b' } }), at('secret.file'))).toContain('not the secret');
  });

  it('is the secret itself, or scoped to audiences one way', () => {
    const reference = { env: 'SHARED' };
    mistake(key({ secret: reference, audience: 'a', deriveFor: ['b'] }), at('deriveFor'));
    mistake(key({ secret: reference, audience: 'a', alg: 'HS512' }), at('alg'));
    mistake(key({ secret: reference, deriveFor: ['a'], alg: 'HS384' }), at('alg'));
    mistake(key({ secret: reference, deriveFor: [] }), at('deriveFor'));
    mistake(key({ secret: reference, audience: 'a b' }), at('audience'));
    mistake(key({ secret: reference, alg: 'ES256' }), at('alg'));
    mistake(key('inline-secret'), 'authorities[0].keys[0]');
  });
});

describe('an anchor', () => {
  it.each([
    '',
    'MIIB',
    pem + pem,
    `Certificate:\n${pem}`,
    `${pem}trailing`,
    pem.replaceAll('CERTIFICATE', 'PRIVATE KEY'),
    pem.replaceAll('CERTIFICATE', 'TRUSTED CERTIFICATE'),
    pem.replace('MIIB', 'MI-B'),
    `-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----`,
    `${' '.repeat(16_384)}${pem}`,
    null,
    [pem],
  ])('%# is not exactly one certificate, and is not shown', (anchor) => {
    const found = mistakes(bundle({ authorities: [ca({ anchors: [anchor] })] }));
    expect(found.length).toBeGreaterThan(0);
    for (const line of found) {
      expect(line.startsWith('authorities[0].anchors[0]: found ')).toBe(true);
      expect(line).not.toContain('MIIB');
    }
  });

  it('is refused in linear time', () => {
    const start = performance.now();
    for (const text of [' '.repeat(16_384), '\n'.repeat(16_384), pem.slice(0, -26) + 'A\n'.repeat(8_000)]) {
      mistakes(bundle({ authorities: [ca({ anchors: [text] })] }));
    }
    expect(performance.now() - start).toBeLessThan(200);
  });
});

describe('what is denied', () => {
  it('has the form of what it denies', () => {
    for (const keys of [['A'.repeat(21)], ['A'.repeat(44)], ['A'.repeat(42)], [1], 'A']) {
      expect(mistakes(bundle({ denied: { keys } })).length).toBeGreaterThan(0);
    }
    mistake(bundle({ denied: { leaves: ['A'.repeat(22)] } }), 'denied.leaves[0]');
    mistake(bundle({ denied: { leaves: [`${'A'.repeat(42)}B`] } }), 'denied.leaves[0]');
    mistake(bundle({ denied: { tokens: ['short'] } }), 'denied.tokens[0]');
    mistake(bundle({ denied: { subjects: ['*'] } }), 'denied.subjects[0]');
  });
});
