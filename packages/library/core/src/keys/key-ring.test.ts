import { randomBytes } from 'node:crypto';
import type { TrustBundle } from '@workload-identity/contract';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { collectGarbage } from '../../test/support/collect-garbage.ts';
import { createBundleSource } from '../bundle/bundle-source.ts';
import { createMinter } from '../mint/minter.ts';
import { createVerifier } from '../verify/verifier.ts';
import { AsymmetricKey } from './asymmetric-key.ts';
import { HmacKey } from './hmac-key.ts';
import { KeyRing } from './key-ring.ts';

const START = 1_800_000_000;
const ORDERS = 'spiffe://prod.example.com/orders';
const BILLING = 'spiffe://prod.example.com/billing';
const SUBJECTS = ['spiffe://prod.example.com/*'];

let now = START;
const clock = (): number => now * 1000;
let [first, second, third]: AsymmetricKey[] = [];
beforeAll(async () => {
  [first, second, third] = await Promise.all([1, 2, 3].map(() => AsymmetricKey.generate()));
});

function ring(): KeyRing<AsymmetricKey> {
  now = START;
  return new KeyRing({ active: first as AsymmetricKey, next: second as AsymmetricKey, clock });
}

const states = (keys: KeyRing<AsymmetricKey>): string[] =>
  keys.entries().map(({ state, key }) => `${state} ${[first, second, third].indexOf(key) + 1}`);

describe('a key ring', () => {
  test('signs with the active key, and publishes the next before it is used', async () => {
    const keys = ring();
    expect((await keys.signerFor([BILLING])).keyId).toBe(first?.keyId);
    expect(states(keys)).toEqual(['next 2', 'active 1']);
    expect(keys.authority(ORDERS, SUBJECTS)).toEqual({
      rung: 'asymmetric',
      issuer: ORDERS,
      subjects: SUBJECTS,
      keys: [second?.publicJwk, first?.publicJwk],
    });
  });

  test('publishes a retired key until its last token has ended everywhere', () => {
    const keys = ring();
    keys.rotate(third);
    expect(states(keys)).toEqual(['next 3', 'active 2', 'retired 1']);
    expect(keys.entries().at(-1)?.neededUntil).toBe(START + 3_600 + 60);
    now = START + 3_659;
    expect(states(keys)).toEqual(['next 3', 'active 2', 'retired 1']);
    now = START + 3_660;
    expect(states(keys)).toEqual(['next 3', 'active 2']);
    keys.rotate();
    expect(states(keys)).toEqual(['active 3', 'retired 2']);
  });

  test('refuses to rotate to a key that nobody knows', () => {
    const keys = ring();
    keys.rotate();
    expect(() => keys.rotate()).toThrow(TypeError);
    expect(states(keys)).toEqual(['active 2', 'retired 1']);
  });

  test('takes the keys a changed configuration names', () => {
    const keys = ring();
    keys.replace(first as AsymmetricKey);
    expect(states(keys)).toEqual(['active 1']);
    keys.replace(third as AsymmetricKey, second);
    expect(states(keys)).toEqual(['next 2', 'active 3', 'retired 1']);
    now = START + 100;
    keys.replace(first as AsymmetricKey);
    expect(states(keys)).toEqual(['active 1', 'retired 3']);
    expect(keys.entries().at(-1)?.neededUntil).toBe(START + 100 + 3_660);
  });

  test('keeps a token valid that was minted before a rotation, and after it under the bundle of before', async () => {
    const keys = ring();
    let sequence = 0;
    const bundle = (): TrustBundle => ({
      version: 1,
      trustDomain: 'prod.example.com',
      sequence: ++sequence,
      authorities: [keys.authority(ORDERS, SUBJECTS)],
    });
    const verify = async (token: string, trusted: TrustBundle): Promise<string> => {
      const source = createBundleSource({ bundle: trusted, pollInterval: 0 });
      await source.ready();
      const verifier = createVerifier({ bundle: source, audiences: [BILLING], clock });
      return verifier.verify(token).then(
        ({ keyId }) => keyId,
        ({ code }) => code,
      );
    };
    const minter = createMinter({ issuer: ORDERS, signers: keys, clock });
    const before = bundle();
    const old = (await minter.mint({ audience: BILLING, lifetime: 3_600 })).token;
    keys.rotate(third);
    const fresh = (await minter.mint({ audience: BILLING })).token;
    expect(await verify(old, bundle())).toBe(first?.keyId);
    expect(await verify(fresh, before)).toBe(second?.keyId);
    // To its last second and the largest leeway, the old token finds its key.
    now = START + 3_600 + 9;
    expect(await verify(old, bundle())).toBe(first?.keyId);
    now = START + 3_600 + 10;
    expect(await verify(old, bundle())).toBe('token_expired');
    now = START + 3_660;
    expect(await verify(old, bundle())).toBe('key_unknown');
  });
});

