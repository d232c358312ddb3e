import { rmSync } from 'node:fs';
import { inspect } from 'node:util';
import { HmacKey } from '@workload-identity/core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { codeOf, nextEvent, ORDERS, open, openScene, type Scene, watch } from '../../test/scene.ts';
import { privateKey, secret } from '../../test/secrets.ts';
import { openKeys } from './live-keys.ts';

const idOf = async (text: string): Promise<string> => (await HmacKey.parse(text)).keyId;

function orders(scene: Scene, next = false) {
  const sign = { rung: 'hmac', key: { file: scene.path('key') } } as const;
  return open({ workload: ORDERS, sign: next ? { ...sign, next: { file: scene.path('next') } } : sign });
}

const ask = { audience: ORDERS };

describe('live keys', () => {
  it('tells its keys by identifier: active and next', async () => {
    const scene = openScene();
    const [key, next] = [secret(), secret()];
    scene.write('key', key);
    scene.write('next', next);
    const identity = orders(scene, true);
    expect(identity.status().signer).toEqual({ state: 'empty', rung: 'hmac', keys: [] });
    await identity.ready();
    expect(identity.status().signer).toEqual({
      state: 'current',
      rung: 'hmac',
      keys: [
        { state: 'next', keyId: await idOf(next) },
        { state: 'active', keyId: await idOf(key) },
      ],
    });
  });

  it('signs with the key in the file after a reload, and names the one before as retired', async () => {
    const scene = openScene();
    const [before, after] = [secret(), secret()];
    scene.write('key', before);
    const identity = orders(scene);
    expect((await identity.mint(ask)).keyId).toBe(await idOf(before));
    const seen = watch('signer');
    scene.write('key', after);
    const { signer } = await identity.reload();
    expect(signer?.keys).toEqual([
      { state: 'active', keyId: await idOf(after) },
      { state: 'retired', keyId: await idOf(before) },
    ]);
    expect((await identity.mint(ask)).keyId).toBe(await idOf(after));
    expect(seen).toEqual([{ outcome: 'loaded', rung: 'hmac', keyId: await idOf(after) }]);
  });

  it('passes the middle of a rotation, where both references hold the same key', async () => {
    const scene = openScene();
    const [first, second] = [secret(), secret()];
    scene.write('key', first);
    scene.write('next', second);
    const identity = orders(scene, true);
    await identity.ready();
    scene.write('key', second);
    expect((await identity.reload()).signer?.keys).toEqual([
      { state: 'active', keyId: await idOf(second) },
      { state: 'retired', keyId: await idOf(first) },
    ]);
  });

  it('keeps the last good key while the file is broken, says so once, and says when it is mended', async () => {
    const scene = openScene();
    const key = secret();
    scene.write('key', key);
    const identity = orders(scene);
    await identity.ready();
    const seen = watch('signer');
    scene.write('key', 'not a secret');
    await identity.reload();
    const { signer } = await identity.reload();
    expect(signer).toMatchObject({
      state: 'stale',
      keys: [{ state: 'active', keyId: await idOf(key) }],
      error: { code: 'key_invalid' },
    });
    expect((await identity.mint(ask)).keyId).toBe(await idOf(key));
    scene.write('key', key);
    expect((await identity.reload()).signer?.state).toBe('current');
    expect(seen).toEqual([
      { outcome: 'refused', rung: 'hmac', code: 'key_invalid', message: expect.stringContaining('key') },
      { outcome: 'loaded', rung: 'hmac', keyId: await idOf(key) },
    ]);
  });

  it('keeps the last good key while the file is gone, and names the file', async () => {
    const scene = openScene();
    scene.write('key', secret());
    const identity = orders(scene);
    await identity.ready();
    rmSync(scene.path('key'));
    const { signer } = await identity.reload();
    expect(signer?.error?.code).toBe('secret_unavailable');
    expect(signer?.error?.message).toContain(`${scene.path('key')} cannot be read: ENOENT`);
    expect(await codeOf(identity.mint(ask))).toBe('none');
  });

  it('takes neither key while the next one is broken', async () => {
    const scene = openScene();
    scene.write('key', secret());
    scene.write('next', 'broken');
    const identity = orders(scene, true);
    expect(await codeOf(identity.ready())).toBe('key_invalid');
    expect(await codeOf(identity.mint(ask))).toBe('signer_unavailable');
  });

  it('looks at the file in the configured interval', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const scene = openScene();
    scene.write('key', privateKey().pem);
    scene.bundle([]);
    const identity = open({
      workload: ORDERS,
      sign: { rung: 'asymmetric', key: { file: scene.path('key') } },
      verify: { bundle: { file: scene.path('bundle.json') }, pollInterval: '30s' },
    });
    const { keyId } = await identity.mint(ask);
    scene.write('key', privateKey().jwk);
    const rotated = nextEvent('signer');
    vi.advanceTimersByTime(29_999);
    expect((await identity.mint(ask)).keyId).toBe(keyId);
    vi.advanceTimersByTime(1);
    await rotated;
    expect((await identity.mint(ask)).keyId).not.toBe(keyId);
    await identity.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('reports a reader that throws something of its own as a secret that is not available', async () => {
    const identity = open(
      { workload: ORDERS, sign: { rung: 'hmac', key: { env: 'SECRET' } } },
      { readSecret: () => Promise.reject(new Error('the vault is sealed')) },
    );
    expect(await codeOf(identity.ready())).toBe('secret_unavailable');
  });

  it('tells nothing of an error that is none of this project: it may quote the key', async () => {
    const signer = openKeys(
      {
        rung: 'hmac',
        key: { env: 'SECRET' },
        next: undefined,
        audienceScoped: false,
        parse: (text) => Promise.reject(new Error(`not a key: ${text}`)),
      },
      { readSecret: async () => 'canary', clock: Date.now, pollInterval: 0 } as never,
    );
    const error = await signer.ready().catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'secret_unavailable' });
    expect(inspect([error, signer.status()], { depth: null, showHidden: true })).not.toContain('canary');
  });
});
