import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readSecret } from './secret-reader.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'workload-identity-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('a reference to a secret', () => {
  test('leads to an environment variable', async () => {
    vi.stubEnv('A_SECRET_OF_THIS_TEST', ' text ');
    expect(await readSecret({ env: 'A_SECRET_OF_THIS_TEST' })).toBe(' text ');
    vi.stubEnv('A_SECRET_OF_THIS_TEST', ' \n');
    await expect(readSecret({ env: 'A_SECRET_OF_THIS_TEST' })).rejects.toMatchObject({
      code: 'secret_unavailable',
    });
    vi.unstubAllEnvs();
  });

  test.each(['A_SECRET_NOBODY_SET', 'toString', 'constructor', '__proto__', 'hasOwnProperty', ''])(
    'the variable %j is not set',
    async (env) => {
      const error = await readSecret({ env }).catch((caught: unknown) => caught);
      expect(error).toMatchObject({
        code: 'secret_unavailable',
        message: expect.stringContaining(`variable ${env} is not set`),
      });
    },
  );

  test('leads to a file', async () => {
    const file = join(folder, 'secret');
    await writeFile(file, 'text\n');
    expect(await readSecret({ file })).toBe('text\n');
    await writeFile(file, 'x'.repeat(65_536));
    expect(await readSecret({ file })).toHaveLength(65_536);
  });

  test('says which file cannot be used, and why', async () => {
    const file = join(folder, 'broken');
    const says = async (): Promise<string> =>
      String(await readSecret({ file }).catch((error: Error) => error.message));
    expect(await says()).toContain(`${file}: ENOENT`);
    await writeFile(file, ' \n');
    expect(await says()).toContain(`${file} is empty`);
    await writeFile(file, 'x'.repeat(65_537));
    expect(await says()).toContain(`${file} is too large`);
    await expect(readSecret({ file: folder })).rejects.toThrow('EISDIR');
  });
});
