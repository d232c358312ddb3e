import type { z } from 'zod';
import { isSubjectPattern, isWorkloadId } from '../identifier.ts';
import { isObject, own } from '../json-object.ts';
import { TRUST_DOMAIN } from '../patterns.ts';

type Path = readonly (string | number)[];

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const member = (value: unknown, name: string): unknown => (isObject(value) ? own(value, name) : undefined);

/** The names in a bundle that must lie within its trust domain, and their paths. */
function* namesWithin(bundle: unknown): Generator<readonly [Path, string]> {
  for (const [at, authority] of list(member(bundle, 'authorities')).entries()) {
    const issuer = member(authority, 'issuer');
    if (isWorkloadId(issuer)) yield [['authorities', at, 'issuer'], issuer];
    yield* patterns(member(authority, 'subjects'), ['authorities', at, 'subjects']);
  }
  yield* patterns(member(member(bundle, 'denied'), 'subjects'), ['denied', 'subjects']);
}

function* patterns(value: unknown, path: Path): Generator<readonly [Path, string]> {
  for (const [at, pattern] of list(value).entries()) {
    if (isSubjectPattern(pattern)) yield [[...path, at], pattern];
  }
}

/**
 * Bundles of different trust domains are never merged: every subject and every issuer that is a workload lies within the
 * domain of its bundle. It also runs over a bundle that is broken elsewhere, so that one reading shows every mistake.
 */
export function checkTrustDomain(bundle: unknown, context: z.core.$RefinementCtx): void {
  const trustDomain = member(bundle, 'trustDomain');
  if (typeof trustDomain !== 'string' || !TRUST_DOMAIN.test(trustDomain)) return;
  for (const [path, name] of namesWithin(bundle)) {
    if (name.startsWith(`spiffe://${trustDomain}/`)) continue;
    context.addIssue({
      code: 'custom',
      path: [...path],
      message: `allowed: names within the trust domain of this bundle, \`spiffe://${trustDomain}/\`; give another trust domain a bundle of its own`,
    });
  }
}
