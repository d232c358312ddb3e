/** Who caused the error: the presented credential, what the verifier trusts, its policy, or a source it reads from. */
export type ErrorCategory = 'credential' | 'trust' | 'policy' | 'source';

/** All that a peer is ever told. Signature and trust failures share one code, so that answers are no oracle. */
export type PublicErrorCode =
  | 'credential_missing'
  | 'invalid_request'
  | 'invalid_token'
  | 'not_authorized'
  | 'temporarily_unavailable';

/** One row of {@link ERROR_CODES}. */
export interface ErrorCodeEntry {
  readonly category: ErrorCategory;
  /** What a response may say. */
  readonly publicCode: PublicErrorCode;
  /** Whether the same call may succeed later without a change. */
  readonly retryable: boolean;
  readonly message: string;
  /** What the operator does about it. */
  readonly fix: string;
}

function row(
  category: ErrorCategory,
  publicCode: PublicErrorCode,
  message: string,
  fix: string,
  retryable = false,
): ErrorCodeEntry {
  return Object.freeze({ category, publicCode, retryable, message, fix });
}

/** Every error code, closed: a code is added in a minor version and never changes its meaning. */
export const ERROR_CODES = Object.freeze({
  // The presented credential
  credential_missing: row(
    'credential',
    'credential_missing',
    'No credential was presented',
    'Send exactly one header `Authorization: Bearer <token>`',
  ),
  credential_ambiguous: row(
    'credential',
    'invalid_request',
    'The request carries credentials in a form that is not accepted',
    'Send exactly one header `Authorization: Bearer <token>`',
  ),
  token_too_large: row(
    'credential',
    'invalid_token',
    'The token or one of its parts is larger than the contract allows',
    'Mint with fewer or smaller claims; the limits are in the contract',
  ),
  token_malformed: row(
    'credential',
    'invalid_token',
    'The token is not three strict base64url segments of strict JSON',
    'Send the token exactly as it was minted; check that nothing between the peers rewrites it',
  ),
  header_invalid: row(
    'credential',
    'invalid_token',
    'The token header breaks the contract',
    'Mint the token with this library or by the contract: `typ`, `alg`, and one of `kid` or `x5c`',
  ),
  type_unsupported: row(
    'credential',
    'invalid_token',
    'The token is of another type',
    'Present a token whose header says `typ: "wid+jwt"`; access tokens, ID tokens and SVIDs are other types',
  ),
  algorithm_not_allowed: row(
    'credential',
    'invalid_token',
    'The signature algorithm is not accepted here',
    'Sign with an algorithm of the contract, and one the trust bundle names for this key',
  ),
  signature_invalid: row(
    'credential',
    'invalid_token',
    'The signature does not match',
    'Check that minter and verifier hold the same key generation; if they do, the token was altered',
  ),
  claims_invalid: row(
    'credential',
    'invalid_token',
    'The claims break the contract',
    'Mint the token with this library or by the contract',
  ),
  version_unsupported: row(
    'credential',
    'invalid_token',
    'The contract version of the token is not accepted here',
    'Upgrade the verifier before the minter, or let the minter write the older version',
  ),
  token_expired: row(
    'credential',
    'invalid_token',
    'The token has expired',
    'Mint a fresh one; if it was fresh, compare the clocks of both machines',
  ),
  token_not_yet_valid: row(
    'credential',
    'invalid_token',
    'The token is not valid yet',
    'Compare the clocks of both machines; the leeway is configured at the verifier',
  ),
  lifetime_exceeded: row(
    'credential',
    'invalid_token',
    'The token lives longer than is accepted here',
    'Mint it for a shorter time; the contract allows at most one hour',
  ),
  audience_mismatch: row(
    'credential',
    'invalid_token',
    'The token is meant for another audience',
    'Mint it for one of the audiences this verifier is configured with; the match is exact',
  ),
  confirmation_required: row(
    'credential',
    'invalid_token',
    'The token is bound to a key and no proof of that key was presented',
    'Present the proof the `cnf` claim asks for; a bound token is worthless as a plain bearer token',
  ),
  confirmation_mismatch: row(
    'credential',
    'invalid_token',
    'The token is not bound to the key that was proven',
    'Prove possession of the very key the token was minted for',
  ),
  chain_invalid: row(
    'credential',
    'invalid_token',
    'The certificate chain of the token is not valid',
    'Issue the leaf anew from the configured authority and present leaf first, without the anchor',
  ),
  leaf_expired: row(
    'credential',
    'invalid_token',
    'The certificate that signed the token is outside its validity, or the token is outside the certificate',
    'Renew the leaf; if it was fresh, compare the clocks of both machines',
  ),

  // What the verifier trusts
  key_unknown: row(
    'trust',
    'invalid_token',
    'No authority in the trust bundle holds the key of this token',
    'Add the key to the trust bundle before the minter uses it, or check which bundle this verifier reads',
  ),
  chain_untrusted: row(
    'trust',
    'invalid_token',
    'The certificate chain does not end in an anchor of the trust bundle',
    'Add the anchor to the trust bundle, or check which authority issued the leaf',
  ),
  issuer_not_allowed: row(
    'trust',
    'invalid_token',
    'The key may not speak for this issuer',
    'Compare `iss` with the issuer of the authority that holds the key',
  ),
  subject_not_allowed: row(
    'trust',
    'invalid_token',
    'The authority may not assert this subject',
    'Add the subject to the `subjects` of the authority, if that is meant',
  ),
  authority_expired: row(
    'trust',
    'invalid_token',
    'The authority is no longer accepted: its `notAfter` has passed',
    'Move the minter to the authority that replaced it, or extend `notAfter` in the trust bundle',
  ),
  denied: row(
    'trust',
    'invalid_token',
    'The trust bundle denies this key, leaf, token, subject or time of issue',
    'See `denied` in the trust bundle; mint with a key and a subject that are not on it',
  ),
  rung_unsupported: row(
    'trust',
    'invalid_token',
    'This verifier is not set up for the rung of this token',
    'Verify with the sdk package, or give the verifier a chain resolver; only then can it read `x5c`',
  ),

  // Policy
  not_authorized: row(
    'policy',
    'not_authorized',
    'The caller is authenticated but not allowed to do this',
    'Add the subject or the role to what the route allows, if that is meant',
  ),

  // Sources
  identifier_invalid: row(
    'source',
    'temporarily_unavailable',
    'Not a workload identifier, trust domain or subject pattern',
    'Write `spiffe://<trust domain>/<path>`: lower-case trust domain, no empty, `.` or `..` segment, no percent sign',
  ),
  config_invalid: row(
    'source',
    'temporarily_unavailable',
    'The configuration is not valid',
    'Mend all that is named; none of it was put to use',
  ),
  bundle_invalid: row(
    'source',
    'temporarily_unavailable',
    'The trust bundle is not valid',
    'Mend the bundle; the last good one stays in force until then',
  ),
  bundle_unavailable: row(
    'source',
    'temporarily_unavailable',
    'There is no trust bundle to verify with',
    'Make the bundle readable at its configured place; verification refuses everything until then',
    true,
  ),
  secret_unavailable: row(
    'source',
    'temporarily_unavailable',
    'A secret or a key cannot be read from where its reference points',
    'Check the environment variable or the file and its permissions',
    true,
  ),
  key_invalid: row(
    'source',
    'temporarily_unavailable',
    'A key cannot be used',
    'Use a key of the kind, size and encoding the contract names for its algorithm',
  ),
  signer_unavailable: row(
    'source',
    'temporarily_unavailable',
    'There is no key to sign with',
    'Configure `sign`, and check that its key is readable',
    true,
  ),
  authority_unavailable: row(
    'source',
    'temporarily_unavailable',
    'The key of the certificate authority cannot be used now',
    'Check that the KMS, the HSM or the file with the key can be reached and permits signing; services sign with their current leaf until it ends',
    true,
  ),
  issuance_refused: row(
    'source',
    'temporarily_unavailable',
    'The certificate authority does not issue this certificate',
    'Ask for a certificate within what the authority may issue: its trust domain, its name constraints, its own lifetime',
  ),
  mint_refused: row(
    'source',
    'temporarily_unavailable',
    'A token with these claims would break the contract',
    'Mint for fewer audiences, fewer roles or a shorter time; the limits are in the contract',
  ),
  closed: row(
    'source',
    'temporarily_unavailable',
    'This workload identity was closed',
    'Do not use it after `close()`',
  ),
});

/** A code of the closed table {@link ERROR_CODES}. */
export type ErrorCode = keyof typeof ERROR_CODES;
