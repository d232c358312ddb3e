import { randomUUID } from 'node:crypto';
import { createSigner } from 'fast-jwt';
import { type Contender, compare, type Timings } from '../measure/compare.ts';
import { concurrent } from '../measure/contenders.ts';
import { type Row, rowsAgainst } from '../measure/rows.ts';
import type { Section } from '../section.ts';
import { type AsymmetricWorld, asymmetricWorld, type SecretWorld, secretWorld } from '../world/keys.ts';
import { CALLER, SERVICE } from '../world/names.ts';
import { minterOf, publicAuthority, secretAuthority, tokensOf, verifierOf } from '../world/ours.ts';
import { fastJwtVerifier, joseVerifier } from '../world/peers.ts';
import { inDer, partsOf, pooledVerify } from '../world/primitives.ts';

const LANES = 64;
const TOKENS = 256;

/** Calls a second, for microseconds a call. */
function perSecond(timings: Timings): Timings {
  return new Map([...timings].map(([id, rounds]) => [id, rounds.map((each) => 1_000_000 / each)]));
}

async function verifyEs256(world: AsymmetricWorld): Promise<readonly Contender[]> {
  const tokens = await tokensOf(minterOf(world), TOKENS);
  const parts = tokens.map(partsOf);
  const pooled = pooledVerify('ES256', world.publicKey);
  const pooledDer = pooledVerify('ES256 in DER', world.publicKey);
  const trust = [publicAuthority(world)];
  const [auto, always, never] = await Promise.all(
    (['auto', 'always', 'never'] as const).map((threadPool) =>
      verifierOf(trust, { cacheBytes: 0, threadPool }),
    ),
  );
  if (auto === undefined || always === undefined || never === undefined) throw new TypeError('no verifier');
  return [
    concurrent('ours', tokens, LANES, (token) => auto.verify(token)),
    concurrent('bare crypto.verify on the pool', parts, LANES, pooled),
    concurrent('bare crypto.verify on the pool, signature in DER', parts.map(inDer), LANES, pooledDer),
    concurrent('ours, threadPool: always', tokens, LANES, (token) => always.verify(token)),
    concurrent('ours, threadPool: never', tokens, LANES, (token) => never.verify(token)),
    concurrent('fast-jwt', tokens, LANES, fastJwtVerifier('ES256', world.publicPem)),
    concurrent('jose', tokens, LANES, joseVerifier('ES256', world.publicKey)),
  ];
}

async function verifyHs256(world: SecretWorld): Promise<readonly Contender[]> {
  const tokens = await tokensOf(minterOf(world), TOKENS);
  const verifier = await verifierOf([secretAuthority(world)], { cacheBytes: 0 });
  return [
    concurrent('ours', tokens, LANES, (token) => verifier.verify(token)),
    concurrent('fast-jwt', tokens, LANES, fastJwtVerifier('HS256', world.bytes)),
    concurrent('jose', tokens, LANES, joseVerifier('HS256', world.keyObject)),
  ];
}

async function repeated(world: AsymmetricWorld): Promise<readonly Contender[]> {
  const tokens = await tokensOf(minterOf(world), TOKENS);
  const verifier = await verifierOf([publicAuthority(world)]);
  return [
    concurrent('ours', tokens, LANES, (token) => verifier.verify(token)),
    concurrent('fast-jwt', tokens, LANES, fastJwtVerifier('ES256', world.publicPem, true)),
  ];
}

function minting(algorithm: 'HS256' | 'ES256', world: AsymmetricWorld | SecretWorld): readonly Contender[] {
  const minter = minterOf(world);
  const key = 'bytes' in world ? world.bytes : world.privatePem;
  const fast = createSigner({ key, algorithm, kid: world.key.keyId, expiresIn: 300_000 });
  const claims = () => ({ ver: 1, iss: CALLER, sub: CALLER, aud: SERVICE, jti: randomUUID() });
  return [
    concurrent('ours', [undefined], LANES, () => minter.mint({ audience: SERVICE })),
    concurrent('fast-jwt', [undefined], LANES, () => fast(claims())),
  ];
}

/** Many calls under way at once: what counts is how many are done in a second. */
export const concurrency: Section = {
  name: 'concurrent',
  title: `${LANES} calls at once`,
  async run({ calls }) {
    const [es256, hs256] = [await asymmetricWorld('ES256'), await secretWorld()];
    const groups = [
      ['verify-es256-64', 'verify ES256, uncached', await verifyEs256(es256)],
      ['verify-hs256-64', 'verify HS256, uncached', await verifyHs256(hs256)],
      ['verify-repeated-64', 'verify a repeated token', await repeated(es256)],
      ['mint-es256-64', 'mint ES256', minting('ES256', es256)],
      ['mint-hs256-64', 'mint HS256', minting('HS256', hs256)],
    ] as const;
    const rows: Row[] = [];
    for (const [id, what, contenders] of groups) {
      const timings = perSecond(await compare(contenders, calls));
      const main = contenders[1]?.id ?? '';
      rows.push(...rowsAgainst({ id, what: `${what}, ${LANES} at once`, unit: '/s', main }, timings));
    }
    return rows;
  },
};
