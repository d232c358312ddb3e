import { describe, expect, it, vi } from 'vitest';
import { ERROR_CODES, isWorkloadIdentityError, WorkloadIdentityError } from './index.ts';

describe('WorkloadIdentityError', () => {
  it('says what was wrong and how to mend it', () => {
    const error = new WorkloadIdentityError('token_expired', { detail: '5 seconds ago' });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'WorkloadIdentityError', code: 'token_expired' });
    const { message, fix } = ERROR_CODES.token_expired;
    expect(error.message).toBe(`${message}: 5 seconds ago. ${fix}`);
    expect(new WorkloadIdentityError('token_expired').message).toBe(`${message}. ${fix}`);
  });

  it('gives the fix a line of its own below a list', () => {
    const { message, fix } = ERROR_CODES.bundle_invalid;
    const error = new WorkloadIdentityError('bundle_invalid', { detail: '1 mistake\n  a: b' });
    expect(error.message).toBe(`${message}: 1 mistake\n  a: b\n${fix}`);
  });

  it('carries its detail and its facts, and shows them once', () => {
    const error = new WorkloadIdentityError('token_expired', { detail: '5 seconds ago', expiresAt: 7 });
    expect([error.detail, error.expiresAt, error.expected]).toEqual(['5 seconds ago', 7, undefined]);
    expect(Object.keys(error).sort()).toEqual(['code', 'name']);
    expect('detail' in new WorkloadIdentityError('token_expired')).toBe(false);
    expect('expiresAt' in new WorkloadIdentityError('token_expired')).toBe(false);
  });

  it('cuts off what would fill a log', () => {
    const { message, detail = '' } = new WorkloadIdentityError('audience_mismatch', {
      detail: `${'a'.repeat(4_095)}\u{1f600}${'b'.repeat(2_000_000)}`,
    });
    expect(message.length).toBeLessThan(5_000);
    expect(detail.endsWith('… (2000001 more characters)')).toBe(true);
    expect(message.isWellFormed()).toBe(true);
  });

  it('keeps the cause', () => {
    const cause = new Error('disk');
    expect(new WorkloadIdentityError('bundle_unavailable', { cause }).cause).toBe(cause);
    expect(Object.hasOwn(new WorkloadIdentityError('closed'), 'cause')).toBe(false);
  });

  it('is known across duplicate copies of this package', async () => {
    vi.resetModules();
    const copy = await import('./error.ts');
    expect(copy.WorkloadIdentityError).not.toBe(WorkloadIdentityError);
    const theirs = new copy.WorkloadIdentityError('denied');
    expect(theirs).not.toBeInstanceOf(WorkloadIdentityError);
    expect(isWorkloadIdentityError(theirs)).toBe(true);
    expect(isWorkloadIdentityError(theirs, 'denied')).toBe(true);
    expect(isWorkloadIdentityError(theirs, 'closed')).toBe(false);
    expect(copy.isWorkloadIdentityError(new WorkloadIdentityError('denied'), 'denied')).toBe(true);
  });

  it.each([
    undefined,
    null,
    'denied',
    {},
    { code: 'denied' },
    new Error('denied'),
    { name: 'WorkloadIdentityError' },
  ])('is not %j', (value) => {
    expect(isWorkloadIdentityError(value)).toBe(false);
  });

  it('does not carry its brand into JSON or a copy', () => {
    const error = new WorkloadIdentityError('denied');
    expect(JSON.parse(JSON.stringify(error))).toEqual({ name: 'WorkloadIdentityError', code: 'denied' });
    expect(isWorkloadIdentityError({ ...error })).toBe(false);
  });
});
