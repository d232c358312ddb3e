import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { collectGarbage } from '../../../core/test/support/collect-garbage.ts';
import { BILLING, ORDERS, openScene } from '../../test/scene.ts';
import { privateKey, secret } from '../../test/secrets.ts';
import { readSettings } from '../config/parse-configuration.ts';
import { createSigning } from './signing.ts';

const ROTATIONS = 20;

/** What signs with the key in a file, and weak references to the keys it has had. */
function rotating(rung: 'hmac' | 'asymmetric', parts: object = {}) {
  const scene = openScene();
  const sign = { rung, key: { file: scene.path('key') }, ...parts };
  const settings = readSettings({ workload: ORDERS, sign }, 'a test');
  const time = { now: Date.now() };
  const trust = { pollInterval: 0 };
  const { signer, mint } = createSigning(settings.workload, settings.sign as never, trust, {
    clock: () => time.now,
  });
  onTestFinished(() => void signer.close());
  const keys: WeakRef<object>[] = [];
  const rotate = async (): Promise<void> => {
    scene.write('key', rung === 'hmac' ? secret() : privateKey().pem);
    await signer.reload();
    await mint({ audience: BILLING });
    keys.push(new WeakRef(await signer.signerFor([BILLING])));
  };
  const alive = async (): Promise<number> => {
    await collectGarbage();
    return keys.filter((key) => key.deref() !== undefined).length;
  };
  return { signer, time, rotate, alive };
}

describe.each([
  ['hmac', {}],
  ['hmac', { audienceScoped: true }],
  ['asymmetric', {}],
] as const)('attack 60: an old key to sign with, rung %s %j', (rung, parts) => {
  it('stays as long as its tokens may need it, and not a second longer, though nobody asks', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { signer, time, rotate, alive } = rotating(rung, parts);
    for (let at = 0; at < ROTATIONS; at++) await rotate();
    expect(signer.status().keys).toHaveLength(ROTATIONS);
    expect(await alive()).toBe(ROTATIONS);
    time.now += 3_661_000;
    await vi.advanceTimersByTimeAsync(3_661_000);
    expect(await alive()).toBe(1);
    expect(signer.status().keys).toMatchObject([{ state: 'active' }]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is gone when the service is closed, and so is the active one', async () => {
    const { signer, rotate, alive } = rotating(rung, parts);
    for (let at = 0; at < ROTATIONS; at++) await rotate();
    await signer.close();
    expect(await alive()).toBe(0);
    expect(signer.status().keys).toEqual([]);
  });
});
