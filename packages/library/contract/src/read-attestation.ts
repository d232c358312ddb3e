import type { Attestation } from './claim-values.ts';
import { invalidClaim, isObject, required } from './json-object.ts';
import { isAttestationMethod, isText } from './names.ts';

/** Reads `att`. @throws WorkloadIdentityError `claims_invalid` */
export function readAttestation(value: unknown): Attestation {
  if (!isObject(value)) throw invalidClaim('att', 'is an object');
  return Object.freeze({
    method: required(value, 'method', isAttestationMethod, 'of `att` is a lower-case name'),
    issuer: required(value, 'issuer', isText, 'of `att` is text'),
    subject: required(value, 'subject', isText, 'of `att` is text'),
  });
}
