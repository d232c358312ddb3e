import { describe, expect, it, vi } from 'vitest';
import { hangFiles } from '../../core/test/support/thread-pool.ts';
import { hangingReader, LATE, outcomeOf, stopTimers, until } from '../test/hanging.ts';
import { BILLING, codeOf, ORDERS, open, openScene, shared, watch } from '../test/scene.ts';
import { privateKey, secret } from '../test/secrets.ts';

const TO_BILLING = { audience: BILLING };

/** A service of the hmac rung whose references may hang. Its bundle has the keys it signs with in files of its own. */
function service() {
  const scene = openScene();
  const text = secret();
  const key = scene.write('key', text);
  const next = scene.write('next', secret());
  const trusted = scene.write('trusted', text);
  const reader = hangingReader();
  const bundle = { file: scene.bundle([shared(trusted)]) };
  const sign = { rung: 'hmac', key: { file: key }, next: { file: next } } as const;
  const verify = { bundle, audiences: [BILLING] };
  const { readSecret } = reader;
  const start = () => open({ workload: ORDERS, sign, verify }, { readSecret });
  return { scene, key, next, trusted, reader, start };
}

describe.each(['key', 'next'] as const)('attack 55: a %s to sign with that never answers', (name) => {
  it('stops a new service after two seconds, with the reason', async () => {
    const { reader, start, ...names } = service();
    const pass = stopTimers();
    reader.hang(names[name]);
    const identity = start();
    const ready = outcomeOf(identity.ready());
    await reader.hung(1);
    await pass(1.9);
    expect(ready.over).toBe(false);
    await pass(0.1);
    expect(await ready.end).toMatchObject({ code: 'secret_unavailable', message: LATE });
    expect(identity.status().signer).toMatchObject({ state: 'empty', error: { message: LATE } });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves a running one signing, stale with the reason, and holds back no denial', async () => {
    const { scene, reader, start, trusted, ...names } = service();
    const pass = stopTimers();
    const identity = start();
    await identity.ready();
    const { token, tokenId } = await identity.mint(TO_BILLING);
    await identity.verify(token);
    const events = watch('signer');
    reader.hang(names[name]);
    scene.bundle([shared(trusted)], { sequence: 2, denied: { tokens: [tokenId] } });
    const reloading = outcomeOf(identity.reload());
    await reader.hung(1);
    // While the key hangs, the bundle was read.
    expect(await codeOf(identity.verify(token))).toBe('denied');
    expect(reloading.over).toBe(false);
    await pass(2);
    expect(await reloading.end).toMatchObject({
      bundle: { state: 'current', sequence: 2 },
      signer: { state: 'stale', error: { code: 'secret_unavailable', message: LATE } },
    });
    expect(events).toMatchObject([{ outcome: 'refused', code: 'secret_unavailable' }]);
    expect(await codeOf(identity.mint(TO_BILLING))).toBe('none');
    reader.hang();
    expect((await identity.reload()).signer?.state).toBe('current');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('holds a token of an unknown key for no more than a second', async () => {
    const { reader, start, ...names } = service();
    const pass = stopTimers();
    const identity = start();
    await identity.ready();
    const strangers = openScene();
    const sign = { rung: 'hmac', key: { file: strangers.write('key', secret()) } } as const;
    const { token } = await open({ workload: ORDERS, sign }).mint(TO_BILLING);
    reader.hang(names[name]);
    const verdict = outcomeOf(identity.verify(token));
    await reader.hung(1);
    expect(verdict.over).toBe(false);
    await pass(1);
    expect(await verdict.end).toMatchObject({ code: 'key_unknown' });
    // The next ones do not wait at all.
    expect(await codeOf(identity.verify(token))).toBe('key_unknown');
    await pass(1);
  });
});

describe('attack 55: a secret of the bundle that never answers', () => {
  it('stops a new service after two seconds, with the reason', async () => {
    const { reader, start, trusted } = service();
    const pass = stopTimers();
    reader.hang(trusted);
    const identity = start();
    const ready = outcomeOf(identity.ready());
    await reader.hung(1);
    await pass(2);
    expect(await ready.end).toMatchObject({ code: 'secret_unavailable', message: LATE });
    expect(identity.status()).toMatchObject({ signer: { state: 'current' }, bundle: { state: 'empty' } });
    expect(await codeOf(identity.mint(TO_BILLING))).toBe('none');
  });

  it('does not keep a running one from a new key to sign with', async () => {
    const { scene, reader, start, trusted } = service();
    const pass = stopTimers();
    const identity = start();
    await identity.ready();
    const before = (await identity.mint(TO_BILLING)).keyId;
    reader.hang(trusted);
    scene.write('key', secret());
    const reloading = outcomeOf(identity.reload());
    await reader.hung(1);
    await pass(2);
    expect(await reloading.end).toMatchObject({
      bundle: { state: 'stale', error: { code: 'secret_unavailable', message: LATE } },
      signer: { state: 'current' },
    });
    expect((await identity.mint(TO_BILLING)).keyId).not.toBe(before);
  });
});

describe.skipIf(process.platform === 'win32')('attack 55: a file that never answers', () => {
  /** Services that read one kind of file each; all of their files hang at once. */
  const SERVICES: Record<string, () => Promise<object>> = {
    'a bundle': async () => {
      const scene = openScene();
      return { verify: { bundle: { file: scene.bundle([shared(scene.write('secret', secret()))]) } } };
    },
    'a shared secret': async () => ({
      sign: { rung: 'hmac', key: { file: openScene().write('secret', secret()) } },
    }),
    'a private key': async () => ({
      sign: { rung: 'asymmetric', key: { file: openScene().write('key', privateKey().pem) } },
    }),
  };

  it.each(Object.keys(SERVICES))('stops a new service after two seconds: %s', async (name) => {
    const parts = await SERVICES[name]?.();
    const identity = open({ workload: ORDERS, ...parts } as never);
    const letGo = hangFiles(openScene().path('pipe'));
    const pass = stopTimers();
    const ready = outcomeOf(identity.ready());
    await pass(1.9);
    expect(ready.over).toBe(false);
    await pass(0.1);
    expect(await ready.end).toMatchObject({ message: LATE });
    // A second attempt takes no further thread, and does not wait.
    const again = outcomeOf(identity.ready());
    await pass(0);
    await until(() => again.over);
    expect(await again.end).toMatchObject({ message: LATE });
    await letGo();
  });

  it('leaves a running service verifying and signing, stale with the reasons', async () => {
    const scene = openScene();
    const key = { file: scene.write('secret', secret()) };
    const verify = { bundle: { file: scene.bundle([shared(key.file)]) }, audiences: [BILLING] };
    const identity = open({ workload: ORDERS, sign: { rung: 'hmac', key }, verify });
    const { token } = await identity.mint(TO_BILLING);
    await identity.verify(token);
    const letGo = hangFiles(scene.path('pipe'));
    const pass = stopTimers();
    const reloading = outcomeOf(identity.reload());
    await pass(4);
    expect(await reloading.end).toMatchObject({
      bundle: { state: 'stale', error: { code: 'bundle_unavailable', message: LATE } },
      signer: { state: 'stale', error: { code: 'secret_unavailable', message: LATE } },
    });
    expect(await codeOf(identity.verify((await identity.mint(TO_BILLING)).token))).toBe('none');
    await letGo();
    vi.useRealTimers();
    await vi.waitFor(async () =>
      expect(await identity.reload()).toMatchObject({
        bundle: { state: 'current' },
        signer: { state: 'current' },
      }),
    );
  });
});
