import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { outcomeOf, verdict } from '../support/outcome.ts';
import { type PairSigning, pairSigning, signAs } from '../support/signing.ts';
import { b64, claimsOf, headerOf, segments, signRaw, tokenOf } from '../support/tokens.ts';
import { makeWorld, verifierOf, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await makeWorld();
});

test('attacks below alter tokens that are accepted unaltered', async () => {
  for (const signing of world.all) {
    expect([signing.algorithm, await verdict(verifierOf(world.source), tokenOf(signing))]).toEqual([
      signing.algorithm,
      'accepted',
    ]);
  }
});

describe('attack 01: a public key as HMAC secret', () => {
  const forms = ({ publicKey, jwk }: PairSigning): [string, Buffer][] => {
    const pem = publicKey.export({ format: 'pem', type: 'spki' }) as string;
    const der = publicKey.export({ format: 'der', type: 'spki' });
    return [
      ['PEM', Buffer.from(pem)],
      ['PEM without its last line break', Buffer.from(pem.trim())],
      ['PEM after a space', Buffer.from(` ${pem}`)],
      ['PEM after a byte order mark', Buffer.from(`\u{feff}${pem}`)],
      ['PEM after a line of junk', Buffer.from(`junk\n${pem}`)],
      ['PEM with CRLF', Buffer.from(pem.replaceAll('\n', '\r\n'))],
      ['two PEM blocks', Buffer.from(pem + pem)],
      ['DER', der],
      ['DER as base64', Buffer.from(der.toString('base64'))],
      ['DER as base64url', Buffer.from(der.toString('base64url'))],
      ['JWK', Buffer.from(JSON.stringify(jwk))],
      ['JWKS', Buffer.from(JSON.stringify({ keys: [jwk] }))],
      [
        'its numbers',
        Buffer.concat([jwk.x, jwk.y, jwk.n].map((text) => Buffer.from(text ?? '', 'base64url'))),
      ],
      ['nothing', Buffer.alloc(0)],
    ];
  };
  const hashes = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' } as const;

  test.each(['ES256', 'ES384', 'Ed25519', 'PS256', 'RS256'] as const)('of %s', async (algorithm) => {
    const pair = world.pairs[algorithm];
    const verifier = verifierOf(world.source);
    for (const [form, secret] of forms(pair)) {
      for (const [alg, hash] of Object.entries(hashes)) {
        const input = segments(tokenOf(pair, {}, { alg }))
          .slice(0, 2)
          .join('.');
        const forged = `${input}.${createHmac(hash, secret).update(input).digest('base64url')}`;
        expect([form, alg, await verdict(verifier, forged)]).toEqual([form, alg, 'algorithm_not_allowed']);
      }
    }
  });
});

describe('attack 04: no signature', () => {
  test.each([
    'none',
    'None',
    'NONE',
    'nOnE',
    '',
    ' none',
    'none\u0000',
    undefined,
    null,
    false,
    0,
    [],
    ['HS256'],
    {},
  ])('alg %j is refused, whatever the signature', async (alg) => {
    for (const signing of world.all) {
      const [header, payload, signature] = segments(tokenOf(signing, {}, { alg }));
      const verifier = verifierOf(world.source);
      expect(await verdict(verifier, `${header}.${payload}.${signature}`)).toBe('algorithm_not_allowed');
      expect(await verdict(verifier, `${header}.${payload}.${b64('anything')}`)).toBe(
        'algorithm_not_allowed',
      );
      expect(await verdict(verifier, `${header}.${payload}.`)).toBe('token_malformed');
      expect(await verdict(verifier, `${header}.${payload}`)).toBe('token_malformed');
    }
  });

  test('an empty, missing, shortened or lengthened signature is refused', async () => {
    for (const signing of world.all) {
      const [header, payload, signature] = segments(tokenOf(signing));
      const bytes = Buffer.from(signature, 'base64url');
      const verifier = verifierOf(world.source);
      expect(await verdict(verifier, `${header}.${payload}.`)).toBe('token_malformed');
      expect(await verdict(verifier, `${header}.${payload}`)).toBe('token_malformed');
      const lengths = [bytes.subarray(0, 1), bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.alloc(1)])];
      for (const other of [
        ...lengths,
        Buffer.concat([bytes, bytes]),
        Buffer.concat([Buffer.alloc(1), bytes]),
      ]) {
        expect(await verdict(verifier, `${header}.${payload}.${b64(other)}`)).toBe('signature_invalid');
      }
    }
  });

  test.each([undefined, null, '', false, 0, Buffer.alloc(0), [], {}])(
    'a token that is %j is refused',
    async (token) => {
      const outcome = await outcomeOf(verifierOf(world.source).verify(token as never));
      expect(outcome).toBe('token_malformed');
    },
  );
});

test('a signature over another token, header or payload is refused', async () => {
  for (const signing of world.all) {
    const [header, payload, signature] = segments(tokenOf(signing));
    const other = segments(tokenOf(signing, { sub: 'spiffe://prod.example.com/other' }));
    const verifier = verifierOf(world.source);
    expect(await verdict(verifier, `${header}.${other[1]}.${signature}`)).toBe('signature_invalid');
    const spaced = b64(JSON.stringify(headerOf(signing), undefined, 1));
    expect(await verdict(verifier, `${spaced}.${payload}.${signature}`)).toBe('signature_invalid');
  }
});

test('a signature by another key under the identifier of a trusted one is refused', async () => {
  for (const pair of Object.values(world.pairs)) {
    const stranger = await pairSigning(pair.algorithm as PairSigning['jwk']['alg']);
    const forged = tokenOf({ ...stranger, kid: pair.kid });
    expect(await verdict(verifierOf(world.source), forged)).toBe('signature_invalid');
  }
});