describe('attack 60: a retired key', () => {
  /** A ring whose key of before is known here by a weak reference alone. */
  async function rotated() {
    const secret = async () => HmacKey.fromSecret(randomBytes(32));
    const active = await secret();
    const keys = new KeyRing({ active, next: await secret(), clock });
    return { keys, old: new WeakRef(active) };
  }

  beforeEach(() => {
    now = START;
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => void vi.useRealTimers());

  const pass = (seconds: number): void => {
    now += seconds;
    vi.advanceTimersByTime(seconds * 1000);
  };

  test('is dropped when its last token has ended, though nobody asks', async () => {
    const { keys, old } = await rotated();
    keys.rotate();
    pass(3_659);
    await collectGarbage();
    expect(old.deref()).toBeDefined();
    pass(1);
    await collectGarbage();
    expect(old.deref()).toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
    expect(keys.entries()).toHaveLength(1);
  });

  test('is dropped when somebody asks, where the timers have not kept up with the clock', async () => {
    const { keys, old } = await rotated();
    keys.rotate();
    now += 3_660;
    expect(keys.entries()).toHaveLength(1);
    await collectGarbage();
    expect(old.deref()).toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is waited for by one timer, seldom, also where the clock has gone back by years', async () => {
    const { keys } = await rotated();
    let looks = 0;
    const watched = new KeyRing({
      active: keys.entries()[1]?.key as HmacKey,
      next: keys.entries()[0]?.key as HmacKey,
      clock: () => {
        looks++;
        return clock();
      },
    });
    watched.rotate();
    now -= 10 * 365 * 86_400;
    looks = 0;
    vi.advanceTimersByTime(24 * 3_660_000);
    expect(looks).toBe(24);
    expect(vi.getTimerCount()).toBe(1);
    expect(watched.entries()).toHaveLength(2);
  });

  test('keeps no ring that nobody uses', async () => {
    const left = await (async () => {
      const { keys, old } = await rotated();
      keys.rotate();
      return { ring: new WeakRef(keys), old };
    })();
    await collectGarbage();
    expect([left.ring.deref(), left.old.deref()]).toEqual([undefined, undefined]);
    pass(3_660);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a key ring of secrets', () => {
  const make = (): Promise<HmacKey> => HmacKey.fromSecret(randomBytes(32));

  test('does not publish them', async () => {
    const keys = new KeyRing({ active: await make() });
    expect(() => keys.authority(ORDERS, SUBJECTS)).toThrow(TypeError);
  });

  test('signs with the key of the one audience, when it is told to', async () => {
    const active = await make();
    const keys = new KeyRing({ active, audienceScoped: true });
    expect((await keys.signerFor([BILLING])).keyId).toBe((await active.forAudience(BILLING)).keyId);
    await expect(keys.signerFor([BILLING, ORDERS])).rejects.toMatchObject({ code: 'mint_refused' });
    await expect(keys.signerFor([])).rejects.toMatchObject({ code: 'mint_refused' });
    expect(await new KeyRing({ active }).signerFor([BILLING])).toBe(active);
  });

  test('is for secrets alone when it is scoped', () => {
    expect(() => new KeyRing({ active: first as AsymmetricKey, audienceScoped: true })).toThrow(TypeError);
  });
});
