import type { ErrorCode } from '@workload-identity/contract';

/** Why the project's verifier refuses what jose accepts, and with which code. Each is stricter, and none is looser. */
export const REASONS = {
  fraction: ['claims_invalid', 'RFC 7519 allows fractions of a second; the contract has whole ones'],
  range: [
    'claims_invalid',
    'times before 1970, after 9999, or that contradict each other; jose compares with the clock alone',
  ],
  lifetime: ['lifetime_exceeded', 'more than an hour; jose has no limit of its own'],
  required: [
    'claims_invalid',
    'jose checks claims that are there; the contract requires ver, iss, sub, aud, iat, exp, jti',
  ],
  form: [
    'claims_invalid',
    'a claim in a form the contract does not have; jose reads the registered ones alone',
  ],
  version: ['version_unsupported', 'jose does not know the version of a contract'],
  future: [
    'token_not_yet_valid',
    'issued in the future; jose holds `iat` against the clock only with a maximum age',
  ],
  header: ['header_invalid', 'a header the contract refuses; jose ignores what it does not use'],
  kid: ['header_invalid', 'a key identifier of another form; jose ignores it when it is given one key'],
  stranger: ['key_unknown', 'a key identifier nobody knows; jose ignores it when it is given one key'],
  other: ['algorithm_not_allowed', 'the key identifier of a key for another algorithm; jose ignores it'],
  twin: ['signature_invalid', 'the key identifier of another key; jose ignores it'],
  type: [
    'type_unsupported',
    'jose compares types as media types, without case and prefix (RFC 7515 section 4.1.9)',
  ],
  repeated: [
    'token_malformed',
    'a member that stands there twice; jose takes the last, as RFC 7519 section 4 allows',
  ],
  text: [
    'token_malformed',
    'a byte order mark, a lone surrogate, or nesting beyond 8 levels; jose takes them',
  ],
  spelling: [
    'token_malformed',
    'bits beyond the last byte of a segment, or white space in one; jose drops them',
  ],
  size: ['token_too_large', 'more than 16 KiB; jose has no limit of its own'],
  issuer: ['issuer_not_allowed', 'an issuer the key may not speak for; jose was told no issuer'],
  subject: ['subject_not_allowed', 'a subject the authority may not assert; jose was told no subject'],
  bound: ['confirmation_required', 'a token bound to a key that nobody proved; jose does not know `cnf`'],
} as const satisfies Readonly<Record<string, readonly [ErrorCode, string]>>;

export type Reason = keyof typeof REASONS;
