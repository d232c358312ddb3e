import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { readmeSamples } from '../../../internal/tools/src/readme-samples.ts';
import { describeWithSoftHsm, PIN } from '../test/softhsm.ts';

const folder = join(import.meta.dirname, '..');

describeWithSoftHsm('the README, against SoftHSM', (hsm) => {
  test('its sample runs as it is printed', async () => {
    const samples = readmeSamples(new URL('../README.md', import.meta.url));
    const sample = samples.find(({ name }) => name === 'sign.mjs')?.code ?? '';
    hsm.createToken('workload-ca');
    const here = sample.replace('/usr/lib/softhsm/libsofthsm2.so', hsm.module);
    const child = spawn(process.execPath, ['--input-type=module', '--eval', here], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        SOFTHSM2_CONF: process.env['SOFTHSM2_CONF'],
        HSM_PIN: PIN,
      },
    });
    const [out, problems] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    expect(problems).toBe('');
    expect(out).toMatch(/^pkcs11 workload-ca\/ca-2026-1: ECDSA_P256_SHA256, signature of [67]\d bytes\n$/);
  });
});
