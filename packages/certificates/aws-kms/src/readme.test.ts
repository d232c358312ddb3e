import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { CreateAliasCommand } from '@aws-sdk/client-kms';
import { expect, test } from 'vitest';
import { readmeSamples } from '../../../internal/tools/src/readme-samples.ts';
import { adminClient, createKey, describeWithMoto, REGION, startMoto } from '../test/moto.ts';

const folder = join(import.meta.dirname, '..');

describeWithMoto('the README, against moto', () => {
  test('its sample runs as it is printed', async () => {
    const samples = readmeSamples(new URL('../README.md', import.meta.url));
    const sample = samples.find(({ name }) => name === 'sign.mjs')?.code ?? '';
    const moto = await startMoto();
    try {
      const admin = adminClient(moto.url);
      const TargetKeyId = await createKey(admin);
      await admin.send(new CreateAliasCommand({ AliasName: 'alias/workload-ca', TargetKeyId }));
      const child = spawn(process.execPath, ['--input-type=module', '--eval', sample], {
        cwd: folder,
        env: {
          PATH: process.env['PATH'],
          AWS_ENDPOINT_URL_KMS: moto.url,
          AWS_REGION: REGION,
          AWS_ACCESS_KEY_ID: 'test',
          AWS_SECRET_ACCESS_KEY: 'test',
        },
      });
      const [out, problems] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, 'exit'),
      ]);
      expect(problems).toBe('');
      expect(out).toMatch(/^kms alias\/workload-ca: ECDSA_P256_SHA256, signature of [67]\d bytes\n$/);
    } finally {
      await moto.kill();
    }
  });
});
