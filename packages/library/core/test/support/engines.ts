import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { isWorkloadIdentityError, type PublicJwk } from '@workload-identity/contract';
import type { Engine, MaybePromise, PrivateJwk } from '../../src/engine/engine.ts';
import { engine as node } from '../../src/engine/node.ts';
import { engine as web } from '../../src/engine/web.ts';
import type { PairAlgorithm } from './signing.ts';

export const ENGINES: readonly (readonly [string, Engine])[] = [
  ['node:crypto', node],
  ['WebCrypto', web],
];
export const PAIRS: Readonly<Record<Exclude<PairAlgorithm, 'RS256'>, () => KeyObject>> = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  ES384: () => generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey,
  Ed25519: () => generateKeyPairSync('ed25519').privateKey,
  PS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
};
export const pairNames = Object.keys(PAIRS) as (keyof typeof PAIRS)[];

export const jwkOf = (key: KeyObject): PrivateJwk => key.export({ format: 'jwk' }) as unknown as PrivateJwk;
export const publicOf = ({ d, p, q, dp, dq, qi, ...rest }: PrivateJwk): PublicJwk => rest as PublicJwk;
export const headerFor = (alg: string) => ({ alg, typ: 'wid+jwt', kid: 'A'.repeat(22) });

/** What an engine says: a value, or the code of a refusal. Nothing else may be thrown. */
export async function says(work: () => MaybePromise<unknown>): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    return isWorkloadIdentityError(error) ? error.code : `thrown ${String(error)}`;
  }
}
