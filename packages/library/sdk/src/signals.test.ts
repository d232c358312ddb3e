import { describe, expect, it } from 'vitest';
import { start } from '../test/child.ts';
import { ORDERS, open, openScene, shared } from '../test/scene.ts';
import { secret } from '../test/secrets.ts';
import { createWorkloadIdentity } from './index.ts';

function configured() {
  const scene = openScene();
  const key = { file: scene.write('secret', secret()) };
  const verify = { bundle: { file: scene.bundle([shared(key.file)]) }, pollInterval: '1h' };
  return { scene, configuration: { workload: ORDERS, sign: { rung: 'hmac', key }, verify } as const };
}

const SERVICE = `
  import { subscribe } from 'node:diagnostics_channel';
  import { identity } from '@workload-identity/sdk';
  const say = () => console.log(JSON.stringify(identity.status().signer.keys.map(({ keyId }) => keyId)));
  await identity.ready();
  subscribe('workload-identity:signer', () => setImmediate(say));
  say();
`;

describe('SIGHUP', () => {
  it('makes a running process read its keys again', async () => {
    const { scene, configuration } = configured();
    const env = { WORKLOAD_IDENTITY_CONFIG: JSON.stringify(configuration) };
    const child = start(`${SERVICE} setInterval(() => {}, 3_600_000);`, env);
    const before = JSON.parse(await child.line());
    scene.write('secret', secret());
    child.process.kill('SIGHUP');
    const after = JSON.parse(await child.line());
    expect(after).toHaveLength(2);
    expect(after[1]).toBe(before[0]);
    child.process.kill('SIGTERM');
    expect(await child.ended).toBe('SIGTERM');
  });

  it('does not keep a process alive, and neither do the timers', async () => {
    const { configuration } = configured();
    const child = start(SERVICE, { WORKLOAD_IDENTITY_CONFIG: JSON.stringify(configuration) });
    await child.line();
    expect(await child.ended).toBe(0);
  });

  it('is listened to once for all identities, and no longer when the last is closed', async () => {
    const { configuration } = configured();
    const first = createWorkloadIdentity(configuration);
    const second = createWorkloadIdentity(configuration);
    expect(process.listenerCount('SIGHUP')).toBe(1);
    await first.close();
    await first.close();
    expect(process.listenerCount('SIGHUP')).toBe(1);
    await second.close();
    expect(process.listenerCount('SIGHUP')).toBe(0);
  });

  it('is left alone with `signals: false`', () => {
    open(configured().configuration, { signals: false });
    expect(process.listenerCount('SIGHUP')).toBe(0);
  });
});
