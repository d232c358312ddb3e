import { WorkloadIdentityError } from './error.ts';

/** A parsed JSON object. */
export type JsonObject = Record<string, unknown>;

/** The error of a claim that breaks its rule. */
export function invalidClaim(claim: string, rule: string): WorkloadIdentityError {
  return new WorkloadIdentityError('claims_invalid', { detail: `\`${claim}\` ${rule}` });
}

/** Tells whether a value is an object that is no array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads a member. Only own members count, so that a polluted prototype adds none. */
export function own(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** Reads a claim that must be there and pass its check. */
export function required<T>(
  object: JsonObject,
  name: string,
  is: (value: unknown) => value is T,
  rule: string,
): T {
  const value = own(object, name);
  if (!is(value)) throw invalidClaim(name, rule);
  return value;
}
