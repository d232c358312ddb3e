import { inspect } from 'node:util';
import type { WorkloadId } from '@workload-identity/contract';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hangFiles } from '../../../core/test/support/thread-pool.ts';
import { createCa, under } from '../../test/ca.ts';
import { hangingReader, LATE, outcomeOf, stopTimers } from '../../test/hanging.ts';
import { BILLING, codeOf, ORDERS, open, openScene } from '../../test/scene.ts';
import { secret } from '../../test/secrets.ts';
import { fileKeySource } from '../rungs/ca-key-source.ts';
import type { SignerContext } from '../rungs/rung.ts';
import { type LeafOptions, openLeaf } from './live-leaf.ts';
import type { LiveSigner } from './live-signer.ts';

const TO_BILLING = { audience: BILLING };

describe('attack 55: a passphrase of a CA key that never answers', () => {
  async function authority() {
    const scene = openScene();
    const passphrase = { file: scene.write('passphrase', secret()) };
    const ca = await createCa(scene, 'ca', { passphrase });
    const reader = hangingReader();
    const bundle = { file: scene.bundle([under(ca.pem)]) };
    const sign = { rung: 'ca', key: ca.key, certificate: ca.certificate } as const;
    const { readSecret } = reader;
    const start = () => open({ workload: ORDERS, sign, verify: { bundle } }, { readSecret });
    return { scene, ca, passphrase: passphrase.file, reader, start };
  }

  it('stops a new service after two seconds, with the reason', async () => {
    const { reader, start, passphrase } = await authority();
    const pass = stopTimers();
    reader.hang(passphrase);
    const identity = start();
    const ready = outcomeOf(identity.ready());
    await reader.hung(1);
    await pass(2);
    expect(await ready.end).toMatchObject({ code: 'secret_unavailable', message: LATE });
    expect(identity.status().signer).toMatchObject({ state: 'empty', error: { message: LATE } });
  });

  it('leaves a running one signing under its leaf, stale with the reason', async () => {
    const { scene, ca, reader, start, passphrase } = await authority();
    const pass = stopTimers();
    const identity = start();
    await identity.ready();
    reader.hang(passphrase);
    scene.bundle([under(ca.pem)], { sequence: 2 });
    const reloading = outcomeOf(identity.reload());
    await reader.hung(1);
    expect(identity.status().bundle).toMatchObject({ state: 'current', sequence: 2 });
    await pass(2);
    expect(await reloading.end).toMatchObject({ signer: { state: 'stale', error: { message: LATE } } });
    expect(await codeOf(identity.mint(TO_BILLING))).toBe('none');
    reader.hang();
    expect((await identity.reload()).signer?.state).toBe('current');
  });
});

/** A signer of the ca rung that has a leaf. */
async function signerWith(options: Partial<LeafOptions>, anchors: readonly string[] = []) {
  const given = { identity: ORDERS, usage: 'self', lifetime: undefined, certificate: undefined, ...options };
  const context: SignerContext = {
    workload: ORDERS as WorkloadId,
    readSecret: hangingReader().readSecret,
    clock: Date.now,
    pollInterval: 0,
    anchors: async () => anchors,
  };
  const signer = openLeaf(given as LeafOptions, context);
  onTestFinished(() => void signer.close());
  await signer.ready();
  return signer;
}

/** Reloads, and expects that it ends after two seconds: stale with the reason, and the leaf signs on. */
async function expectStaleInTime(signer: LiveSigner, code: string, reason: string): Promise<void> {
  const pass = stopTimers();
  const reloading = outcomeOf(signer.reload());
  await pass(1.9);
  expect(reloading.over).toBe(false);
  await pass(0.1);
  await reloading.end;
  expect(signer.status()).toMatchObject({
    state: 'stale',
    keys: [{ state: 'active' }],
    error: { code, message: expect.stringContaining(reason) },
  });
  await signer.signerFor([BILLING]);
}

it('attack 45: an error of what opens a CA key is told by nothing but its name', async () => {
  const ca = await createCa(openScene(), 'ca');
  const key = {
    name: 'kms alias/workload-ca',
    mark: async () => '',
    open: () => Promise.reject(new Error('canary')),
  };
  const error = await signerWith({ key, certificate: ca.certificate.file }).catch(
    (caught: unknown) => caught,
  );
  expect(error).toMatchObject({ code: 'authority_unavailable' });
  expect(String(error)).toContain('kms alias/workload-ca failed');
  expect(inspect(error, { depth: null, showHidden: true })).not.toContain('canary');
});

describe('attack 55: the source of a CA that never answers', () => {
  it('is given up after two seconds, and the leaf signs on: the place of its key', async () => {
    const ca = await createCa(openScene(), 'ca');
    let hangs = false;
    const mark = () => (hangs ? new Promise<string>(() => {}) : Promise.resolve(''));
    const key = { name: 'kms alias/workload-ca', mark, open: async () => ca.caKey };
    const signer = await signerWith({ key, certificate: ca.certificate.file });
    hangs = true;
    // The certificate is read meanwhile, and no answer of it helps.
    await expectStaleInTime(
      signer,
      'authority_unavailable',
      'kms alias/workload-ca has not answered for 2 seconds',
    );
  });

  it.skipIf(process.platform === 'win32')('and so is the file of its key', async () => {
    const ca = await createCa(openScene(), 'ca');
    const signer = await signerWith({ key: fileKeySource(ca.key) }, [ca.pem]);
    hangFiles(openScene().path('pipe'));
    await expectStaleInTime(
      signer,
      'secret_unavailable',
      `the file ${ca.key.file} has not answered for 2 seconds`,
    );
  });

  it.skipIf(process.platform === 'win32')('and so is the file of its certificate', async () => {
    const ca = await createCa(openScene(), 'ca');
    const key = { name: 'kms alias/workload-ca', mark: async () => '', open: async () => ca.caKey };
    const signer = await signerWith({ key, certificate: ca.certificate.file });
    hangFiles(openScene().path('pipe'));
    await expectStaleInTime(
      signer,
      'config_invalid',
      `the certificate in the file ${ca.certificate.file} has not answered for 2 seconds`,
    );
  });
});
