import { randomUUID } from 'node:crypto';
import { createSigner } from 'fast-jwt';
import { SignJWT } from 'jose';
import jsonwebtoken from 'jsonwebtoken';
import { type Contender, compare } from '../measure/compare.ts';
import { awaited, direct } from '../measure/contenders.ts';
import { type Row, rowsAgainst } from '../measure/rows.ts';
import type { Section } from '../section.ts';
import { chainWorld } from '../world/chains.ts';
import { asymmetricWorld, secretWorld } from '../world/keys.ts';
import { CALLER, SERVICE } from '../world/names.ts';
import { minterOf, tokensOf } from '../world/ours.ts';
import { bareHmac, bareSign, partsOf } from '../world/primitives.ts';

const SECONDS = 300;
// The same claims for everyone: who, for whom, when, and an identifier of its own for each token.
const claims = () => ({ ver: 1, iss: CALLER, sub: CALLER, aud: SERVICE, jti: randomUUID() });
const once = [undefined];

function peers(algorithm: 'HS256' | 'ES256', kid: string, key: CryptoKeyLike): readonly Contender[] {
  const header = { alg: algorithm, typ: 'wid+jwt', kid };
  const fast = createSigner({ key: key.raw, algorithm, header, expiresIn: SECONDS * 1_000 });
  return [
    direct('fast-jwt', once, () => fast(claims())),
    direct('jsonwebtoken', once, () =>
      jsonwebtoken.sign(claims(), key.object, { algorithm, header, expiresIn: SECONDS }),
    ),
    awaited('jose', once, () =>
      new SignJWT(claims())
        .setProtectedHeader(header)
        .setIssuedAt()
        .setExpirationTime(`${SECONDS}s`)
        .sign(key.object),
    ),
  ];
}

interface CryptoKeyLike {
  readonly raw: string | Buffer;
  readonly object: Parameters<typeof bareHmac>[0];
}

async function hs256(): Promise<readonly Contender[]> {
  const world = await secretWorld();
  const minter = minterOf(world);
  const parts = (await tokensOf(minter, 16)).map(partsOf);
  const bare = bareHmac(world.keyObject);
  return [
    awaited('ours', once, () => minter.mint({ audience: SERVICE })),
    ...peers('HS256', world.key.keyId, { raw: world.bytes, object: world.keyObject }),
    direct('bare HMAC', parts, ({ input }) => bare(input)),
  ];
}

async function es256(): Promise<readonly Contender[]> {
  const world = await asymmetricWorld('ES256');
  const minter = minterOf(world);
  const parts = (await tokensOf(minter, 16)).map(partsOf);
  const [raw, der] = [bareSign('ES256', world.privateKey), bareSign('ES256 in DER', world.privateKey)];
  const chained = await chainWorld(1);
  return [
    awaited('ours', once, () => minter.mint({ audience: SERVICE })),
    ...peers('ES256', world.key.keyId, { raw: world.privatePem, object: world.privateKey }),
    direct('bare crypto.sign', parts, ({ input }) => raw(input)),
    direct('bare crypto.sign, signature in DER', parts, ({ input }) => der(input)),
    awaited('ours, on the ca rung', once, () => chained.minter.mint({ audience: SERVICE })),
  ];
}

/** Minting, one token after the other. */
export const mint: Section = {
  name: 'mint',
  title: 'Mint a token, one at a time',
  async run({ calls }) {
    const rows: Row[] = [];
    for (const [algorithm, make] of [
      ['HS256', hs256],
      ['ES256', es256],
    ] as const) {
      const timings = await compare(await make(), calls);
      const id = `mint-${algorithm.toLowerCase()}`;
      rows.push(...rowsAgainst({ id, what: `mint ${algorithm}`, unit: 'µs', main: 'fast-jwt' }, timings));
    }
    return rows;
  },
};
