import { type KeyObject, randomUUID } from 'node:crypto';
import { createTokenSource, type Minter } from '@workload-identity/core';
import { createSigner } from 'fast-jwt';
import { SignJWT } from 'jose';
import jsonwebtoken from 'jsonwebtoken';
import type { Contender } from '../measure/compare.ts';
import type { Group } from '../measure/groups.ts';
import type { Pace } from '../measure/pace.ts';
import { chainWorld } from '../world/chains.ts';
import { asymmetricWorld, secretWorld } from '../world/keys.ts';
import { CALLER, SERVICE } from '../world/names.ts';
import { minterOf, tokensOf } from '../world/ours.ts';
import { bareHmac, bareSign, partsOf } from '../world/primitives.ts';

const SECONDS = 300;
const PARTS = 16;
// The same claims for everyone: who, for whom, when, and an identifier of its own for each token.
const claims = () => ({ ver: 1, iss: CALLER, sub: CALLER, aud: SERVICE, jti: randomUUID() });
const once = [undefined];

interface PeerKey {
  readonly kid: string;
  readonly raw: string | Buffer;
  readonly object: KeyObject;
}

function peers(
  pace: Pace,
  algorithm: 'HS256' | 'ES256',
  { kid, raw, object }: PeerKey,
): readonly Contender[] {
  const header = { alg: algorithm, typ: 'wid+jwt', kid };
  const fast = createSigner({ key: raw, algorithm, header, expiresIn: SECONDS * 1_000 });
  return [
    pace.direct('fast-jwt', once, () => fast(claims())),
    pace.direct('jsonwebtoken', once, () =>
      jsonwebtoken.sign(claims(), object, { algorithm, header, expiresIn: SECONDS }),
    ),
    pace.awaited('jose', once, () =>
      new SignJWT(claims())
        .setProtectedHeader(header)
        .setIssuedAt()
        .setExpirationTime(`${SECONDS}s`)
        .sign(object),
    ),
  ];
}

const minting = (pace: Pace, id: string, minter: Minter): Contender =>
  pace.awaited(id, once, () => minter.mint({ audience: SERVICE }));

async function hs256(pace: Pace): Promise<Group> {
  const world = await secretWorld();
  const minter = minterOf(world);
  const parts = (await tokensOf(minter, PARTS)).map(partsOf);
  const bare = bareHmac(world.keyObject);
  return {
    id: 'mint-hs256',
    what: 'mint HS256',
    main: 'fast-jwt',
    contenders: [
      minting(pace, 'ours', minter),
      ...peers(pace, 'HS256', { kid: world.key.keyId, raw: world.bytes, object: world.keyObject }),
      pace.direct('bare HMAC', parts, ({ input }) => bare(input)),
    ],
  };
}

async function es256(pace: Pace): Promise<Group> {
  const world = await asymmetricWorld('ES256');
  const minter = minterOf(world);
  const parts = (await tokensOf(minter, PARTS)).map(partsOf);
  const [raw, der] = [bareSign('ES256', world.privateKey), bareSign('ES256 in DER', world.privateKey)];
  return {
    id: 'mint-es256',
    what: 'mint ES256',
    main: 'fast-jwt',
    contenders: [
      minting(pace, 'ours', minter),
      ...peers(pace, 'ES256', { kid: world.key.keyId, raw: world.privatePem, object: world.privateKey }),
      pace.direct('bare crypto.sign', parts, ({ input }) => raw(input)),
      pace.direct('bare crypto.sign, signature in DER', parts, ({ input }) => der(input)),
    ],
  };
}

/** The `ca` rung: the same signature, beside a header that carries the chain. */
async function x5c(pace: Pace): Promise<Group> {
  const [chained, key] = [await chainWorld(1), await asymmetricWorld('ES256')];
  return {
    id: 'mint-x5c',
    what: 'mint x5c, a chain of 1',
    main: 'mint ES256',
    contenders: [minting(pace, 'ours', chained.minter), minting(pace, 'mint ES256', minterOf(key))],
  };
}

/** A token the token source holds: what a client presents, most of the time. */
function held(name: string, make: () => Promise<Minter>): (pace: Pace) => Promise<Group> {
  return async (pace) => {
    const minter = await make();
    const source = createTokenSource({ minter });
    return {
      id: `mint-held-${name.toLowerCase()}`,
      what: `present a token that is held, ${name}`,
      main: 'minting it',
      contenders: [
        pace.awaited('ours', once, () => source.tokenFor(SERVICE)),
        minting(pace, 'minting it', minter),
      ],
    };
  };
}

/** Minting on every rung, and tokens that are held. */
export const MINT = [
  hs256,
  es256,
  x5c,
  held('HS256', async () => minterOf(await secretWorld())),
  held('ES256', async () => minterOf(await asymmetricWorld('ES256'))),
  held('x5c', async () => (await chainWorld(1)).minter),
] as const;
