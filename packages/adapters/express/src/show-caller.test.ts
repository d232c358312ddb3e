import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { VerifiedIdentity } from '@workload-identity/core';
import { anything, assert, constantFrom, oneof, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { showCaller } from './show-caller.ts';

const CALLER = Object.freeze({ subject: 'spiffe://prod.example.com/orders' }) as VerifiedIdentity;
const shownBy = (request: object) => (request as { caller?: unknown }).caller;

describe('attack 50: whatever stands on `Object.prototype`, `req.caller` is who was verified', () => {
  const names = ['caller', 'value', 'get', 'set', 'writable', 'enumerable', 'configurable', 'subject'];
  const values = oneof(
    constantFrom<unknown>(true, undefined, () => 'forged', { subject: 'forged' }),
    anything(),
  );

  it('and cannot be replaced', () => {
    assert(
      property(constantFrom(...names), values, constantFrom(CALLER, undefined), (name, value, caller) => {
        const request = new IncomingMessage(new Socket());
        const polluted = { __proto__: null, value, configurable: true, writable: true, enumerable: true };
        Object.defineProperty(Object.prototype, name, polluted as PropertyDescriptor);
        let seen: unknown;
        let replaced: boolean;
        try {
          showCaller(request, caller);
          seen = shownBy(request);
          replaced = Reflect.set(request, 'caller', { subject: 'forged' });
        } finally {
          Reflect.deleteProperty(Object.prototype, name);
        }
        expect([seen, replaced, shownBy(request)]).toEqual([caller, false, caller]);
        expect(Object.getOwnPropertyDescriptor(request, 'caller')).toMatchObject({
          set: undefined,
          enumerable: true,
          configurable: false,
        });
      }),
      { numRuns: 500 },
    );
  });
});
