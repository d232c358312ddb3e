import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { Algorithm } from '@workload-identity/contract';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Engine, EngineKey, MaybePromise } from '../src/engine/engine.ts';
import { engine as node } from '../src/engine/node.ts';
import { engine as web } from '../src/engine/web.ts';
import { ENGINES, headerFor, jwkOf, PAIRS, pairNames, publicOf, says } from './support/engines.ts';
import { pick, seeded } from './support/mutations.ts';
import { signAs } from './support/signing.ts';
import { b64, segments } from './support/tokens.ts';

const SECRETS = { HS256: randomBytes(32), HS384: randomBytes(48), HS512: randomBytes(64) } as const;
const secretNames = Object.keys(SECRETS) as (keyof typeof SECRETS)[];

interface Held {
  readonly algorithm: Algorithm;
  readonly private: readonly EngineKey[];
  readonly public: readonly EngineKey[];
}

const held = new Map<Algorithm, Held>();
const keys: Partial<Record<Algorithm, KeyObject>> = {};
beforeAll(async () => {
  for (const algorithm of secretNames) {
    const imported = await Promise.all(
      ENGINES.map(([, engine]) => engine.importSecret(algorithm, SECRETS[algorithm])),
    );
    held.set(algorithm, { algorithm, private: imported, public: imported });
  }
  for (const algorithm of pairNames) {
    const key = PAIRS[algorithm]();
    keys[algorithm] = key;
    held.set(algorithm, {
      algorithm,
      private: await Promise.all(ENGINES.map(([, engine]) => engine.importPrivateKey(algorithm, jwkOf(key)))),
      public: await Promise.all(
        ENGINES.map(([, engine]) => engine.importPublicKey(algorithm, publicOf(jwkOf(key)))),
      ),
    });
  }
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  keys.RS256 = rsa;
  held.set('RS256', {
    algorithm: 'RS256',
    private: [],
    public: await Promise.all(
      ENGINES.map(([, engine]) => engine.importPublicKey('RS256', publicOf(jwkOf(rsa)))),
    ),
  });
});

const keyOf = (algorithm: Algorithm): Held => held.get(algorithm) as Held;

/** The verdicts of both engines on one token. */
function verdicts(algorithm: Algorithm, token: string): Promise<unknown[]> {
  const { public: imported } = keyOf(algorithm);
  return Promise.all(
    ENGINES.map(([, engine], at) =>
      says(() => engine.verify(imported[at] as EngineKey, token, token.lastIndexOf('.'))),
    ),
  );
}

const signed = (algorithm: Algorithm, payload = '{"ä":1}', at = 0): MaybePromise<string> =>
  (at === 0 ? node : web).signer(keyOf(algorithm).private[at] as EngineKey, headerFor(algorithm))(payload);

