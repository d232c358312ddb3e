import { expect, test } from 'vitest';
import { defineVerify, type VerifiedIdentity, type Verifier, type VerifyOptions } from '../index.ts';
import { admit, authenticate, authorize } from './admit.ts';
import type { HttpRequest } from './request.ts';
import { authenticationRules, authorizationRules, routeRules } from './rules.ts';

const ORDERS = 'spiffe://prod.example.com/orders';

function identity(subject: string, roles: readonly string[] = []): VerifiedIdentity {
  return Object.freeze({ subject, roles }) as VerifiedIdentity;
}

class Verifying implements Verifier {
  readonly asked: [string, VerifyOptions | undefined][] = [];
  async verify(token: string, options?: VerifyOptions): Promise<VerifiedIdentity> {
    this.asked.push([token, options]);
    return identity(ORDERS, ['a']);
  }
}

function request(headers: Record<string, string>, method = 'GET'): HttpRequest {
  return { method, header: (name) => (headers[name] === undefined ? [] : [headers[name]]) };
}

const GOOD = request({ authorization: 'Bearer t' });
const PREFLIGHT = request({ origin: 'https://a.example', 'access-control-request-method': 'GET' }, 'OPTIONS');
const missing = expect.objectContaining({ code: 'credential_missing' });
const forbidden = expect.objectContaining({ code: 'not_authorized' });

test('the verifier is asked for the token and the audience of the route, and for nothing else', async () => {
  const verifier = new Verifying();
  await authenticate(verifier, GOOD, authenticationRules({ audience: ['x', 'y'] }));
  await authenticate(verifier, GOOD, authenticationRules());
  expect(verifier.asked).toEqual([
    ['t', { audience: ['x', 'y'] }],
    ['t', undefined],
  ]);
});

test('attack 42: nobody gets in unless the route says so, and then without asking the verifier', async () => {
  const verifier = new Verifying();
  expect(() => authenticate(verifier, request({}), authenticationRules())).toThrow(missing);
  expect(() => authenticate(verifier, PREFLIGHT, authenticationRules())).toThrow(missing);
  expect(() => admit(verifier, PREFLIGHT, routeRules({ roles: ['a'] }))).toThrow(missing);
  expect(await authenticate(verifier, request({}), authenticationRules({ optional: true }))).toBeUndefined();
  expect(
    await authenticate(verifier, PREFLIGHT, authenticationRules({ allowPreflight: true })),
  ).toBeUndefined();
  expect(
    await admit(verifier, PREFLIGHT, routeRules({ allowPreflight: true, roles: ['x'] })),
  ).toBeUndefined();
  expect(verifier.asked).toEqual([]);
});

test.each([undefined, null, true, 'spiffe://prod.example.com/orders', {}, { subject: 1 }])(
  'a verifier that answers %j has verified nobody, even where authentication is optional',
  async (answer) => {
    const verifier = { verify: () => Promise.resolve(answer as never) };
    const rules = authenticationRules({ optional: true });
    await expect(authenticate(verifier, GOOD, rules)).rejects.toThrow(TypeError);
    const atOnce = { verify: defineVerify(() => answer as never) };
    expect(() => authenticate(atOnce, GOOD, rules)).toThrow(TypeError);
  },
);

test('a verifier that can answer at once is asked to, and what it throws is passed on', async () => {
  const asked: unknown[] = [];
  const refusal = new Error('no');
  const verifier: Verifier = {
    verify: defineVerify((token, options) => {
      asked.push([token, options]);
      if (token === 'bad') throw refusal;
      return token === 'late' ? Promise.resolve(identity(ORDERS)) : identity(ORDERS, ['a']);
    }),
  };
  const bearing = (token: string) => request({ authorization: `Bearer ${token}` });
  const rules = routeRules({ audience: 'x', roles: ['a'] });
  expect(admit(verifier, bearing('t'), rules)).toEqual(identity(ORDERS, ['a']));
  expect(asked).toEqual([['t', { audience: ['x'] }]]);
  expect(() => admit(verifier, bearing('bad'), rules)).toThrow(refusal);
  await expect(admit(verifier, bearing('late'), rules)).rejects.toThrow(forbidden);
  expect(() => admit(verifier, bearing('t'), routeRules({ roles: ['b'] }))).toThrow(forbidden);
});

test('whoever puts another `verify` in place of ours is asked, and not what stood there', async () => {
  const inner: Verifier = { verify: defineVerify(() => identity(ORDERS)) };
  const stricter = () => Promise.reject(new Error('not this one'));
  const rules = routeRules();
  for (const wrapper of [
    { ...inner, verify: stricter },
    Object.create(inner, { verify: { value: stricter } }),
    new Proxy(inner, { get: () => stricter }),
  ]) {
    await expect(admit(wrapper, GOOD, rules)).rejects.toThrow('not this one');
  }
  expect(admit({ ...inner }, GOOD, rules)).toEqual(identity(ORDERS));
});

test('subjects and roles must both hold, and of each one is enough', () => {
  const both = authorizationRules({ subjects: ['spiffe://prod.example.com/x', ORDERS], roles: ['a', 'b'] });
  expect(() => authorize(identity(ORDERS, ['b']), both)).not.toThrow();
  expect(() => authorize(identity(ORDERS, ['c']), both)).toThrow(forbidden);
  expect(() => authorize(identity(ORDERS), both)).toThrow(forbidden);
  expect(() => authorize(identity('spiffe://prod.example.com/y', ['a']), both)).toThrow(forbidden);
});

test('nobody is never authorized, not even where every caller is', () => {
  expect(() => authorize(undefined, authorizationRules({ anyCaller: true }))).toThrow(missing);
  expect(() => authorize(identity(ORDERS), authorizationRules({ anyCaller: true }))).not.toThrow();
});

test('a route is admitted by its own rules', async () => {
  const verifier = new Verifying();
  expect(await admit(verifier, GOOD, routeRules())).toEqual(identity(ORDERS, ['a']));
  expect(await admit(verifier, GOOD, routeRules({ roles: ['a'], allowPreflight: true }))).toBeDefined();
  await expect(admit(verifier, GOOD, routeRules({ roles: ['b'], allowPreflight: true }))).rejects.toThrow(
    forbidden,
  );
});
