import { describe, expect, test } from 'vitest';
import { authenticationRules, authorizationRules, requireVerifier, routeRules } from './rules.ts';

const ORDERS = 'spiffe://prod.example.com/orders';

describe('attack 43: who may call must be said', () => {
  test.each([
    [undefined],
    [null],
    [{}],
    [[]],
    [{ subjects: undefined }],
    [{ anyCaller: false }],
    [{ anyCaller: 'true' }],
    [{ anyCaller: true, roles: ['a'] }],
    [{ anyCaller: false, roles: ['a'] }],
    [{ subjects: [] }],
    [{ roles: [] }],
    [{ role: ['a'] }],
    [{ subjects: ORDERS }],
    [{ subjects: ['spiffe://prod.example.com'] }],
    [{ subjects: ['spiffe://*/orders'] }],
    [{ roles: ['a b'] }],
  ])('not with %j', (options) => {
    expect(() => authorizationRules(options as never)).toThrow(TypeError);
  });

  test('allowing all has a name', () => {
    expect(authorizationRules({ anyCaller: true })).toEqual({ subjects: undefined, roles: undefined });
  });
});

test('attack 43: `optional` with subjects or roles contradicts itself', () => {
  expect(() => routeRules({ optional: true, subjects: [ORDERS] })).toThrow(TypeError);
  expect(() => routeRules({ optional: true, roles: ['a'] })).toThrow(TypeError);
  expect(routeRules({ optional: false, roles: ['a'] }).optional).toBe(false);
});

test('attack 43: a verifier is something that verifies', () => {
  for (const wrong of [undefined, null, {}, { verify: 1 }]) {
    expect(() => requireVerifier(wrong as never)).toThrow(TypeError);
  }
});

test('attack 27: an audience that cannot be one is not silently unused', () => {
  for (const audience of ['', ' ', 'a b', [], [''], [null], null, 7, {}]) {
    expect(() => authenticationRules({ audience } as never)).toThrow(TypeError);
  }
  expect(authenticationRules({ audience: 'a' }).verifyOptions).toEqual({ audience: ['a'] });
  expect(authenticationRules().verifyOptions).toBeUndefined();
});

test('attack 50: what stands on `Object.prototype` is not an option', () => {
  const polluted = Object.prototype as Record<string, unknown>;
  const names = ['optional', 'allowPreflight', 'anyCaller', 'provenKey'];
  for (const name of names) polluted[name] = true;
  try {
    const { optional, allowPreflight, verifyOptions } = routeRules({ audience: 'a' });
    expect([optional, allowPreflight, verifyOptions?.provenKey]).toEqual([false, false, undefined]);
    expect(authenticationRules().optional).toBe(false);
    expect(() => authorizationRules({} as never)).toThrow(TypeError);
  } finally {
    for (const name of names) delete polluted[name];
  }
});

test('rules do not change with the options they were read from', () => {
  const options = { subjects: [ORDERS], roles: ['a'], audience: ['x'] };
  const rules = routeRules(options);
  options.subjects.push('spiffe://prod.example.com/*');
  options.roles.push('b');
  options.audience.push('y');
  expect(rules.authorization?.subjects?.map(({ text }) => text)).toEqual([ORDERS]);
  expect(rules.authorization?.roles).toEqual(['a']);
  expect(rules.verifyOptions?.audience).toEqual(['x']);
  expect(() => Object.assign(rules, { optional: true })).toThrow(TypeError);
});

test('a getter is asked once', () => {
  let asked = 0;
  const options = {
    get optional() {
      asked += 1;
      return asked > 1;
    },
  };
  expect(authenticationRules(options).optional).toBe(false);
  expect(asked).toBe(1);
});
