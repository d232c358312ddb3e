import { generateKeyPairSync, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createBundleSource, HmacKey } from '../../src/index.ts';
import { ORDERS } from '../support/names.ts';
import { outcomeOf } from '../support/outcome.ts';
import { secretSigning } from '../support/signing.ts';
import { bundleOf, envOf, sharing } from '../support/world.ts';

const fromBytes = (secret: unknown): Promise<string> => outcomeOf(HmacKey.fromSecret(secret as Uint8Array));
const fromText = (text: unknown): Promise<string> => outcomeOf(HmacKey.parse(text as string));

describe('attack 02: a key document as secret', () => {
  const pairs = {
    'P-256': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    Ed25519: generateKeyPairSync('ed25519'),
    RSA: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  };

  test.each(Object.entries(pairs))('of %s is refused in every form', async (_, { publicKey, privateKey }) => {
    const spki = publicKey.export({ format: 'der', type: 'spki' });
    const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' });
    const pem = publicKey.export({ format: 'pem', type: 'spki' }) as string;
    const jwk = publicKey.export({ format: 'jwk' });
    const forms: [string, Uint8Array][] = [
      ['PEM', Buffer.from(pem)],
      ['PEM after a space', Buffer.from(` ${pem}`)],
      ['PEM after a byte order mark', Buffer.from(`\u{feff}${pem}`)],
      ['PEM after a line of junk', Buffer.from(`key of production\n${pem}`)],
      ['JWK', Buffer.from(JSON.stringify(jwk))],
      ['JWK with spaces', Buffer.from(JSON.stringify(jwk, undefined, 2))],
      ['JWK with junk after it', Buffer.from(`${JSON.stringify(jwk)}junk`)],
      ['JWKS', Buffer.from(JSON.stringify({ keys: [jwk] }))],
      ['JWK whose members are escaped', Buffer.from(JSON.stringify(jwk).replace('"kty"', '"\\u006bty"'))],
      ['list of JWKs', Buffer.from(JSON.stringify([jwk]))],
      ['SPKI', spki],
      ['SPKI with a line break', Buffer.concat([spki, Buffer.from('\n')])],
      ['SPKI as base64', Buffer.from(spki.toString('base64'))],
      ['SPKI as base64url', Buffer.from(spki.toString('base64url'))],
    ];
    if (pkcs8.length <= 1024) forms.push(['PKCS#8', pkcs8]);
    for (const [form, secret] of forms)
      expect([form, await fromBytes(secret)]).toEqual([form, 'key_invalid']);
    for (const [form, secret] of forms) {
      const outcome = await fromText(Buffer.from(secret).toString('base64'));
      expect([`${form} as base64`, outcome]).toEqual([`${form} as base64`, 'key_invalid']);
    }
    const body = pem.replaceAll(/-----[A-Z ]+-----/g, '').trim();
    for (const text of [pem, ` ${pem}`, body, JSON.stringify(jwk)])
      expect(await fromText(text)).toBe('key_invalid');
  });

  test('an SSH key is refused', async () => {
    const line = `ssh-ed25519 ${randomBytes(51).toString('base64')} someone@example.com`;
    expect(await fromBytes(Buffer.from(line))).toBe('key_invalid');
    expect(await fromBytes(Buffer.from(`\n${line}`))).toBe('key_invalid');
  });

  test('random bytes are not mistaken for one, whatever they begin with', async () => {
    const starts = [
      [0x7b],
      [0x5b],
      [0x30],
      [0x30, 0x1e],
      [0x30, 0x1e, 0x02],
      [0x30, 0x1e, 0x30],
      [0x20, 0x7b],
      [0x22],
    ];
    for (const start of starts) {
      for (let round = 0; round < 20; round++) {
        const secret = randomBytes(32);
        secret.set(start);
        expect([start, await fromBytes(secret)]).toEqual([start, 'accepted']);
      }
    }
  });

  test('a key can be derived for every audience', async () => {
    const root = await HmacKey.fromSecret(randomBytes(32));
    for (let at = 0; at < 2_000; at++) {
      expect((await root.forAudience(`spiffe://prod.example.com/service-${at}`)).keyId).toHaveLength(22);
    }
  });
});

describe('attack 05: an empty or short secret', () => {
  test.each([undefined, null, '', ' ', '\n', false, 0, 'secret', [], {}, 'A'.repeat(42), '='.repeat(44)])(
    'the text %j is refused',
    async (text) => {
      expect(await fromText(text)).toBe('key_invalid');
    },
  );

  test.each([undefined, null, '', 'a'.repeat(64), false, [], {}, new ArrayBuffer(32)])(
    '%j instead of bytes is refused',
    async (secret) => {
      expect(await fromBytes(secret)).toBe('key_invalid');
    },
  );

  test('fewer bytes than the hash has, and far too many, are refused', async () => {
    for (const length of [0, 1, 16, 31]) expect(await fromBytes(randomBytes(length))).toBe('key_invalid');
    expect(await fromBytes(randomBytes(32))).toBe('accepted');
    expect(await fromBytes(randomBytes(1024))).toBe('accepted');
    expect(await fromBytes(randomBytes(1025))).toBe('key_invalid');
    for (const [algorithm, least] of [
      ['HS384', 48],
      ['HS512', 64],
    ] as const) {
      expect(await outcomeOf(HmacKey.fromSecret(randomBytes(least - 1), algorithm))).toBe('key_invalid');
      expect(await outcomeOf(HmacKey.fromSecret(randomBytes(least), algorithm))).toBe('accepted');
    }
  });

  test('bytes no generator yields are refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 15 }), async (pattern) => {
        const secret = Buffer.alloc(64, pattern);
        expect(await fromBytes(secret)).toBe('key_invalid');
      }),
    );
    expect(await fromBytes(Buffer.alloc(32))).toBe('key_invalid');
    expect(await fromBytes(Buffer.alloc(1024, 'password'))).toBe('key_invalid');
  });

  test.each(['', ' \n', 'c2hvcnQ=', 'A'.repeat(44)])(
    'a bundle whose reference leads to %j never comes into force',
    async (text) => {
      const signing = secretSigning();
      const source = createBundleSource({
        bundle: bundleOf([sharing(signing)]),
        readSecret: async (reference) => (reference.env === envOf(signing.kid) ? text : ''),
        pollInterval: 0,
      });
      expect(await outcomeOf(source.ready())).toBe('key_invalid');
      expect(await outcomeOf(Promise.resolve().then(() => source.current()))).toBe('bundle_unavailable');
    },
  );

  test('a key derived for one audience derives no other', async () => {
    const derived = await (await HmacKey.fromSecret(randomBytes(32))).forAudience(ORDERS);
    expect(await outcomeOf(derived.forAudience(`${ORDERS}/x`))).toBe('key_invalid');
    expect(await derived.forAudience(ORDERS)).toBe(derived);
  });
});
