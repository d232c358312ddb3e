import { expect, test } from 'vitest';
import type { VerifiedIdentity } from '../index.ts';
import { callers } from './callers.ts';

const caller = Object.freeze({ subject: 'spiffe://prod.example.com/orders' }) as VerifiedIdentity;

test('a request has the caller that was noted last, and none before', () => {
  const request = {};
  expect(callers.of(request)).toBeUndefined();
  callers.set(request, caller);
  expect(callers.of(request)).toBe(caller);
  callers.set(request, undefined);
  expect(callers.of(request)).toBeUndefined();
  callers.set(request, caller);
  expect(callers.of(request)).toBe(caller);
});

test('attack 46: a caller goes with no copy of a request, and stands in no property', () => {
  const request = { url: '/' };
  callers.set(request, caller);
  expect(Reflect.ownKeys(request)).toEqual(['url']);
  for (const other of [
    { ...request },
    Object.create(request),
    new Proxy(request, {}),
    structuredClone(request),
  ]) {
    expect(callers.of(other)).toBeUndefined();
  }
  expect(callers.of({ caller })).toBeUndefined();
});
