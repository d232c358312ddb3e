import type { KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, type JWK } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { BILLING, ORDERS, SHIPPING, STS } from '../support/names.ts';
import { type Outcome, verdict } from '../support/outcome.ts';
import { pairSigning, type Signing } from '../support/signing.ts';
import { headerOf, segments, tokenOf } from '../support/tokens.ts';
import { bundleOf, issuing, makeWorld, open, verifierOf, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await makeWorld();
});

const jwkOf = (key: KeyObject): JWK => key.export({ format: 'jwk' }) as JWK;

describe('attack 07: a key inside the token', () => {
  test('an unknown kid with a valid self-signed jwk is refused', async () => {
    const verifier = verifierOf(world.source);
    for (const algorithm of ['ES256', 'Ed25519', 'PS256'] as const) {
      const attacker = await pairSigning(algorithm);
      expect(await verdict(verifier, tokenOf(attacker))).toBe('key_unknown');
      expect(await verdict(verifier, tokenOf(attacker, {}, { jwk: attacker.jwk }))).toBe('header_invalid');
      expect(await verdict(verifier, tokenOf(attacker, {}, { jwk: attacker.jwk, kid: undefined }))).toBe(
        'header_invalid',
      );
      const trusted = world.pairs[algorithm];
      const posing = tokenOf({ ...attacker, kid: trusted.kid }, {}, { jwk: attacker.jwk });
      expect(await verdict(verifier, posing)).toBe('header_invalid');
    }
  });

  test('a jwk is refused beside the signature of a trusted key, whatever it holds', async () => {
    for (const jwk of [world.pairs.ES256.jwk, null, {}, '', false]) {
      expect(await verdict(verifierOf(world.source), tokenOf(world.pairs.ES256, {}, { jwk }))).toBe(
        'header_invalid',
      );
    }
  });
});

describe('attack 20: identifiers of keys', () => {
  const malformed: readonly unknown[] = [
    ...[
      '',
      ' ',
      '../../dev/null',
      '/etc/passwd',
      "' OR 1=1 --",
      'https://evil.example/key',
      'a'.repeat(65_536),
    ],
    ...[
      '__proto__',
      'constructor',
      'toString',
      'A'.repeat(21),
      'A'.repeat(23),
      'A'.repeat(42),
      'A'.repeat(44),
    ],
    ...['A'.repeat(21).concat('='), 'A'.repeat(21).concat('\n'), `${'A'.repeat(22)}\n`, 'Ａ'.repeat(22)],
    ...[0, 1, -1, null, true, [], {}, ['A'.repeat(22)], { toString: 'A'.repeat(22) }],
  ];

  test('whatever is not the form of one is refused', async () => {
    const verifier = verifierOf(world.source);
    for (const kid of malformed) {
      const expected = kid === malformed[6] ? 'token_too_large' : 'header_invalid';
      const outcome = await verdict(verifier, tokenOf(world.secrets.HS256, {}, { kid }));
      const shown = JSON.stringify(kid).slice(0, 30);
      expect([shown, outcome]).toEqual([shown, expected]);
    }
    expect(await verdict(verifier, tokenOf(world.secrets.HS256, {}, { kid: undefined }))).toBe(
      'header_invalid',
    );
  });

  test('the right form that names no key is refused, and nothing inherited is found', async () => {
    const verifier = verifierOf(world.source);
    for (const kid of ['A'.repeat(22), 'A'.repeat(43), '__proto____proto____pg', 'hasOwnPropertyhasOwnPA']) {
      expect(await verdict(verifier, tokenOf(world.secrets.HS256, {}, { kid }))).toBe('key_unknown');
    }
  });

  test('another spelling of the same bytes is no identifier', async () => {
    const { HS256 } = world.secrets;
    const bytes = Buffer.from(HS256.kid, 'base64url');
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    for (const letter of alphabet) {
      const kid = HS256.kid.slice(0, -1) + letter;
      if (kid === HS256.kid || !Buffer.from(kid, 'base64url').equals(bytes)) continue;
      expect(await verdict(verifierOf(world.source), tokenOf(HS256, {}, { kid }))).toBe('header_invalid');
    }
  });
});

describe('attack 22: a key speaks for its own issuer alone', () => {
  const other = 'https://other.example.com';

  test('issuer B gets no token past under the key of issuer A, also after one of A was cached', async () => {
    const [a, b] = [await pairSigning('ES256'), await pairSigning('ES256')];
    const source = await open(bundleOf([issuing(a), { ...issuing(b), issuer: other }]));
    const verifier = verifierOf(source);
    expect(await verdict(verifier, tokenOf(a))).toBe('accepted');
    expect(await verdict(verifier, tokenOf(a, { iss: other }))).toBe('issuer_not_allowed');
    expect(await verdict(verifier, tokenOf({ ...b, kid: a.kid }, { iss: other }))).toBe('signature_invalid');
    expect(await verdict(verifier, tokenOf(b, { iss: other }))).toBe('accepted');
    expect(await verdict(verifier, tokenOf(b))).toBe('issuer_not_allowed');
  });

  test('two keys whose identifier and issuer read the same when joined are two keys', async () => {
    const verifier = verifierOf(world.source);
    const { ES256 } = world.pairs;
    for (const joined of [`${ES256.kid}|${STS}`, `${ES256.kid}:${STS}`, `${STS}#${ES256.kid}`]) {
      expect(await verdict(verifier, tokenOf(ES256, {}, { kid: joined }))).toBe('header_invalid');
      expect(await verdict(verifier, tokenOf(ES256, { iss: joined }))).not.toBe('accepted');
    }
  });

  test('one key in two authorities speaks for each within its own bounds, and never for both at once', async () => {
    const pair = await pairSigning('ES256');
    const source = await open(
      bundleOf([
        { ...issuing(pair), subjects: [ORDERS] },
        { ...issuing(pair), issuer: other, subjects: [SHIPPING] },
      ]),
    );
    const verifier = verifierOf(source);
    const says = (iss: string, sub: string): Promise<Outcome> =>
      verdict(verifier, tokenOf(pair, { iss, sub }));
    expect(await says(STS, ORDERS)).toBe('accepted');
    expect(await says(other, SHIPPING)).toBe('accepted');
    expect(await says(STS, SHIPPING)).toBe('subject_not_allowed');
    expect(await says(other, ORDERS)).toBe('subject_not_allowed');
    expect(await says(BILLING, ORDERS)).toBe('issuer_not_allowed');
  });

  test('a holder of a shared secret speaks for itself alone', async () => {
    const verifier = verifierOf(world.source);
    const { HS256 } = world.secrets;
    expect(await verdict(verifier, tokenOf(HS256, { iss: BILLING }))).toBe('issuer_not_allowed');
    expect(await verdict(verifier, tokenOf(HS256, { iss: STS }))).toBe('issuer_not_allowed');
    expect(await verdict(verifier, tokenOf(HS256, { iss: BILLING, sub: BILLING }))).toBe('accepted');
  });
});

test('the identifier of a key is the thumbprint other libraries compute', async () => {
  for (const pair of Object.values(world.pairs)) {
    const signing: Signing = { ...pair, kid: await calculateJwkThumbprint(jwkOf(pair.publicKey)) };
    expect(await verdict(verifierOf(world.source), tokenOf(signing))).toBe('accepted');
    expect(headerOf(signing).kid).toBe(pair.kid);
    expect(segments(tokenOf(signing))).toHaveLength(3);
  }
});
