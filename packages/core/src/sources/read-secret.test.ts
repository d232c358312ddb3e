import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { WorkloadIdentityError } from '@workload-identity/contract';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { HmacKey } from '../keys/hmac-key.ts';
import { keyFrom, readSecret } from './read-secret.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'workload-identity-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('a reference to a secret', () => {
  it('leads to an environment variable', async () => {
    vi.stubEnv('A_SECRET_OF_THIS_TEST', ' text ');
    expect(await readSecret({ env: 'A_SECRET_OF_THIS_TEST' })).toBe(' text ');
    vi.stubEnv('A_SECRET_OF_THIS_TEST', ' \n');
    await expect(readSecret({ env: 'A_SECRET_OF_THIS_TEST' })).rejects.toMatchObject({
      code: 'secret_unavailable',
    });
    vi.unstubAllEnvs();
  });

  it.each(['A_SECRET_NOBODY_SET', 'toString', 'constructor', '__proto__', 'hasOwnProperty', ''])(
    'the variable %j is not set',
    async (env) => {
      const error = await readSecret({ env }).catch((caught: unknown) => caught);
      expect(error).toMatchObject({
        code: 'secret_unavailable',
        message: expect.stringMatching(
          env === 'A_SECRET_NOBODY_SET'
            ? `variable ${env} is not set`
            : 'variable that is configured .* is not set',
        ),
      });
    },
  );

  it('leads to a file', async () => {
    const file = join(folder, 'secret');
    await writeFile(file, 'text\n');
    expect(await readSecret({ file })).toBe('text\n');
    await writeFile(file, 'x'.repeat(65_536));
    expect(await readSecret({ file })).toHaveLength(65_536);
  });

  it('says which file cannot be used, and why', async () => {
    const file = join(folder, 'broken');
    const says = async (): Promise<string> =>
      String(await readSecret({ file }).catch((error: Error) => error.message));
    expect(await says()).toContain(`${file} cannot be read: ENOENT`);
    await writeFile(file, ' \n');
    expect(await says()).toContain(`${file} is empty`);
    await writeFile(file, 'x'.repeat(65_537));
    expect(await says()).toContain(`${file} is larger than 64 KiB`);
    await expect(readSecret({ file: folder })).rejects.toThrow('is a folder');
  });

  it('is shown with its whole path', async () => {
    const file = join(folder, 'nowhere');
    const error = await readSecret({ file: relative(process.cwd(), file) }).catch(
      (caught: unknown) => caught,
    );
    expect(String(error)).toContain(`the file ${file} cannot be read: ENOENT`);
  });
});

describe('a key that cannot be used', () => {
  const failure = (make: () => Promise<unknown>, reference = { file: '/run/secrets/key' } as const) =>
    keyFrom(reference, make).catch((caught: unknown) => caught);
  const short = 'dG9vIHNob3J0';

  it('is refused with the place it came from and the reason, never the text', async () => {
    const fromFile = await failure(() => HmacKey.parse(short));
    expect(fromFile).toMatchObject({
      code: 'key_invalid',
      message: expect.stringContaining(
        'used: the file /run/secrets/key: expected a secret of at least 32 bytes. Use',
      ),
    });
    const fromVariable = await keyFrom({ env: 'KEY' }, () => HmacKey.parse(short)).catch(String);
    expect(fromVariable).toContain('the environment variable KEY: expected a secret');
    expect(`${fromFile}${fromVariable}`).not.toContain(short);
  });

  it('keeps every other error as it is', async () => {
    for (const error of [
      new WorkloadIdentityError('closed'),
      new WorkloadIdentityError('key_invalid'),
      'text',
    ]) {
      expect(await failure(() => Promise.reject(error))).toBe(error);
    }
  });

  it('is not invented', async () => {
    expect(await keyFrom({ env: 'KEY' }, async () => 1)).toBe(1);
  });
});
