import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WorkloadIdentityError } from '@workload-identity/contract';
import { describe, expect, it } from 'vitest';
import { readBundleFile } from '../bundle/bundle-text.ts';
import { describeFile } from './describe-source.ts';
import { keyFrom, readSecret } from './read-secret.ts';

/** What the work throws in a working directory that is gone; the one before is back when this ends. */
async function failureWithoutFolder(work: () => unknown): Promise<unknown> {
  const before = process.cwd();
  const folder = await mkdtemp(join(tmpdir(), 'workload-identity-'));
  process.chdir(folder);
  try {
    await rmdir(folder);
    await work();
    return undefined;
  } catch (error) {
    return error;
  } finally {
    process.chdir(before);
  }
}

// Elsewhere a directory that is in use cannot be removed.
describe.skipIf(process.platform === 'win32')('where the working directory is gone', () => {
  it('there is no way to complete a path', async () => {
    expect(await failureWithoutFolder(() => process.cwd())).toMatchObject({ code: 'ENOENT' });
  });

  const key = { file: './key' };
  const cases: [string, string, string, () => unknown][] = [
    ['a secret', 'secret_unavailable', 'the file ./key cannot be read: ENOENT', () => readSecret(key)],
    [
      'a bundle',
      'bundle_unavailable',
      'the file ./b.json cannot be read: ENOENT',
      () => readBundleFile('./b.json'),
    ],
    [
      'a key',
      'key_invalid',
      'the file ./key: too short',
      () =>
        keyFrom(key, () => Promise.reject(new WorkloadIdentityError('key_invalid', { detail: 'too short' }))),
    ],
  ];
  it.each(cases)('%s is refused with its code and the path as given', async (_, code, reason, read) => {
    const error = await failureWithoutFolder(read);
    expect(error).toBeInstanceOf(WorkloadIdentityError);
    expect(error).toMatchObject({ code, message: expect.stringContaining(reason) });
  });
});

it('a relative path is completed', () => {
  expect(describeFile('b.json')).toBe(`the file ${join(process.cwd(), 'b.json')}`);
});