describe('both engines', () => {
  test.each([...secretNames, ...pairNames])(
    '%s: verify what either of them signed, and write the same',
    async (algorithm) => {
      const [byNode, byWeb] = [await signed(algorithm), await signed(algorithm, undefined, 1)];
      expect(await verdicts(algorithm, byNode)).toEqual([true, true]);
      expect(await verdicts(algorithm, byWeb)).toEqual([true, true]);
      expect(segments(byWeb).slice(0, 2)).toEqual(segments(byNode).slice(0, 2));
      const deterministic = algorithm.startsWith('HS') || algorithm === 'Ed25519';
      if (deterministic) expect(byWeb).toBe(byNode);
    },
  );

  test('EdDSA is another name of Ed25519', async () => {
    const input = `${b64(JSON.stringify(headerFor('EdDSA')))}.${b64('{}')}`;
    const token = `${input}.${b64(sign(null, Buffer.from(input), keys.Ed25519 as KeyObject))}`;
    expect(await verdicts('Ed25519', token)).toEqual([true, true]);
  });

  test.each([...secretNames, ...pairNames, 'RS256'] as const)(
    '%s: give one verdict on altered tokens',
    async (algorithm) => {
      const random = seeded(algorithm.length + algorithm.charCodeAt(2));
      const input = `${b64(JSON.stringify(headerFor(algorithm)))}.${b64('{"a":1}')}`;
      const good =
        algorithm === 'RS256'
          ? `${input}.${b64(signAs('RS256', keys.RS256 as KeyObject, input))}`
          : await signed(algorithm, '{"a":1}');
      expect(await verdicts(algorithm, good)).toEqual([true, true]);
      const [header, payload, signature] = segments(good);
      for (let round = 0; round < 150; round++) {
        const bytes = Buffer.from(signature, 'base64url');
        const at = Math.floor(random() * bytes.length);
        bytes[at] = (bytes[at] as number) ^ (1 << Math.floor(random() * 8));
        const changed = pick(random, [
          `${header}.${payload}.${b64(bytes)}`,
          `${header}.${payload}.${b64(bytes.subarray(0, at))}`,
          `${header}.${payload}.${b64(Buffer.concat([bytes, bytes.subarray(0, 1)]))}`,
          `${header}.${b64(`{"a":${round}2}`)}.${signature}`,
        ]);
        expect([changed, await verdicts(algorithm, changed)]).toEqual([changed, [false, false]]);
      }
    },
  );

  test.each([
    ['ES256', 32, 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'],
    [
      'ES384',
      48,
      'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
    ],
  ] as const)(
    'attack 33: %s: refuse malformed numbers, DER and other lengths',
    async (algorithm, half, order) => {
      const [header, payload, signature] = segments(await signed(algorithm));
      const bytes = Buffer.from(signature, 'base64url');
      const n = BigInt(`0x${order}`);
      const number = (value: bigint): Buffer =>
        Buffer.from(value.toString(16).padStart(2 * half, '0'), 'hex');
      const bad = [0n, n, n + 1n, 2n ** BigInt(8 * half) - 1n].map(number);
      const parts = [bytes.subarray(0, half), bytes.subarray(half), number(1n), ...bad];
      const hash = algorithm === 'ES256' ? 'sha256' : 'sha384';
      const der = sign(hash, Buffer.from(`${header}.${payload}`), keys[algorithm] as KeyObject);
      const forged = [
        der,
        Buffer.alloc(0),
        Buffer.concat([bytes, Buffer.alloc(1)]),
        Buffer.concat([Buffer.alloc(1), bytes]),
      ];
      for (const r of parts)
        for (const s of parts) if (bad.includes(r) || bad.includes(s)) forged.push(Buffer.concat([r, s]));
      for (const one of forged) {
        expect([one.toString('hex'), await verdicts(algorithm, `${header}.${payload}.${b64(one)}`)]).toEqual([
          one.toString('hex'),
          [false, false],
        ]);
      }
      const high = Buffer.concat([
        bytes.subarray(0, half),
        number(n - BigInt(`0x${bytes.subarray(half).toString('hex')}`)),
      ]);
      expect(await verdicts(algorithm, `${header}.${payload}.${b64(high)}`)).toEqual([true, true]);
    },
  );

  test('refuse another algorithm in the header than that of the key, or the core does before', async () => {
    for (const [algorithm, alg] of [
      ['PS256', 'RS256'],
      ['RS256', 'PS256'],
    ] as const) {
      const input = `${b64(JSON.stringify(headerFor(alg)))}.${b64('{}')}`;
      const token = `${input}.${b64(signAs(alg, keys[algorithm] as KeyObject, input))}`;
      expect(await verdicts(algorithm, token)).toEqual([false, false]);
    }
  });
});

describe('both engines hash alike', () => {
  test('SHA-256, HMAC-SHA-256 and HKDF-SHA-256 of anything', async () => {
    for (let length = 0; length < 200; length += 7) {
      const [data, secret] = [randomBytes(length), randomBytes(32 + length)];
      for (const work of [
        (engine: Engine) => engine.sha256(data),
        (engine: Engine) => engine.hmacSha256(secret, data),
        (engine: Engine) => engine.hkdfSha256(secret, data, 32),
      ]) {
        const [a, b] = await Promise.all(ENGINES.map(([, engine]) => work(engine)));
        expect(Buffer.from(b as Uint8Array).toString('hex')).toBe(
          Buffer.from(a as Uint8Array).toString('hex'),
        );
      }
    }
  });

  test('as in RFC 5869 appendix A.3', async () => {
    for (const [, engine] of ENGINES) {
      const made = await engine.hkdfSha256(Buffer.alloc(22, 0x0b), new Uint8Array(), 42);
      expect(Buffer.from(made).toString('hex')).toBe(
        '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
      );
    }
  });

  test('and are random', () => {
    for (const [, engine] of ENGINES) {
      const made = new Set(Array.from({ length: 100 }, () => engine.tokenId()));
      expect([made.size, [...made].every((text) => text.length === 22)]).toEqual([100, true]);
    }
  });
});
