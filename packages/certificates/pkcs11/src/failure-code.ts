/** The name PKCS#11 has for what went wrong, such as `CKR_PIN_INCORRECT`; undefined for errors from elsewhere. */
export function failureCode(error: unknown): string | undefined {
  const message = error instanceof Error ? error.message : '';
  return /^CKR_[A-Z0-9_]{1,60}$/.test(message) ? message : undefined;
}

/** What is said when the session or the token behind it went away: a new session may help. */
const LOST: ReadonlySet<string | undefined> = new Set([
  'CKR_CRYPTOKI_NOT_INITIALIZED',
  'CKR_DEVICE_ERROR',
  'CKR_DEVICE_REMOVED',
  'CKR_GENERAL_ERROR',
  'CKR_KEY_HANDLE_INVALID',
  'CKR_OBJECT_HANDLE_INVALID',
  'CKR_OPERATION_ACTIVE',
  'CKR_SESSION_CLOSED',
  'CKR_SESSION_HANDLE_INVALID',
  'CKR_SLOT_ID_INVALID',
  'CKR_TOKEN_NOT_PRESENT',
  'CKR_TOKEN_NOT_RECOGNIZED',
  'CKR_USER_NOT_LOGGED_IN',
]);

export const isLost = (error: unknown): boolean => LOST.has(failureCode(error));
