import { type ErrorCode, isWorkloadIdentityError, WorkloadIdentityError } from '@workload-identity/contract';
import { failureCode, isLost } from './failure-code.ts';

type Reason = readonly [ErrorCode, string];

const wrongPin: Reason = [
  'config_invalid',
  'the token refused the PIN. Tokens lock after a few wrong ones, so this process does not try it again: fix what the reference to the PIN points to, then restart, and keep a supervisor from restarting it over and over',
];
const full: Reason = ['authority_unavailable', 'the token has no room for another session or object'];

const REASONS: Readonly<Record<string, Reason>> = {
  CKR_PIN_INCORRECT: wrongPin,
  CKR_PIN_INVALID: wrongPin,
  CKR_PIN_LEN_RANGE: wrongPin,
  CKR_PIN_LOCKED: [
    'authority_unavailable',
    'the PIN of the token is locked. Its security officer sets a new one; find out first who tried wrong ones',
  ],
  CKR_PIN_EXPIRED: ['authority_unavailable', 'the PIN of the token has expired. Set a new one'],
  CKR_USER_PIN_NOT_INITIALIZED: [
    'authority_unavailable',
    'the token has no user PIN yet. Its security officer sets one',
  ],
  CKR_USER_ANOTHER_ALREADY_LOGGED_IN: [
    'authority_unavailable',
    'another user of the token is logged in, in this process',
  ],
  CKR_USER_TOO_MANY_TYPES: ['authority_unavailable', 'another user of the token is logged in'],
  CKR_MECHANISM_INVALID: ['key_invalid', 'the token does not sign by ECDSA with this key'],
  CKR_KEY_FUNCTION_NOT_PERMITTED: ['key_invalid', 'the key may not sign (CKA_SIGN)'],
  CKR_KEY_TYPE_INCONSISTENT: ['key_invalid', 'the key is not one for ECDSA'],
  CKR_CURVE_NOT_SUPPORTED: ['config_invalid', 'the token does not have this curve'],
  CKR_DOMAIN_PARAMS_INVALID: ['config_invalid', 'the token does not have this curve'],
  CKR_TOKEN_WRITE_PROTECTED: ['config_invalid', 'the token is write-protected'],
  CKR_SESSION_COUNT: full,
  CKR_DEVICE_MEMORY: full,
};

const LOST: Reason = [
  'authority_unavailable',
  'the token went away and a new session did not help. Check that the HSM is connected and switched on, and its client is configured',
];

/** Tells whether another login with the same PIN would bring the token closer to being locked. */
export const isPinRefused = (error: unknown): boolean => REASONS[failureCode(error) ?? ''] === wrongPin;

/** Turns what the module said into an error that tells the operator what to do, and that holds nothing of the original. */
export function explain(name: string, thrown: unknown): WorkloadIdentityError {
  if (isWorkloadIdentityError(thrown)) return thrown;
  const code = failureCode(thrown);
  const known = code !== undefined && Object.hasOwn(REASONS, code) ? REASONS[code] : undefined;
  const other: Reason = isLost(thrown) ? LOST : ['authority_unavailable', 'the token failed'];
  const [errorCode, advice] = known ?? other;
  return new WorkloadIdentityError(errorCode, {
    detail: `${name}: ${advice} (${code ?? 'no PKCS#11 code'})`,
  });
}