describe('attack 33: malformed ECDSA signatures', () => {
  const curves = [
    ['ES256', 32, 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'],
    [
      'ES384',
      48,
      'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
    ],
  ] as const;

  test.each(curves)('%s: r or s of 0, n, n + 1, and all ones', async (algorithm, half, order) => {
    const pair = world.pairs[algorithm];
    const [header, payload, good] = segments(tokenOf(pair));
    const number = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(2 * half, '0'), 'hex');
    const n = BigInt(`0x${order}`);
    const bytes = Buffer.from(good, 'base64url');
    const numbers = [0n, n, n + 1n, 2n ** BigInt(8 * half) - 1n].map(number);
    const halves = [bytes.subarray(0, half), bytes.subarray(half), number(1n), ...numbers];
    for (const r of halves) {
      for (const s of halves) {
        if (!numbers.includes(r) && !numbers.includes(s)) continue;
        const forged = `${header}.${payload}.${b64(Buffer.concat([r, s]))}`;
        expect(await verdict(verifierOf(world.source), forged)).toBe('signature_invalid');
      }
    }
  });

  test.each(curves)('%s: DER where R || S is expected, and any other length', async (algorithm, half) => {
    const pair = world.pairs[algorithm];
    const [header, payload, good] = segments(tokenOf(pair));
    const bytes = Buffer.from(good, 'base64url');
    const hash = algorithm === 'ES256' ? 'sha256' : 'sha384';
    const verifier = verifierOf(world.source);
    for (let round = 0; round < 40; round++) {
      const der = sign(hash, Buffer.from(`${header}.${payload}`), pair.privateKey);
      expect(await verdict(verifier, `${header}.${payload}.${b64(der)}`)).toBe('signature_invalid');
    }
    const pad = Buffer.alloc(1);
    const wide = Buffer.concat([pad, bytes.subarray(0, half), pad, bytes.subarray(half)]);
    const narrow = Buffer.concat([bytes.subarray(1, half), bytes.subarray(half + 1)]);
    for (const other of [wide, narrow]) {
      expect(await verdict(verifier, `${header}.${payload}.${b64(other)}`)).toBe('signature_invalid');
    }
  });

  test('a high s is accepted: RFC 7518 asks for no canonical form, and nothing is keyed by the signature', async () => {
    const pair = world.pairs.ES256;
    const [header, payload, good] = segments(tokenOf(pair));
    const bytes = Buffer.from(good, 'base64url');
    const n = BigInt(`0x${curves[0][2]}`);
    const s = n - BigInt(`0x${bytes.subarray(32).toString('hex')}`);
    const twin = Buffer.concat([bytes.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex')]);
    expect(await verdict(verifierOf(world.source), `${header}.${payload}.${b64(twin)}`)).toBe('accepted');
  });

  test('a signature of another scheme under the same key is refused', async () => {
    const { PS256, RS256 } = world.pairs;
    const verifier = verifierOf(world.source);
    for (const [key, scheme] of [
      [PS256, 'RS256'],
      [RS256, 'PS256'],
    ] as const) {
      const input = segments(tokenOf(key)).slice(0, 2).join('.');
      const forged = `${input}.${b64(signAs(scheme, key.privateKey, input))}`;
      expect(await verdict(verifier, forged)).toBe('signature_invalid');
    }
  });

  test('an RSA signature with another length of salt is refused', async () => {
    const { PS256 } = world.pairs;
    const input = segments(tokenOf(PS256)).slice(0, 2).join('.');
    for (const saltLength of [0, 20, 64]) {
      const forged = sign('sha256', Buffer.from(input), { key: PS256.privateKey, padding: 6, saltLength });
      expect(await verdict(verifierOf(world.source), `${input}.${b64(forged)}`)).toBe('signature_invalid');
    }
  });

  test('ECDSA over the right curve and the wrong hash is refused', async () => {
    const { ES256 } = world.pairs;
    const input = segments(tokenOf(ES256)).slice(0, 2).join('.');
    const key = { key: ES256.privateKey, dsaEncoding: 'ieee-p1363' as const };
    const forged = sign('sha384', Buffer.from(input), key);
    expect(await verdict(verifierOf(world.source), `${input}.${b64(forged)}`)).toBe('signature_invalid');
  });
});

describe('attack 33: Ed25519', () => {
  test('a signature whose s is not reduced, and one of zeros, is refused', async () => {
    const pair = world.pairs.Ed25519;
    const [header, payload, good] = segments(tokenOf(pair));
    const bytes = Buffer.from(good, 'base64url');
    const order = 2n ** 252n + 27742317777372353535851937790883648493n;
    const s = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString('hex')}`) + order;
    const unreduced = Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse();
    const verifier = verifierOf(world.source);
    for (const forged of [Buffer.concat([bytes.subarray(0, 32), unreduced]), Buffer.alloc(64)]) {
      expect(await verdict(verifier, `${header}.${payload}.${b64(forged)}`)).toBe('signature_invalid');
    }
  });

  test('a key of another pair does not verify', async () => {
    const other = generateKeyPairSync('ed25519').privateKey;
    const { Ed25519 } = world.pairs;
    const token = signRaw(
      { ...Ed25519, sign: (input) => sign(null, Buffer.from(input), other) },
      JSON.stringify(headerOf(Ed25519)),
      JSON.stringify(claimsOf(Ed25519)),
    );
    expect(await verdict(verifierOf(world.source), token)).toBe('signature_invalid');
  });
});
