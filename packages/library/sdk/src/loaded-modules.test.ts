import { fileURLToPath } from 'node:url';
import { AsymmetricKey } from '@workload-identity/core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { loadedModules } from '../../../internal/tools/src/loaded-modules.ts';
import { createCa, under } from '../test/ca.ts';
import { ORDERS, openScene, shared } from '../test/scene.ts';
import { privateKey, secret } from '../test/secrets.ts';
import type { Configuration } from './index.ts';

const folder = fileURLToPath(new URL('..', import.meta.url));

/** Which of the packages that cost something a fresh Node loads for a service with this configuration. */
function loadedFor(configuration: Configuration): readonly string[] {
  vi.stubEnv('WORKLOAD_IDENTITY_CONFIG', JSON.stringify(configuration));
  onTestFinished(() => void vi.unstubAllEnvs());
  return costly(loadedModules('./test/use.ts', folder));
}

const COSTLY =
  /\/packages\/certificates\/(x5c|ca|aws-kms|pkcs11)\/|\/(@peculiar|@aws-sdk|@smithy|pkcs11js)[/+@]/;

function costly(urls: readonly string[]): readonly string[] {
  expect(urls.some((url) => url.includes('/packages/library/sdk/src/'))).toBe(true);
  const names = urls.flatMap((url) => COSTLY.exec(url)?.slice(1).filter(Boolean) ?? []);
  return [...new Set(names)].sort();
}

describe('a fresh process', () => {
  it('loads nothing of the ca rung with the package', () => {
    expect(costly(loadedModules('@workload-identity/sdk', folder))).toEqual([]);
  });

  it('loads nothing of the ca rung to use the hmac rung, not even for a token with a chain', () => {
    const scene = openScene();
    const key = { file: scene.write('secret', secret()) };
    const verify = { bundle: { file: scene.bundle([shared(key.file)]) } };
    expect(loadedFor({ workload: ORDERS, sign: { rung: 'hmac', key }, verify })).toEqual([]);
  });

  it('loads nothing of the ca rung to use the asymmetric rung', async () => {
    const scene = openScene();
    const { pem } = privateKey();
    const { publicJwk } = await AsymmetricKey.parse(pem);
    const authority = { rung: 'asymmetric', issuer: ORDERS, subjects: [ORDERS], keys: [publicJwk] } as const;
    const sign = { rung: 'asymmetric', key: { file: scene.write('key', pem) } } as const;
    const verify = { bundle: { file: scene.bundle([authority]) } };
    expect(loadedFor({ workload: ORDERS, sign, verify })).toEqual([]);
  });

  it('loads what reads certificates once the bundle has an anchor, and nothing that issues them', async () => {
    const scene = openScene();
    const ca = await createCa(scene, 'ca');
    const key = { file: scene.write('secret', secret()) };
    const verify = { bundle: { file: scene.bundle([shared(key.file), under(ca.pem)]) } };
    expect(loadedFor({ workload: ORDERS, sign: { rung: 'hmac', key }, verify })).toEqual(['x5c']);
  });

  it('loads what issues leaves to sign with a key in a file, and neither the AWS SDK nor PKCS#11', async () => {
    const scene = openScene();
    const ca = await createCa(scene, 'ca');
    const verify = { bundle: { file: scene.bundle([under(ca.pem)]) } };
    expect(loadedFor({ workload: ORDERS, sign: { rung: 'ca', key: ca.key }, verify })).toEqual([
      '@peculiar',
      'ca',
      'x5c',
    ]);
  });
});
