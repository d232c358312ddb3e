import { isWorkloadIdentityError, WorkloadIdentityError } from '@workload-identity/contract';
import { describe, expect, test } from 'vitest';
import { explain } from './explain.ts';

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

  test('an error of this project is passed on', () => {
    const error = new WorkloadIdentityError('closed');
    expect(explain('a', error)).toBe(error);
  });
});
