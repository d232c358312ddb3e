import { execFileSync } from 'node:child_process';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { shown } from '../../test/support/canary.ts';
import { openWorkshop } from '../../test/support/openssl.ts';
import { createCaKeyFile } from './create-key-file.ts';
import { fileCaKey } from './file.ts';

const pem = String(
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
);

const failureOf = (key: Promise<unknown>): Promise<unknown> => key.catch((error: unknown) => error);

afterEach(() => void vi.useRealTimers());

describe.skipIf(process.platform === 'win32')('a key file', () => {
  it('is no pipe: one that nobody writes is refused at once', async () => {
    using workshop = openWorkshop();
    execFileSync('mkfifo', [workshop.path('pipe')]);
    await expect(fileCaKey(workshop.path('pipe')).publicKey()).rejects.toMatchObject({
      code: 'secret_unavailable',
      message: expect.stringContaining(`the key file ${workshop.path('pipe')} is not a regular file`),
    });
  });
});

describe('attack 55: a passphrase that never answers', () => {
  it.each([
    ['to open a key', (path: string, options: object) => fileCaKey(path, options).publicKey()],
    ['to make a key', (path: string, options: object) => createCaKeyFile(path, options)],
  ])('is waited for %s for two seconds', async (_, use) => {
    using workshop = openWorkshop();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const passphrase = { env: 'CA_PASSPHRASE' };
    const options = { passphrase, readSecret: () => new Promise<string>(() => {}) };
    const failure = failureOf(use(workshop.path('ca.key'), options));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await failure).toMatchObject({
      code: 'secret_unavailable',
      message: expect.stringContaining('variable CA_PASSPHRASE has not answered for 2 seconds'),
    });
  });
});

describe('attack 56: a secret where its reference belongs', () => {
  const bytes = createHash('sha256').update('canary').digest();
  const canaries = [
    bytes.toString('base64'),
    `/${bytes.toString('base64').slice(1)}`,
    bytes.toString('base64url'),
    bytes.toString('hex'),
    '82640517',
    'correct horse battery staple',
    'correct-horse-battery-staple',
    'MFRGG3DFMZTWQ2LKNNWG23TPOBYXE43UOV3HO6DZPIYDCMRTGQ2Q',
    pem,
  ];

  it.each(canaries)('is shown by no error and no name: %j', async (canary) => {
    using workshop = openWorkshop();
    const path = workshop.write('ca.key', pem);
    const keys = [
      fileCaKey(canary),
      fileCaKey(path, { passphrase: { file: canary } }),
      fileCaKey(path, { passphrase: { env: canary } }),
    ];
    const failures = [
      ...(await Promise.all(keys.map((key) => failureOf(key.publicKey())))),
      await failureOf(createCaKeyFile(workshop.path('new.key'), { passphrase: { file: canary } })),
      await failureOf(createCaKeyFile(`no-such-folder/${canary}`.replaceAll('\n', '\0'))),
    ];
    for (const failure of failures) expect(failure).toBeInstanceOf(Error);
    const text = shown(...failures, ...keys.map(({ name }) => name));
    expect(text).not.toContain(canary);
    expect(text).not.toContain(canary.slice(2));
    expect(text).toContain('its name is not shown');
  });

  it.each(['82640517', 'correct-horse-battery-staple'])(
    'is shown by no error of a file that is there, and is no key: %j',
    async (canary) => {
      using workshop = openWorkshop();
      workshop.write(canary, 'text');
      const before = process.cwd();
      process.chdir(workshop.folder);
      try {
        const failure = await failureOf(fileCaKey(canary).publicKey());
        expect(failure).toMatchObject({ code: 'key_invalid' });
        expect(shown(failure)).not.toContain(canary);
      } finally {
        process.chdir(before);
      }
    },
  );

  it('leaves a path that looks like one in sight', async () => {
    const key = fileCaKey('./keys/none.pem');
    expect(key.name).toMatch(/^file \/.*\/keys\/none\.pem$/);
    expect(shown(await failureOf(key.publicKey()))).toContain('/keys/none.pem cannot be read: ENOENT');
  });
});
