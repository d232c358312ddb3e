import { createSigner } from 'fast-jwt';
import { type Contender, compare } from '../measure/compare.ts';
import { awaited, direct } from '../measure/contenders.ts';
import { type Row, rowsAgainst } from '../measure/rows.ts';
import type { Section } from '../section.ts';
import { asymmetricWorld, secretWorld } from '../world/keys.ts';
import { CALLER, SERVICE } from '../world/names.ts';
import { minterOf, publicAuthority, secretAuthority, tokensOf, verifierOf } from '../world/ours.ts';
import { awsJwtVerifier, fastJwtVerifier, joseVerifier, jsonwebtokenVerifier } from '../world/peers.ts';
import { bareHmac, bareVerify, inDer, partsOf } from '../world/primitives.ts';

const TOKENS = 256;
const NO_CACHE = { cacheBytes: 0 };

/** What is measured for one algorithm; `main` is what its target is against. */
interface Group {
  readonly algorithm: string;
  readonly main: string;
  readonly contenders: readonly Contender[];
}

async function hs256(): Promise<Group> {
  const world = await secretWorld();
  const tokens = await tokensOf(minterOf(world), TOKENS);
  const verifier = await verifierOf([secretAuthority(world)], NO_CACHE);
  const bare = bareHmac(world.keyObject);
  return {
    algorithm: 'HS256',
    main: 'fast-jwt',
    contenders: [
      awaited('ours', tokens, (token) => verifier.verify(token)),
      direct('fast-jwt', tokens, fastJwtVerifier('HS256', world.bytes)),
      direct('jsonwebtoken', tokens, jsonwebtokenVerifier('HS256', world.keyObject)),
      awaited('jose', tokens, joseVerifier('HS256', world.keyObject)),
      direct('bare HMAC', tokens.map(partsOf), ({ input }) => bare(input)),
    ],
  };
}

async function es256(): Promise<Group> {
  const world = await asymmetricWorld('ES256');
  const { publicKey, publicPem } = world;
  const tokens = await tokensOf(minterOf(world), TOKENS);
  const verifier = await verifierOf([publicAuthority(world)], NO_CACHE);
  const parts = tokens.map(partsOf);
  return {
    algorithm: 'ES256',
    main: 'bare crypto.verify',
    contenders: [
      awaited('ours', tokens, (token) => verifier.verify(token)),
      direct('bare crypto.verify', parts, bareVerify('ES256', publicKey)),
      direct('bare crypto.verify, signature in DER', parts.map(inDer), bareVerify('ES256 in DER', publicKey)),
      direct('fast-jwt', tokens, fastJwtVerifier('ES256', publicPem)),
      direct('aws-jwt-verify', tokens, awsJwtVerifier(world)),
      direct('jsonwebtoken', tokens, jsonwebtokenVerifier('ES256', publicKey)),
      awaited('jose', tokens, joseVerifier('ES256', publicKey)),
    ],
  };
}

async function ps256(): Promise<Group> {
  const world = await asymmetricWorld('PS256');
  const tokens = await tokensOf(minterOf(world), TOKENS);
  const verifier = await verifierOf([publicAuthority(world)], NO_CACHE);
  return {
    algorithm: 'PS256',
    main: 'bare crypto.verify',
    contenders: [
      awaited('ours', tokens, (token) => verifier.verify(token)),
      direct('bare crypto.verify', tokens.map(partsOf), bareVerify('PS256', world.publicKey)),
      direct('fast-jwt', tokens, fastJwtVerifier('PS256', world.publicPem)),
      direct('jsonwebtoken', tokens, jsonwebtokenVerifier('PS256', world.publicKey)),
      awaited('jose', tokens, joseVerifier('PS256', world.publicKey)),
    ],
  };
}

async function ed25519(): Promise<Group> {
  const world = await asymmetricWorld('Ed25519');
  // Under the older name of the algorithm, which every one of them reads.
  const sign = createSigner({
    key: world.privatePem,
    algorithm: 'EdDSA',
    header: { alg: 'EdDSA', typ: 'wid+jwt', kid: world.key.keyId },
    expiresIn: 3_600_000,
  });
  const tokens = Array.from({ length: TOKENS }, () =>
    sign({ ver: 1, iss: CALLER, sub: CALLER, aud: SERVICE, jti: crypto.randomUUID() }),
  );
  const verifier = await verifierOf([publicAuthority(world)], NO_CACHE);
  return {
    algorithm: 'Ed25519',
    main: 'bare crypto.verify',
    contenders: [
      awaited('ours', tokens, (token) => verifier.verify(token)),
      direct('bare crypto.verify', tokens.map(partsOf), bareVerify('EdDSA', world.publicKey)),
      direct('fast-jwt', tokens, fastJwtVerifier('EdDSA', world.publicPem)),
      awaited('jose', tokens, joseVerifier('EdDSA', world.publicKey)),
    ],
  };
}

/** Verification of tokens never seen before, one after the other, without a cache on any side. */
export const verify: Section = {
  name: 'verify',
  title: 'Verify a token, uncached, one at a time',
  async run({ calls }) {
    const rows: Row[] = [];
    for (const make of [hs256, es256, ps256, ed25519]) {
      const { algorithm, main, contenders } = await make();
      const timings = await compare(contenders, calls);
      const id = `verify-${algorithm.toLowerCase()}`;
      rows.push(...rowsAgainst({ id, what: `verify ${algorithm}, uncached`, unit: 'µs', main }, timings));
    }
    return rows;
  },
};
