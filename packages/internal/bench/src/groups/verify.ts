import { createChainResolver } from '@workload-identity/x5c';
import { createSigner } from 'fast-jwt';
import type { Contender } from '../measure/compare.ts';
import type { Group } from '../measure/groups.ts';
import type { Pace } from '../measure/pace.ts';
import { chainWorld } from '../world/chains.ts';
import { type AsymmetricWorld, asymmetricWorld, secretWorld } from '../world/keys.ts';
import { CALLER, SERVICE } from '../world/names.ts';
import { minterOf, publicAuthority, secretAuthority, tokensOf, verifierOf } from '../world/ours.ts';
import { awsJwtVerifier, fastJwtVerifier, joseVerifier, jsonwebtokenVerifier } from '../world/peers.ts';
import { bareHmac, bareVerify, inDer, partsOf, pooledVerify, type SchemeName } from '../world/primitives.ts';

const TOKENS = 256;
const NO_CACHE = { cacheBytes: 0 };
const ALONE = 'bare crypto.verify';
const POOLED = 'bare crypto.verify on the pool';

/** The primitive as it is quickest: alone on the calling thread, and many at once on the thread pool. */
function bare(pace: Pace, scheme: SchemeName, world: AsymmetricWorld, tokens: readonly string[]): Contender {
  const parts = tokens.map(partsOf);
  return pace.lanes === 1
    ? pace.direct(ALONE, parts, bareVerify(scheme, world.publicKey))
    : pace.awaited(POOLED, parts, pooledVerify(scheme, world.publicKey));
}

const mainOf = ({ lanes }: Pace): string => (lanes === 1 ? ALONE : POOLED);

async function hs256(pace: Pace): Promise<Group> {
  const world = await secretWorld();
  const tokens = await tokensOf(minterOf(world), TOKENS);
  const verifier = await verifierOf([secretAuthority(world)], NO_CACHE);
  const hmac = bareHmac(world.keyObject);
  return {
    id: 'verify-hs256',
    what: 'verify HS256, uncached',
    main: 'fast-jwt',
    contenders: [
      pace.awaited('ours', tokens, (token) => verifier.verify(token)),
      pace.direct('fast-jwt', tokens, fastJwtVerifier('HS256', world.bytes)),
      pace.direct('jsonwebtoken', tokens, jsonwebtokenVerifier('HS256', world.keyObject)),
      pace.awaited('jose', tokens, joseVerifier('HS256', world.keyObject)),
      pace.direct('bare HMAC', tokens.map(partsOf), ({ input }) => hmac(input)),
    ],
  };
}

/** The primitive once more with the form of signature OpenSSL is quickest with, and our own settings for the pool. */
async function variants(
  pace: Pace,
  world: AsymmetricWorld,
  tokens: readonly string[],
): Promise<readonly Contender[]> {
  const parts = tokens.map(partsOf).map(inDer);
  const scheme = 'ES256 in DER';
  if (pace.lanes === 1)
    return [pace.direct(`${ALONE}, signature in DER`, parts, bareVerify(scheme, world.publicKey))];
  const trust = [publicAuthority(world)];
  const always = await verifierOf(trust, { ...NO_CACHE, threadPool: 'always' });
  const never = await verifierOf(trust, { ...NO_CACHE, threadPool: 'never' });
  return [
    pace.awaited(`${POOLED}, signature in DER`, parts, pooledVerify(scheme, world.publicKey)),
    pace.awaited('ours, threadPool: always', tokens, (token) => always.verify(token)),
    pace.awaited('ours, threadPool: never', tokens, (token) => never.verify(token)),
  ];
}

async function es256(pace: Pace): Promise<Group> {
  const world = await asymmetricWorld('ES256');
  const { publicKey, publicPem } = world;
  const tokens = await tokensOf(minterOf(world), TOKENS);
  const verifier = await verifierOf([publicAuthority(world)], NO_CACHE);
  return {
    id: 'verify-es256',
    what: 'verify ES256, uncached',
    main: mainOf(pace),
    contenders: [
      pace.awaited('ours', tokens, (token) => verifier.verify(token)),
      bare(pace, 'ES256', world, tokens),
      ...(await variants(pace, world, tokens)),
      pace.direct('fast-jwt', tokens, fastJwtVerifier('ES256', publicPem)),
      pace.direct('aws-jwt-verify', tokens, awsJwtVerifier(world)),
      pace.direct('jsonwebtoken', tokens, jsonwebtokenVerifier('ES256', publicKey)),
      pace.awaited('jose', tokens, joseVerifier('ES256', publicKey)),
    ],
  };
}

async function ps256(pace: Pace): Promise<Group> {
  const world = await asymmetricWorld('PS256');
  const tokens = await tokensOf(minterOf(world), TOKENS);
  const verifier = await verifierOf([publicAuthority(world)], NO_CACHE);
  return {
    id: 'verify-ps256',
    what: 'verify PS256, uncached',
    main: mainOf(pace),
    contenders: [
      pace.awaited('ours', tokens, (token) => verifier.verify(token)),
      bare(pace, 'PS256', world, tokens),
      pace.direct('fast-jwt', tokens, fastJwtVerifier('PS256', world.publicPem)),
      pace.direct('jsonwebtoken', tokens, jsonwebtokenVerifier('PS256', world.publicKey)),
      pace.awaited('jose', tokens, joseVerifier('PS256', world.publicKey)),
    ],
  };
}

async function ed25519(pace: Pace): Promise<Group> {
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
    id: 'verify-ed25519',
    what: 'verify Ed25519, uncached',
    main: mainOf(pace),
    contenders: [
      pace.awaited('ours', tokens, (token) => verifier.verify(token)),
      bare(pace, 'EdDSA', world, tokens),
      pace.direct('fast-jwt', tokens, fastJwtVerifier('EdDSA', world.publicPem)),
      pace.awaited('jose', tokens, joseVerifier('EdDSA', world.publicKey)),
    ],
  };
}

/** The `ca` rung with its chain known. No peer reads a chain: it is held against our own ES256 and the primitive. */
async function x5c(pace: Pace): Promise<Group> {
  const [world, key] = [await chainWorld(1), await asymmetricWorld('ES256')];
  const [tokens, plain] = [await tokensOf(world.minter, TOKENS), await tokensOf(minterOf(key), TOKENS)];
  const chained = await verifierOf([world.authority], { ...NO_CACHE, chains: createChainResolver() });
  const verifier = await verifierOf([publicAuthority(key)], NO_CACHE);
  const main = 'verify ES256, uncached';
  return {
    id: 'verify-x5c-warm',
    what: 'verify x5c, a chain of 1, warm',
    main,
    contenders: [
      pace.awaited('ours', tokens, (token) => chained.verify(token)),
      pace.awaited(main, plain, (token) => verifier.verify(token)),
      bare(pace, 'ES256', key, plain),
    ],
  };
}

/** Verification of tokens never seen before, without a cache on any side: the `hmac` and the `asymmetric` rung. */
export const VERIFY = [hs256, es256, ps256, ed25519] as const;

/** The same on the `ca` rung. */
export const VERIFY_CHAIN = x5c;
