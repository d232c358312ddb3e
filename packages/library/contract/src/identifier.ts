import { WorkloadIdentityError } from './error.ts';
import { LIMITS } from './limits.ts';
import { SUBJECT_PATTERN, TRUST_DOMAIN, WORKLOAD_ID } from './patterns.ts';

/** A trust domain in its canonical form, such as `prod.example.com`. Only {@link parseTrustDomain} makes one. */
export type TrustDomain = string & { readonly __brand: 'TrustDomain' };

/** A workload identifier in its canonical form, such as `spiffe://prod.example.com/orders`. Only {@link parseWorkloadId} makes one. */
export type WorkloadId = string & { readonly __brand: 'WorkloadId' };

/** Which subjects: one identifier, or every identifier below a prefix that ends in `/*`. Never a regular expression. */
export interface SubjectPattern {
  readonly text: string;
  readonly trustDomain: TrustDomain;
  matches(subject: WorkloadId): boolean;
}

const SCHEME = 'spiffe://';

function invalid(what: string): WorkloadIdentityError {
  return new WorkloadIdentityError('identifier_invalid', { detail: what });
}

/** Tells whether a value is a workload identifier (SPIFFE-ID section 2), at most 2048 bytes, with a path. */
export function isWorkloadId(value: unknown): value is WorkloadId {
  return typeof value === 'string' && value.length <= LIMITS.identifierBytes && WORKLOAD_ID.test(value);
}

/**
 * Reads a workload identifier by the SPIFFE grammar. Nothing is normalised: another spelling is another name, and is refused.
 * @throws WorkloadIdentityError `identifier_invalid`
 */
export function parseWorkloadId(text: string): WorkloadId {
  if (!isWorkloadId(text)) throw invalid('a workload identifier was expected');
  return text;
}

/**
 * Reads a trust domain: 1 to 255 of `a-z 0-9 . _ -` (SPIFFE-ID section 2.1).
 * @throws WorkloadIdentityError `identifier_invalid`
 */
export function parseTrustDomain(text: string): TrustDomain {
  if (typeof text !== 'string' || !TRUST_DOMAIN.test(text)) throw invalid('a trust domain was expected');
  return text as TrustDomain;
}

/** The trust domain a workload identifier belongs to. */
export function trustDomainOf(id: WorkloadId): TrustDomain {
  return id.slice(SCHEME.length, id.indexOf('/', SCHEME.length)) as TrustDomain;
}

/** Tells whether a value is a subject pattern, at most 2048 bytes. */
export function isSubjectPattern(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LIMITS.identifierBytes && SUBJECT_PATTERN.test(value);
}

/**
 * Reads a subject pattern: an identifier, `spiffe://<trust domain>/*`, or `spiffe://<trust domain>/<path>/*`.
 * @throws WorkloadIdentityError `identifier_invalid`
 */
export function parseSubjectPattern(text: string): SubjectPattern {
  if (!isSubjectPattern(text)) throw invalid('a subject pattern was expected');
  const prefix = text.endsWith('/*') ? text.slice(0, -1) : undefined;
  return Object.freeze({
    text,
    trustDomain: trustDomainOf(text as WorkloadId),
    matches: (subject: WorkloadId) => (prefix === undefined ? subject === text : subject.startsWith(prefix)),
  });
}
