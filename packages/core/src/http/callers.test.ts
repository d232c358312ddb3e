import { expect, test } from 'vitest';
import type { VerifiedIdentity } from '../index.ts';
import { callerOf, setCaller } from './callers.ts';

const caller = Object.freeze({ subject: 'spiffe://prod.example.com/orders' }) as VerifiedIdentity;

test('a request has the caller that was noted last, and none before', () => {
  const request = {};
  expect(callerOf(request)).toBeUndefined();
  setCaller(request, caller);
  expect(callerOf(request)).toBe(caller);
  setCaller(request, undefined);
  expect(callerOf(request)).toBeUndefined();
  setCaller(request, caller);
  expect(callerOf(request)).toBe(caller);
});

test('attack 46: a caller goes with no copy of a request, and stands in no property', () => {
  const request = { url: '/' };
  setCaller(request, caller);
  expect(Reflect.ownKeys(request)).toEqual(['url']);
  for (const other of [
    { ...request },
    Object.create(request),
    new Proxy(request, {}),
    structuredClone(request),
  ]) {
    expect(callerOf(other)).toBeUndefined();
  }
  expect(callerOf({ caller })).toBeUndefined();
});
