import {
  type Confirmation,
  type PublicJwk,
  type TokenClaims,
  WorkloadIdentityError,
} from '@workload-identity/contract';
import type { MaybePromise } from '../engine/engine.ts';
import { thumbprint } from '../keys/thumbprint.ts';

/** The key a presenter has proven, by DPoP (`jkt`) or by mutual TLS (`x5t#S256`). */
export type ProvenKey =
  | { readonly jkt: string; readonly 'x5t#S256'?: undefined }
  | { readonly jkt?: undefined; readonly 'x5t#S256': string };

function isProven(proven: ProvenKey, name: keyof ProvenKey, value: unknown): boolean {
  return Object.hasOwn(proven, name) && proven[name] === value;
}

// `cnf` has exactly one member, by the contract.
function isConfirmed(bound: Confirmation, proven: ProvenKey): MaybePromise<boolean> {
  const [[name, value] = []] = Object.entries(bound) as [keyof Confirmation, unknown][];
  if (name === 'jwk') {
    return thumbprint(value as PublicJwk).then((print) => isProven(proven, 'jkt', print));
  }
  return name !== undefined && value !== undefined && isProven(proven, name, value);
}

/**
 * Holds the claim `cnf` against what was proven. A bound token without a proof is refused, and so is a proof for a token
 * that is bound to nothing: a binding that may be left out is none.
 * @throws WorkloadIdentityError `confirmation_required`, `confirmation_mismatch`
 */
export function confirm(claims: TokenClaims, proven: ProvenKey | undefined): MaybePromise<void> {
  const { cnf } = claims;
  if (cnf === undefined && proven === undefined) return;
  if (proven === undefined) throw new WorkloadIdentityError('confirmation_required');
  const confirmed = cnf === undefined ? false : isConfirmed(cnf, proven);
  const decide = (yes: boolean): void => {
    if (!yes) throw new WorkloadIdentityError('confirmation_mismatch');
  };
  return typeof confirmed === 'boolean' ? decide(confirmed) : confirmed.then(decide);
}
