import { isWorkloadIdentityError } from '@workload-identity/contract';
import { describe, expect, it } from 'vitest';
import { openScene } from '../../test/scene.ts';
import { awsKmsKeySource, fileKeySource, pkcs11KeySource } from './ca-key-source.ts';

const PIN = { env: 'HSM_PIN' };

describe('the name of a CA key', () => {
  it('says where the key is', () => {
    expect(fileKeySource({ file: '/run/secrets/ca.key' }).name).toBe('file /run/secrets/ca.key');
    expect(awsKmsKeySource({ awsKms: 'alias/workload-ca' }).name).toBe('kms alias/workload-ca');
    const pkcs11 = { module: '/usr/lib/hsm.so', token: 'Cloud HSM', label: 'workload-ca', pin: PIN };
    expect(pkcs11KeySource({ pkcs11 }).name).toBe('pkcs11 Cloud HSM/workload-ca');
  });

  it.each(['82640517', 'hunter2hunter2', 'correct horse battery staple', 'correct-horse-battery-staple'])(
    'attack 56: does not show what may be a secret: %j',
    (canary) => {
      const pkcs11 = { module: '/usr/lib/hsm.so', token: 'main', label: 'ca', pin: PIN };
      const names = [
        fileKeySource({ file: canary }).name,
        pkcs11KeySource({ pkcs11: { ...pkcs11, token: canary } }).name,
        pkcs11KeySource({ pkcs11: { ...pkcs11, label: canary } }).name,
      ];
      for (const name of names) {
        expect(name).toContain('not shown');
        expect(name).not.toContain(canary);
      }
    },
  );
});

describe('the mark of a CA key', () => {
  it('is another one when the file may be another one; of a KMS and an HSM it says nothing', async () => {
    const scene = openScene();
    const { mark } = fileKeySource({ file: scene.write('ca.key', 'first') });
    const before = await mark();
    expect(await mark()).toBe(before);
    scene.write('ca.key', 'other');
    expect(await mark()).not.toBe(before);
    const pkcs11 = { module: '/usr/lib/hsm.so', token: 'main', label: 'ca', pin: PIN };
    expect([
      await awsKmsKeySource({ awsKms: 'alias/ca' }).mark(),
      await pkcs11KeySource({ pkcs11 }).mark(),
    ]).toEqual(['', '']);
  });

  it('is missing with the reason where the file is', async () => {
    const file = openScene().path('none.key');
    const error = await fileKeySource({ file })
      .mark()
      .catch((caught: unknown) => caught);
    expect(isWorkloadIdentityError(error, 'secret_unavailable')).toBe(true);
    expect(String(error)).toContain(`the file ${file} cannot be read: ENOENT`);
  });
});
