import type { Verifier } from '@workload-identity/core';
import { describe, expect, test } from 'vitest';
import { captured } from '../captured.ts';
import { bearer, Harness } from '../harness.ts';
import { unreadyIdentity } from '../world.ts';

/** Verifiers that do not do what they should. None of them may open a door. */
const BROKEN: readonly [string, Verifier][] = [
  [
    'throws',
    {
      verify: (token) => {
        throw new Error(`no rule for ${token}`);
      },
    },
  ],
  [
    'rejects',
    { verify: async (token) => Promise.reject(new Error(`no rule for ${token}\n    at ${token}`)) },
  ],
  ['rejects with a text', { verify: (token) => Promise.reject(token) }],
  ['rejects with nothing', { verify: () => Promise.reject(undefined) }],
  ['gives nothing', { verify: () => Promise.resolve(undefined as never) }],
  ['gives null', { verify: () => Promise.resolve(null as never) }],
  ['gives true', { verify: () => Promise.resolve(true as never) }],
  ['gives an empty object', { verify: () => Promise.resolve({} as never) }],
];

/** Runs against a server of its own and gives what its framework logged. */
async function withIdentity(
  harness: Harness,
  identity: Verifier,
  run: (one: Harness) => Promise<void>,
): Promise<string> {
  const one = new Harness(harness.adapter, harness.world);
  await one.start(identity);
  try {
    await run(one);
  } finally {
    await one.close();
  }
  return one.log.join('');
}

export function faultCases(harness: Harness): void {
  test('without a bundle every token gets 503, and no credential still 401', async () => {
    await withIdentity(harness, unreadyIdentity(), async (one) => {
      const headers = [bearer(await harness.world.token())];
      await one.refuses({ path: '/secret', headers }, 'temporarily_unavailable');
      await one.refuses({ path: '/optional', headers }, 'temporarily_unavailable');
      await one.refuses({ path: '/secret' }, 'credential_missing');
    });
  });

  describe('attack 45: a verifier that breaks lets nobody in and tells nothing', () => {
    test.each(BROKEN)('it %s', async (_, identity) => {
      const canary = await harness.world.token();
      let log = '';
      const printed = await captured(async () => {
        log = await withIdentity(harness, identity, async (one) => {
          for (const path of [
            '/secret',
            '/optional',
            '/mounted/secret',
            '/own/secret',
            '/roles',
            '/preflight',
          ]) {
            await one.refuses({ path, headers: [bearer(canary)] }, 'fault');
          }
        });
      });
      for (const part of [canary, ...canary.split('.')]) expect(printed + log).not.toContain(part);
    });
  });
}
