import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { WorkloadIdentityError } from '@workload-identity/contract';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { readBundleFile } from '../bundle/bundle-text.ts';
import { describeFile, describeLabel, describeReference } from './describe-source.ts';
import { keyFrom, readSecret } from './read-secret.ts';

const SECRETS = [
  'qJ3xTt7kPq0vZ8yW2mNcR5uLhE9aSdFgB1oIiKjXlVU=',
  '9f'.repeat(32),
  '82640517',
  'correct horse battery staple',
  'correct-horse-battery-staple',
  'MFRGG3DFMZTWQ2LKNNWG23TPOBYXE43UOV3HO6DZPIYDCMRTGQ2Q',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl',
];

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

describe('a file', () => {
  it('is shown with its whole path', () => {
    expect(describeFile('b.json')).toBe(`the file ${join(process.cwd(), 'b.json')}`);
    expect(describeFile('/run/secrets/x')).toBe(`the file ${resolve('/run/secrets/x')}`);
    expect(describeReference({ file: './keys/orders.key' })).toBe(
      `the file ${join(process.cwd(), 'keys', 'orders.key')}`,
    );
  });

  it.each(SECRETS)('is not shown where its name is %j', (file) => {
    const shown =
      'the file that is configured (its name is not shown, because it does not look like a path; begin it with `./` or `/`)';
    expect([describeFile(file), describeReference({ file })]).toEqual([shown, shown]);
  });
});

it('a reference that is none is described as one that is not shown', () => {
  expect(describeReference({} as never)).toContain('the file that is configured (its name is not shown');
});

describe('an environment variable', () => {
  it('is shown by its name', () => {
    expect(describeReference({ env: 'ORDERS_KEY' })).toBe('the environment variable ORDERS_KEY');
    expect(describeReference({ env: 'K8S_TOKEN_2' })).toBe('the environment variable K8S_TOKEN_2');
  });

  it('is shown by an unusual name if there is one of that name', () => {
    const hidden =
      'the environment variable that is configured (its name is not shown, because it does not look like one; use capitals and `_`)';
    expect(describeReference({ env: 'orders_key' })).toBe(hidden);
    vi.stubEnv('orders_key', 'x');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(describeReference({ env: 'orders_key' })).toBe('the environment variable orders_key');
    expect(describeReference({ env: 'toString' })).toBe(hidden);
    expect(describeReference({ env: '' })).toBe(hidden);
  });

  it.each(SECRETS)('is not shown where its name is %j', (env) => {
    expect(describeReference({ env })).not.toContain(env);
  });
});

describe('a label', () => {
  it.each(['workload-ca', 'ca 1', 'SoftHSM2'])('is shown as it is: %s', (label) => {
    expect(describeLabel(label)).toBe(label);
  });

  it.each(SECRETS)('is not shown where it is %j', (label) => {
    expect(describeLabel(label)).toBe('(a label that is not shown, because it does not look like one)');
  });
});
