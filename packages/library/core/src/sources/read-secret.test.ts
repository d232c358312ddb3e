import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { inspect } from 'node:util';
import { WorkloadIdentityError } from '@workload-identity/contract';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { HmacKey } from '../keys/hmac-key.ts';
import { keyFrom, readReference, readSecret } from './read-secret.ts';

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

  it('says which variable is not set', async () => {
    await expect(readSecret({ env: 'A_SECRET_NOBODY_SET' })).rejects.toMatchObject({
      code: 'secret_unavailable',
      message: expect.stringContaining('the environment variable A_SECRET_NOBODY_SET is not set or is empty'),
    });
  });

  it.each(['toString', 'constructor', '__proto__', 'hasOwnProperty', ''])(
    'does not take %j for a variable, nor show it',
    async (env) => {
      await expect(readSecret({ env })).rejects.toMatchObject({
        code: 'secret_unavailable',
        message: expect.stringMatching(/the environment variable that is configured \(.*\) is not set/),
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

describe('a reader of somebody else', () => {
  const ENV = { env: 'A_SECRET' };
  const outcomeOf = (read: (...given: never[]) => unknown) =>
    readReference(ENV, read as typeof readSecret).catch((error: unknown) => error);

  it('gives its text, whatever it is', async () => {
    expect(await outcomeOf(async () => ' text ')).toBe(' text ');
    expect(await outcomeOf(async () => '')).toBe('');
    expect(await outcomeOf(async ({ env }: { env: string }) => env)).toBe('A_SECRET');
  });

  it('keeps its own errors of this project', async () => {
    const error = new WorkloadIdentityError('secret_unavailable', { detail: 'the vault is sealed' });
    expect(await outcomeOf(() => Promise.reject(error))).toBe(error);
  });

  it('tells of any other error name and code, and nothing it says or holds', async () => {
    const thrown = Object.assign(new TypeError('canary'), { code: 'E_SEALED', cause: 'canary', a: 'canary' });
    const throws = (): never => {
      throw thrown;
    };
    for (const read of [() => Promise.reject(thrown), throws]) {
      const error = await outcomeOf(read);
      expect(error).toMatchObject({ code: 'secret_unavailable' });
      expect(error).not.toHaveProperty('cause');
      expect(String(error)).toContain('the environment variable A_SECRET cannot be read: its reader failed');
      expect(inspect(error, { depth: null, showHidden: true })).not.toContain('canary');
    }
    expect(String(await outcomeOf(() => Promise.reject(thrown)))).toContain('failed (TypeError E_SEALED).');
    for (const odd of [undefined, null, 'canary', { name: 'a canary', code: 'c'.repeat(65) }]) {
      expect(String(await outcomeOf(() => Promise.reject(odd)))).toContain('its reader failed. ');
    }
  });

  it.each([undefined, null, 7, Buffer.from('text'), {}])('gives text, and not %j', async (value) => {
    expect(await outcomeOf(async () => value)).toMatchObject({
      code: 'secret_unavailable',
      message: expect.stringContaining('its reader gave no text'),
    });
  });

  it('attack 55: may take two seconds', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const outcome = vi.fn();
    void outcomeOf(() => new Promise(() => {})).then(outcome);
    await vi.advanceTimersByTimeAsync(1_999);
    expect(outcome).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(outcome.mock.calls).toMatchObject([
      [
        {
          code: 'secret_unavailable',
          message: expect.stringContaining(
            'the environment variable A_SECRET has not answered for 2 seconds. Check what it is read from',
          ),
        },
      ],
    ]);
  });
});
