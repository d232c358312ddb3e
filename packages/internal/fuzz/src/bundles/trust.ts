import type { TrustSnapshot } from '@workload-identity/core';
import { matches } from '../oracle/grammar.ts';
import { compact } from '../oracle/json.ts';
import type { OracleTrust } from '../oracle/trust.ts';
import { DENIED, ORDERS, OTHER_DOMAIN, STS } from '../world/names.ts';

interface AuthorityLike {
  readonly rung: string;
  readonly issuer: string;
  readonly subjects: readonly (string | { readonly text: string })[];
  readonly notAfter?: number | undefined;
}

const authority = ({ rung, issuer, subjects, notAfter }: AuthorityLike): string =>
  compact([
    rung,
    issuer,
    subjects.map((one) => (typeof one === 'string' ? one : one.text)),
    Number.isFinite(notAfter) ? notAfter : null,
  ]);

const KEY_NAMES = [ORDERS, DENIED, `${DENIED}/x`, OTHER_DOMAIN, STS];

function keysOf(snapshot: TrustSnapshot): ReadonlyMap<string, string> {
  return new Map(
    [...snapshot.keys].map(([kid, key]) => [
      kid,
      compact([key.keyId, key.rung, key.algorithm, key.audience ?? null, key.authorities.map(authority)]),
    ]),
  );
}

function keysRead(trust: OracleTrust): ReadonlyMap<string, string> {
  return new Map(
    [...trust.keys].map(([kid, key]) => [
      kid,
      compact([key.kid, key.rung, key.alg, key.audience ?? null, key.authorities.map(authority)]),
    ]),
  );
}

/** In what a loaded bundle differs from an independent reading of its text; undefined where it does not. */
export function differenceOf(snapshot: TrustSnapshot, trust: OracleTrust): string | undefined {
  const [loaded, read] = [keysOf(snapshot), keysRead(trust)];
  for (const [kid, key] of loaded) {
    if (read.get(kid) !== key) return `it trusts ${key}; the text gives ${read.get(kid) ?? 'no such key'}`;
  }
  if (loaded.size !== read.size) return `it trusts ${loaded.size} keys; the text gives ${read.size}`;
  const anchors = snapshot.certificateAuthorities.map(authority);
  const wanted = trust.authorities.filter(({ rung }) => rung === 'ca').map(authority);
  if (compact(anchors) !== compact(wanted)) return `its authorities are ${anchors}; the text gives ${wanted}`;
  const { denied } = trust;
  const sets = [
    ['keys', snapshot.denied.keys, denied.keys],
    ['tokens', snapshot.denied.tokens, denied.tokens],
  ] as const;
  for (const [name, found, given] of sets) {
    if (compact([...found].sort()) !== compact([...given].sort())) return `it denies other ${name}`;
  }
  if (snapshot.denied.issuedBefore !== denied.issuedBefore)
    return 'it denies tokens issued before another time';
  for (const name of KEY_NAMES) {
    const isDenied = denied.subjects.some((pattern) => matches(pattern, name));
    if (snapshot.denied.name(name) !== isDenied) return `it ${isDenied ? 'does not deny' : 'denies'} ${name}`;
  }
  return undefined;
}
