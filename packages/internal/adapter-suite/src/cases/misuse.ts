import { describe, expect, test } from 'vitest';
import type { Harness } from '../harness.ts';
import { WORKLOADS } from '../names.ts';

const IDENTITIES: readonly [string, unknown][] = [
  ['undefined', undefined],
  ['null', null],
  ['nothing that verifies', {}],
  ['a verify that is no function', { verify: 'yes' }],
  ['a token', 'e30.e30.e30'],
];

const OPTIONS: readonly [string, unknown][] = [
  ['null', null],
  ['a list', []],
  ['a misspelt name', { subject: [WORKLOADS.orders] }],
  ['a name of another library', { credentialsRequired: false }],
  ['`__proto__` as a name', JSON.parse('{"__proto__":{"optional":true}}')],
  ['no subjects', { subjects: [] }],
  ['one subject without a list', { subjects: WORKLOADS.orders }],
  ['a regular expression', { subjects: [/orders/] }],
  ['a bare star', { subjects: ['*'] }],
  ['a star within a name', { subjects: ['spiffe://prod.example.com/ord*'] }],
  ['a star in the middle', { subjects: ['spiffe://prod.example.com/*/orders'] }],
  ['a subject without its trust domain', { subjects: ['/orders'] }],
  ['one bad subject among good ones', { subjects: [WORKLOADS.orders, 'orders'] }],
  ['no roles', { roles: [] }],
  ['one role without a list', { roles: 'billing.admin' }],
  ['a role in capitals', { roles: ['ADMIN'] }],
  ['no audiences', { audience: [] }],
  ['an empty audience', { audience: '' }],
  ['an audience that is no text', { audience: [1] }],
  ['optional as text', { optional: 'true' }],
  ['optional as a number', { optional: 1 }],
  ['optional as null', { optional: null }],
  ['preflights as text', { allowPreflight: 'false' }],
];

async function construct(harness: Harness, identity: unknown, options: unknown): Promise<unknown> {
  try {
    await harness.adapter.construct(identity, options);
    return undefined;
  } catch (error) {
    return error;
  }
}

export function misuseCases(harness: Harness): void {
  describe('attack 43: it cannot be set up without an identity', () => {
    test.each(IDENTITIES)('%s', async (_, identity) => {
      expect(await construct(harness, identity, {})).toBeInstanceOf(TypeError);
    });
  });

  describe('attack 43: it cannot be set up with a wrong option', () => {
    test.each(OPTIONS)('%s', async (_, options) => {
      expect(await construct(harness, harness.world.identity, options)).toBeInstanceOf(TypeError);
    });
  });

  test('attack 43: the same set-up with right options works', async () => {
    const { identity } = harness.world;
    expect(await construct(harness, identity, {})).toBeUndefined();
    expect(await construct(harness, identity, { optional: true })).toBeUndefined();
    const options = {
      subjects: [WORKLOADS.orders],
      roles: ['billing.admin'],
      audience: 'a',
      allowPreflight: false,
    };
    expect(await construct(harness, identity, options)).toBeUndefined();
  });
}
