import { type ErrorCode, isWorkloadIdentityError, WorkloadIdentityError } from '@workload-identity/contract';
import { describe, expect, test } from 'vitest';
import { explain, isPinRefused } from './explain.ts';
import { isLost } from './failure-code.ts';

describe('what is told of an error', () => {
  test.each([
    new Error('canary: says more than its code'),
    new Error('CKR_DEVICE_ERROR canary'),
    new Error('CKR_canary'),
    'canary',
    undefined,
  ])('nothing of what is not a plain code: %s', (thrown) => {
    const error = explain('pkcs11 main/ca', thrown);
    expect(isWorkloadIdentityError(error, 'authority_unavailable')).toBe(true);
    expect(error.message).toContain('pkcs11 main/ca: the token failed (no PKCS#11 code)');
    expect(error.message + String(error.stack)).not.toContain('canary');
    expect(error.cause).toBeUndefined();
  });

  test('a code that is a name of every object is a code like others', () => {
    expect(explain('a', new Error('CKR_CONSTRUCTOR')).message).toContain(
      'the token failed (CKR_CONSTRUCTOR)',
    );
  });

  const told: [string, ErrorCode, string][] = [
    ['CKR_PIN_INCORRECT', 'config_invalid', 'the token refused the PIN'],
    ['CKR_PIN_INVALID', 'config_invalid', 'the token refused the PIN'],
    ['CKR_PIN_LEN_RANGE', 'config_invalid', 'the token refused the PIN'],
    ['CKR_PIN_LOCKED', 'authority_unavailable', 'security officer sets a new one'],
    ['CKR_PIN_EXPIRED', 'authority_unavailable', 'has expired'],
    ['CKR_USER_PIN_NOT_INITIALIZED', 'authority_unavailable', 'no user PIN yet'],
    ['CKR_USER_ANOTHER_ALREADY_LOGGED_IN', 'authority_unavailable', 'in this process'],
    ['CKR_USER_TOO_MANY_TYPES', 'authority_unavailable', 'another user of the token'],
    ['CKR_MECHANISM_INVALID', 'key_invalid', 'does not sign by ECDSA'],
    ['CKR_KEY_FUNCTION_NOT_PERMITTED', 'key_invalid', 'may not sign'],
    ['CKR_KEY_TYPE_INCONSISTENT', 'key_invalid', 'is not one for ECDSA'],
    ['CKR_CURVE_NOT_SUPPORTED', 'config_invalid', 'does not have this curve'],
    ['CKR_DOMAIN_PARAMS_INVALID', 'config_invalid', 'does not have this curve'],
    ['CKR_TOKEN_WRITE_PROTECTED', 'config_invalid', 'write-protected'],
    ['CKR_SESSION_COUNT', 'authority_unavailable', 'no room'],
    ['CKR_DEVICE_MEMORY', 'authority_unavailable', 'no room'],
  ];
  test.each(told)('what to do about %s', (name, code, advice) => {
    const error = explain('pkcs11 main/ca', new Error(name));
    expect(isWorkloadIdentityError(error, code)).toBe(true);
    expect(error.message).toContain(advice);
    expect(error.message).toContain(`(${name})`);
    expect(isPinRefused(new Error(name))).toBe(code === 'config_invalid' && name.startsWith('CKR_PIN_'));
    expect(isLost(new Error(name))).toBe(false);
  });

  // What a token says when a session is worth opening again, and what it never says then.
  test.each([
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
  ])('%s means that the session is lost', (name) => {
    expect(isLost(new Error(name))).toBe(true);
    expect(isLost(new Error(`${name} `))).toBe(false);
    expect(explain('a', new Error(name)).message).toContain('the token went away');
  });

  test('an error of this project is passed on', () => {
    const error = new WorkloadIdentityError('closed');
    expect(explain('a', error)).toBe(error);
  });
});
