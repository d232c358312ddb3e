import { chmodSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { watchWarnings } from '../../core/test/support/warnings.ts';
import { createCa, under } from '../test/ca.ts';
import { BILLING, ORDERS, openScene, shared } from '../test/scene.ts';
import { privateKey, secret } from '../test/secrets.ts';
import { type Configuration, createWorkloadIdentity, readConfiguration } from './index.ts';

/** Services that read every kind of file there is; each file by its kind. */
async function services() {
  const scene = openScene();
  const files = {
    secret: scene.write('secret', secret()),
    'next key': scene.write('next', secret()),
    'private key': scene.write('key.pem', privateKey().pem),
    passphrase: scene.write('passphrase', secret()),
  };
  const passphrase = { file: files.passphrase };
  const ca = await createCa(scene, 'ca', { passphrase });
  const bundle = scene.bundle([shared(files.secret), under(ca.pem)]);
  const [key, next] = [{ file: files.secret }, { file: files['next key'] }];
  const signs = {
    hmac: { rung: 'hmac', key, next },
    asymmetric: { rung: 'asymmetric', key: { file: files['private key'] } },
    ca: { rung: 'ca', key: ca.key, certificate: ca.certificate },
  };
  const verify = { bundle: { file: bundle }, pollInterval: '0s' };
  const configurations = Object.values(signs).map((sign) => ({ workload: ORDERS, sign, verify }));
  const written = configurations.map((one, at) => scene.write(`orders-${at}.json`, JSON.stringify(one)));
  const [configuration] = written as [string];
  return {
    files: { ...files, bundle, certificate: ca.certificate.file, 'CA key': ca.key.file, configuration },
    /** Starts each of the services and uses it. */
    async start(): Promise<void> {
      for (const file of written) {
        const service = createWorkloadIdentity(readConfiguration(file) as Configuration, { signals: false });
        try {
          await service.ready();
          await service.mint({ audience: BILLING });
          await service.reload();
        } finally {
          await service.close();
        }
      }
    },
  };
}

const KINDS = [
  'secret',
  'next key',
  'private key',
  'passphrase',
  'bundle',
  'certificate',
  'configuration',
] as const;

describe.skipIf(process.platform === 'win32')('the mode of a file', () => {
  it('is right where nobody else may write it: nothing is warned about', async () => {
    const warnings = watchWarnings();
    const { start, files } = await services();
    await start();
    for (const file of Object.values(files)) chmodSync(file, 0o400);
    await start();
    for (const kind of KINDS) chmodSync(files[kind], 0o644);
    chmodSync(files['CA key'], 0o640);
    await start();
    expect(await warnings()).toEqual([]);
  });

  it.each([...KINDS, 'CA key'] as const)(
    'of a %s stops a service where everybody may write it',
    async (kind) => {
      const { files, start } = await services();
      chmodSync(files[kind], kind === 'CA key' ? 0o602 : 0o646);
      await expect(start()).rejects.toThrow(
        new RegExp(`${files[kind].replaceAll('.', '\\.')}.*has mode 06[40][26]: .*chmod `, 's'),
      );
      chmodSync(files[kind], 0o600);
      await start();
    },
  );

  it.each(KINDS)('of a %s is warned about once where its group may write it', async (kind) => {
    const warnings = watchWarnings();
    const { files, start } = await services();
    chmodSync(files[kind], 0o660);
    for (let time = 0; time < 2; time++) await start();
    expect(await warnings()).toMatchObject([
      {
        code: 'WORKLOAD_IDENTITY_FILE_MODE',
        message: `the file ${files[kind]} has mode 0660: its group could replace what it holds. Run \`chmod g-w\` on it`,
      },
    ]);
  });

  it.each([0o620, 0o604, 0o601])('of a CA key must not be %o either', async (mode) => {
    const { files, start } = await services();
    chmodSync(files['CA key'], mode);
    await expect(start()).rejects.toThrow(
      'others on this machine could read or replace the key. Run `chmod 600`',
    );
  });

  it('keeps the last good one active when it becomes too open, and says so', async () => {
    const { files } = await services();
    const service = createWorkloadIdentity(readConfiguration(files.configuration) as Configuration, {
      signals: false,
    });
    await service.ready();
    for (const kind of ['bundle', 'secret'] as const) chmodSync(files[kind], 0o666);
    const { bundle, signer } = await service.reload();
    expect(bundle).toMatchObject({ state: 'stale', error: { code: 'bundle_unavailable' } });
    expect(bundle?.error?.message).toContain(`${files.bundle} has mode 0666`);
    expect(signer).toMatchObject({ state: 'stale', error: { code: 'secret_unavailable' } });
    expect(signer?.error?.message).toContain(`${files.secret} has mode 0666`);
    await service.mint({ audience: BILLING });
    await service.close();
  });
});
