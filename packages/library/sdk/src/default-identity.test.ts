import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { codeOf, ORDERS, openScene, shared } from '../test/scene.ts';
import { secret } from '../test/secrets.ts';

/** A fresh copy of the module, as a process that has just started has it, with this configuration. */
async function start(configuration: string) {
  vi.stubEnv('WORKLOAD_IDENTITY_CONFIG', configuration);
  vi.resetModules();
  const module = await import('./default-identity.ts');
  const { verifyNow } = await import('@workload-identity/core');
  onTestFinished(async () => {
    await module.identity.close();
    vi.unstubAllEnvs();
  });
  return { ...module, verifyNow };
}

function configuration(scene = openScene()): string {
  const key = { file: scene.write('secret', secret()) };
  const verify = { bundle: { file: scene.bundle([shared(key.file)]) } };
  return JSON.stringify({ workload: ORDERS, sign: { rung: 'hmac', key }, verify });
}

describe('the default identity', () => {
  it('mints and verifies from the configuration of the process', async () => {
    const { mint, verify, identity } = await start(configuration());
    const { token } = await mint({ audience: ORDERS });
    expect((await verify(token)).subject).toBe(ORDERS);
    expect((await verify(await identity.tokenFor(ORDERS))).subject).toBe(ORDERS);
    expect(identity.workload).toBe(ORDERS);
    expect(identity.status()).toMatchObject({ signer: { state: 'current' }, bundle: { state: 'current' } });
  });

  it('verifies without a promise once it is open, and waits before', async () => {
    const { mint, verifyNow, identity } = await start(configuration());
    const { token } = await mint({ audience: ORDERS });
    const first = verifyNow(identity, token);
    expect(first).toBeInstanceOf(Promise);
    expect((await first).subject).toBe(ORDERS);
    expect(verifyNow(identity, token)).toMatchObject({ subject: ORDERS });
    expect(() => verifyNow(identity, 'a.b.c')).toThrow(expect.objectContaining({ code: 'token_malformed' }));
    await identity.close();
    expect(() => verifyNow(identity, token)).toThrow(expect.objectContaining({ code: 'closed' }));
  });

  it('reads the configuration on first use, not when it is imported', async () => {
    const { identity } = await start('/does/not/exist.json');
    vi.stubEnv('WORKLOAD_IDENTITY_CONFIG', configuration());
    expect(await codeOf(identity.ready())).toBe('none');
  });

  it('throws config_invalid from every use while the configuration is broken, and works once it is mended', async () => {
    const { mint, verify, verifyNow, identity } = await start('{}');
    const uses = [
      () => mint({ audience: ORDERS }),
      () => verify('a.b.c'),
      async () => verifyNow(identity, 'a.b.c'),
      () => identity.tokenFor(ORDERS),
      () => identity.forget(ORDERS),
      () => identity.ready(),
      () => identity.reload(),
      () => identity.status(),
      () => identity.workload,
    ];
    expect(await Promise.all(uses.map(codeOf))).toEqual(uses.map(() => 'config_invalid'));
    vi.stubEnv('WORKLOAD_IDENTITY_CONFIG', configuration());
    expect(await codeOf(mint({ audience: ORDERS }))).toBe('none');
  });

  it('holds the token for an audience until it is forgotten', async () => {
    const { identity } = await start(configuration());
    const held = await identity.tokenFor(ORDERS);
    expect(await identity.tokenFor(ORDERS)).toBe(held);
    identity.forget(ORDERS);
    expect(await identity.tokenFor(ORDERS)).not.toBe(held);
  });

  it('stays closed, whether it was used before or not', async () => {
    const unused = await start(configuration());
    await unused.identity.close();
    expect(await codeOf(unused.mint({ audience: ORDERS }))).toBe('closed');
    const used = await start(configuration());
    await used.identity.ready();
    await used.identity.close();
    expect(await codeOf(used.mint({ audience: ORDERS }))).toBe('closed');
    expect(process.listenerCount('SIGHUP')).toBe(0);
  });
});
