import type { TrustBundle } from '@workload-identity/contract';
import type { ProvenKey, VerifiedIdentity, Verifier } from '@workload-identity/core';
import { isObject } from '../compare/document.ts';
import { BILLING, clock, TRUST_DOMAIN } from './names.ts';
import type { Side } from './side.ts';
import type { OpenSigner } from './signers.ts';

/** What a verifier says: who it is, or the code of the refusal. */
export type Verdict =
  | { readonly identity: VerifiedIdentity; readonly refusal?: undefined }
  | { readonly identity?: undefined; readonly refusal: string };

/** A verifier of one side that trusts a signer of any side. */
export async function verifierFor(side: Side, { authority, secrets }: OpenSigner): Promise<Verifier> {
  // As a file would carry it: nothing of the other side's objects goes along.
  const bundle: TrustBundle = JSON.parse(
    JSON.stringify({ version: 1, trustDomain: TRUST_DOMAIN, sequence: 1, authorities: [authority] }),
  );
  const source = side.core.createBundleSource({
    bundle,
    readSecret: async ({ env = '' }) => secrets[env] ?? '',
    check: side.x5c.checkAnchors,
    pollInterval: 0,
    clock,
  });
  await source.ready();
  const chains = side.x5c.createChainResolver();
  return side.core.createVerifier({ bundle: source, audiences: [BILLING], chains, clock });
}

/** Asks a verifier. No error leaves it: one that is not of this project is a refusal with its text. */
export async function ask(verifier: Verifier, token: string, provenKey?: ProvenKey): Promise<Verdict> {
  try {
    return { identity: await verifier.verify(token, provenKey === undefined ? {} : { provenKey }) };
  } catch (error) {
    return { refusal: describeError(error) };
  }
}

/** The code of an error, or its text where it has none. */
export function describeError(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? `\`${code}\`` : `an error that is no refusal: ${String(error)}`;
}

/** Where a value does not hold all that another one says; undefined where it does. Arrays are held member by member. */
export function missing(value: unknown, wanted: unknown, path = ''): string | undefined {
  if (Array.isArray(wanted)) {
    if (!Array.isArray(value) || value.length !== wanted.length) return path;
    return firstOf(wanted.keys(), (at) => missing(value[at], wanted[at], `${path}[${at}]`));
  }
  if (!isObject(wanted)) return Object.is(value, wanted) ? undefined : path;
  if (!isObject(value)) return path;
  const members = Object.entries(wanted);
  return firstOf(members, ([name, inner]) =>
    missing(value[name], inner, path === '' ? name : `${path}.${name}`),
  );
}

function firstOf<T>(values: Iterable<T>, find: (value: T) => string | undefined): string | undefined {
  for (const value of values) {
    const found = find(value);
    if (found !== undefined) return found;
  }
  return undefined;
}
