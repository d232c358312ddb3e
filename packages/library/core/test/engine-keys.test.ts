import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import type { PublicJwk } from '@workload-identity/contract';
import { describe, expect, test } from 'vitest';
import type { PrivateJwk } from '../src/engine/engine.ts';
import { engine as node } from '../src/engine/node.ts';
import { engine as web } from '../src/engine/web.ts';
import { ENGINES, headerFor, jwkOf, PAIRS, pairNames, publicOf, says } from './support/engines.ts';
import { b64, segments } from './support/tokens.ts';

describe('both engines take the same keys', () => {
  const other = (): KeyObject[] => [
    ...Object.values(PAIRS).map((make) => make()),
    generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey,
    generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey,
    generateKeyPairSync('x25519').privateKey,
    generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey,
    generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }).privateKey,
  ];

  test('public ones', async () => {
    const [ec, , ed, rsa] = Object.values(PAIRS).map((make) => publicOf(jwkOf(make())));
    const jwks: unknown[] = [
      ...other().map((key) => publicOf(jwkOf(key))),
      { ...ec, y: ed?.x },
      { ...ec, x: b64(Buffer.alloc(32)) },
      { ...ec, x: undefined },
      { ...ec, x: `${ec?.x}=` },
      { ...ec, crv: 'P-384' },
      { ...ec, kty: 'OKP' },
      { ...ed, x: b64(Buffer.alloc(32)) },
      { ...ed, x: b64(Buffer.alloc(31, 7)) },
      { ...ed, x: b64(Buffer.alloc(33, 7)) },
      { ...rsa, e: 'AQ' },
      { ...rsa, n: `AA${rsa?.n}` },
      { ...rsa, n: 'AQAB' },
      { kty: 'oct', k: 'AAAA' },
      {},
    ];
    let taken = 0;
    for (const algorithm of [...pairNames, 'RS256', 'HS256'] as const) {
      for (const jwk of jwks) {
        const [a, b] = await Promise.all(
          ENGINES.map(([, engine]) => says(() => engine.importPublicKey(algorithm, jwk as PublicJwk))),
        );
        const verdict = (value: unknown): unknown => (typeof value === 'object' ? 'taken' : value);
        expect([algorithm, jwk, verdict(b)]).toEqual([algorithm, jwk, verdict(a)]);
        if (verdict(a) === 'taken') taken++;
        else expect(a).toBe('key_invalid');
      }
    }
    expect(taken).toBe(5);
  });

  test('private ones', async () => {
    for (const algorithm of [...pairNames, 'HS256'] as const) {
      for (const key of other()) {
        const answers = await Promise.all(
          ENGINES.map(([, engine]) => says(() => engine.importPrivateKey(algorithm, jwkOf(key)))),
        );
        const [a, b] = answers.map((value) => (typeof value === 'object' ? 'taken' : value));
        // What a private JWK publishes is checked when its public part is imported.
        expect([algorithm, key.asymmetricKeyDetails, b]).toEqual([algorithm, key.asymmetricKeyDetails, a]);
      }
      const [a, b] = await Promise.all(
        ENGINES.map(([, engine]) =>
          says(() =>
            engine.importPrivateKey(algorithm, { kty: 'EC', crv: 'P-256', d: 'AAAA' } as PrivateJwk),
          ),
        ),
      );
      expect([a, b]).toEqual(['key_invalid', 'key_invalid']);
    }
  });

  test('secrets', async () => {
    for (const [algorithm, least] of [
      ['HS256', 32],
      ['HS384', 48],
      ['HS512', 64],
      ['ES256', Number.POSITIVE_INFINITY],
    ] as const) {
      for (const length of [0, 31, 32, 47, 48, 63, 64, 1_000]) {
        for (const [name, engine] of ENGINES) {
          const answer = await says(() => engine.importSecret(algorithm, randomBytes(length)));
          expect([name, algorithm, length, typeof answer === 'object']).toEqual([
            name,
            algorithm,
            length,
            length >= least,
          ]);
        }
      }
    }
  });

  test('PEM', async () => {
    const options = { type: 'pkcs8', format: 'pem' } as const;
    for (const make of Object.values(PAIRS)) {
      const pem = make().export(options) as string;
      const [a, b] = await Promise.all(ENGINES.map(([, engine]) => engine.readPrivatePem(pem)));
      expect(b).toEqual(a);
      expect(a).toEqual(jwkOf(createPrivateKey(pem)));
    }
    const dsa = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }).privateKey.export(
      options,
    ) as string;
    const encrypted = PAIRS.ES256().export({ ...options, cipher: 'aes-256-cbc', passphrase: 'x' }) as string;
    const broken = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----';
    for (const pem of [dsa, encrypted, broken, '', 'x']) {
      for (const [, engine] of ENGINES)
        expect(await says(() => engine.readPrivatePem(pem))).toBe('key_invalid');
    }
  });

  test('generated ones', async () => {
    for (const algorithm of pairNames) {
      for (const [, maker] of ENGINES) {
        const jwk = await maker.generatePrivateKey(algorithm);
        for (const [, engine] of ENGINES) {
          const token = await engine.signer(
            await engine.importPrivateKey(algorithm, jwk),
            headerFor(algorithm),
          )('{}');
          const key = await engine.importPublicKey(algorithm, publicOf(jwk));
          expect(await engine.verify(key, token, token.lastIndexOf('.'))).toBe(true);
        }
      }
    }
    for (const [, engine] of ENGINES) {
      expect(await says(() => engine.generatePrivateKey('HS256'))).toBe('key_invalid');
    }
  });

  test('keys made in this process, each in the form of its runtime', async () => {
    const { privateKey, publicKey } = await crypto.subtle.generateKey(
      { name: 'ECDSA', namedCurve: 'P-256' },
      false,
      ['sign', 'verify'],
    );
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const given = { node: [pair.privateKey, pair.publicKey], web: [privateKey, publicKey] } as const;
    for (const [engine, own, foreign] of [
      [node, given.node, given.web],
      [web, given.web, given.node],
    ] as const) {
      const key = await engine.adoptPrivateKey('ES256', own[0]);
      expect(segments(await engine.signer(key, headerFor('ES256'))('{}'))).toHaveLength(3);
      for (const wrong of [own[1], ...foreign, undefined, null, 'pem', {}]) {
        expect(await says(() => engine.adoptPrivateKey('ES256', wrong))).toBe('key_invalid');
      }
      for (const algorithm of ['ES384', 'Ed25519', 'PS256', 'HS256'] as const) {
        expect(await says(() => engine.adoptPrivateKey(algorithm, own[0]))).toBe('key_invalid');
      }
    }
  });
});
