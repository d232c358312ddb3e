import { describe, expect, it } from 'vitest';
import {
  asymmetric,
  bundle,
  type Changes,
  ca,
  ec,
  hmac,
  mistake,
  mistakes,
  pem,
} from '../../test/bundles.ts';

describe('a public key of a bundle', () => {
  const key = (changes: Changes) => bundle({ authorities: [asymmetric({ keys: [{ ...ec, ...changes }] })] });
  const at = (name: string) => `authorities[0].keys[0].${name}`;

  it('attack 06: names the one algorithm that fits it', () => {
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

  it('attack 06: is for verifying signatures', () => {
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
