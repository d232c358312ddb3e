import type { TrustBundle } from '../bundle.ts';
import { WorkloadIdentityError } from '../error.ts';
import { trustBundleSchema } from './bundle.ts';
import { describeIssues } from './describe-issues.ts';

const MAX_LISTED = 1_000;

/**
 * Reads a parsed trust bundle. The error lists every mistake on a line of its own: the path in the document, what was
 * found, what is allowed and how to mend it; from the thousandth on they are only counted.
 * @throws WorkloadIdentityError `bundle_invalid`
 */
export function parseTrustBundle(value: unknown): TrustBundle {
  const result = trustBundleSchema.safeParse(value);
  if (result.success) return result.data;
  const mistakes = describeIssues(result.error, value);
  const listed = mistakes.slice(0, MAX_LISTED).map((line) => `\n  ${line}`);
  const more = mistakes.length > MAX_LISTED ? `\n  and ${mistakes.length - MAX_LISTED} more` : '';
  const count = mistakes.length === 1 ? '1 mistake' : `${mistakes.length} mistakes`;
  throw new WorkloadIdentityError('bundle_invalid', { detail: `${count}${listed.join('')}${more}` });
}
