import { createPrivateKey, generateKeyPairSync, verify } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { shown } from '../../test/support/canary.ts';
import { hasOpenssl, openWorkshop, type Workshop } from '../../test/support/openssl.ts';
import type { CaAlgorithm } from '../ca-key.ts';
import { createCaKeyFile } from './create-key-file.ts';
import { fileCaKey } from './file.ts';

const DATA = new TextEncoder().encode('to be signed');
const PASSPHRASE = 'correct horse battery staple canary';
const readSecret = async (): Promise<string> => `${PASSPHRASE}\n`;
const passphrase = { env: 'CA_PASSPHRASE' };
const ALGORITHMS: readonly CaAlgorithm[] = [
  'ECDSA_P256_SHA256',
  'ECDSA_P384_SHA384',
  'RSA_PSS_SHA256',
  'Ed25519',
];

const pkcs8 = (key: ReturnType<typeof generateKeyPairSync>['privateKey']): string =>
  String(key.export({ type: 'pkcs8', format: 'pem' }));
const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).privateKey;

function write(workshop: Workshop, content: string, mode = 0o600): string {
  const path = workshop.write('ca.key', content);
  chmodSync(path, mode);
  return path;
}

describe('fileCaKey', () => {
  it.each(ALGORITHMS)('creates, reads back and signs with a key of %s', async (algorithm) => {
    using workshop = openWorkshop();
    const path = workshop.path('ca.key');
    const created = await createCaKeyFile(path, { algorithm });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const key = fileCaKey(path);
    expect(key.name).toBe(`file ${path}`);
    const { spki, algorithm: read } = await key.publicKey();
    expect(read).toBe(algorithm);
    expect((await created.publicKey()).spki).toEqual(spki);
    const publicKey = { key: Buffer.from(spki), format: 'der', type: 'spki' } as const;
    const scheme = algorithm === 'RSA_PSS_SHA256' ? { padding: 6, saltLength: 32 } : {};
    const hash = {
      ECDSA_P256_SHA256: 'sha256',
      ECDSA_P384_SHA384: 'sha384',
      RSA_PSS_SHA256: 'sha256',
      Ed25519: null,
    };
    expect(verify(hash[algorithm], DATA, { ...publicKey, ...scheme }, await key.sign(DATA))).toBe(true);
  });

  it('encrypts with a passphrase, and opens with no other', async () => {
    using workshop = openWorkshop();
    const path = workshop.path('ca.key');
    await createCaKeyFile(path, { passphrase, readSecret });
    const text = readFileSync(path, 'utf8');
    expect(text).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----/);
    expect(() => createPrivateKey(text)).toThrow();
    expect((await fileCaKey(path, { passphrase, readSecret }).publicKey()).algorithm).toBe(
      'ECDSA_P256_SHA256',
    );
    const other = fileCaKey(path, { passphrase, readSecret: async () => 'another passphrase, long enough' });
    await expect(other.publicKey()).rejects.toMatchObject({
      code: 'key_invalid',
      message: expect.stringContaining('does not open with its passphrase'),
    });
    await expect(fileCaKey(path).publicKey()).rejects.toMatchObject({
      code: 'key_invalid',
      message: expect.stringContaining('is encrypted'),
    });
  });

  it.skipIf(!hasOpenssl)('writes what openssl reads, and reads what openssl writes', async () => {
    using workshop = openWorkshop();
    await createCaKeyFile(workshop.path('ours.key'), { passphrase, readSecret });
    workshop.write('pass', PASSPHRASE);
    const { ok, text } = workshop.openssl([
      'pkey',
      '-in',
      'ours.key',
      '-passin',
      'file:pass',
      '-noout',
      '-check',
    ]);
    expect({ ok, text }).toEqual({ ok: true, text: expect.stringContaining('Key is valid') });
    expect(
      workshop.openssl([
        ...['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384', '-aes256'],
        ...['-pass', 'file:pass', '-out', 'theirs.key'],
      ]).ok,
    ).toBe(true);
    chmodSync(workshop.path('theirs.key'), 0o600);
    const theirs = fileCaKey(workshop.path('theirs.key'), { passphrase, readSecret });
    expect((await theirs.publicKey()).algorithm).toBe('ECDSA_P384_SHA384');
  });

  it('never overwrites', async () => {
    using workshop = openWorkshop();
    const path = workshop.path('ca.key');
    await createCaKeyFile(path);
    const before = readFileSync(path);
    await expect(createCaKeyFile(path)).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('is there already'),
    });
    expect(readFileSync(path)).toEqual(before);
    await expect(createCaKeyFile(workshop.path('no/such/folder/ca.key'))).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('ENOENT'),
    });
  });

  it('makes one key for many who create the same file at once', async () => {
    using workshop = openWorkshop();
    const path = workshop.path('ca.key');
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => createCaKeyFile(path)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it.each([0o604, 0o602, 0o601, 0o620, 0o644, 0o660, 0o666, 0o777])('refuses mode %o', async (mode) => {
    using workshop = openWorkshop();
    const path = write(workshop, pkcs8(ec('P-256')), mode);
    await expect(fileCaKey(path).publicKey()).rejects.toMatchObject({
      code: 'secret_unavailable',
      message: expect.stringContaining('chmod 600'),
    });
  });

  it.each([0o400, 0o600, 0o440, 0o640])('takes mode %o', async (mode) => {
    using workshop = openWorkshop();
    const path = write(workshop, pkcs8(ec('P-256')), mode);
    expect((await fileCaKey(path).publicKey()).algorithm).toBe('ECDSA_P256_SHA256');
  });

  it('judges the file a link leads to, and takes nothing but files', async () => {
    using workshop = openWorkshop();
    const path = write(workshop, pkcs8(ec('P-256')), 0o644);
    symlinkSync(path, workshop.path('link'));
    await expect(fileCaKey(workshop.path('link')).publicKey()).rejects.toThrow(/mode 0644/);
    chmodSync(path, 0o600);
    await fileCaKey(workshop.path('link')).publicKey();
    mkdirSync(workshop.path('folder'), { mode: 0o700 });
    await expect(fileCaKey(workshop.path('folder')).publicKey()).rejects.toThrow(/is a folder/);
    await expect(fileCaKey(workshop.path('none')).publicKey()).rejects.toMatchObject({
      code: 'secret_unavailable',
      message: expect.stringContaining('ENOENT'),
    });
  });

  const big = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
  it.each([
    ['an empty file', '', /empty/],
    ['a huge file', 'x'.repeat(65_537), /64 KiB/],
    ['no PEM', 'hello', /PKCS#8/],
    ['a SEC1 key', String(ec('P-256').export({ type: 'sec1', format: 'pem' })), /openssl pkcs8 -topk8/],
    ['two keys', pkcs8(ec('P-256')) + pkcs8(ec('P-256')), /more than one/],
    ['a damaged key', pkcs8(ec('P-256')).replace(/\n[A-Za-z0-9+/]{8}/, '\nAAAAAAAA'), /damaged/],
    ['a key on P-521', pkcs8(ec('P-521')), /P-256, P-384 or Ed25519/],
    ['a key on secp256k1', pkcs8(ec('secp256k1')), /P-256, P-384 or Ed25519/],
    ['an RSA key of 1024 bits', pkcs8(big), /2048/],
    ['an X25519 key', pkcs8(generateKeyPairSync('x25519').privateKey), /P-256, P-384 or Ed25519/],
  ])('refuses %s', async (_, content, message) => {
    using workshop = openWorkshop();
    const path = write(workshop, content);
    await expect(fileCaKey(path).publicKey()).rejects.toThrow(message);
    await expect(fileCaKey(path).sign(DATA)).rejects.toThrow(message);
  });

  it('refuses a passphrase for a key that is not encrypted, and one that is too short', async () => {
    using workshop = openWorkshop();
    const path = write(workshop, pkcs8(ec('P-256')));
    await expect(fileCaKey(path, { passphrase, readSecret }).publicKey()).rejects.toThrow(/is not encrypted/);
    const short = { passphrase, readSecret: async () => 'nineteen characters\n' };
    await expect(createCaKeyFile(workshop.path('new.key'), short)).rejects.toMatchObject({
      code: 'key_invalid',
      message: expect.stringContaining('20 characters'),
    });
    await expect(
      createCaKeyFile(workshop.path('new.key'), { passphrase: { env: 'NO_SUCH_VARIABLE' } }),
    ).rejects.toMatchObject({ code: 'secret_unavailable' });
    expect(() => statSync(workshop.path('new.key'))).toThrow();
  });

  it('tries again after a failure, and reads a good file once', async () => {
    using workshop = openWorkshop();
    const key = fileCaKey(workshop.path('ca.key'));
    await expect(key.publicKey()).rejects.toThrow();
    const path = write(workshop, pkcs8(ec('P-256')));
    const { spki } = await key.publicKey();
    write(workshop, pkcs8(ec('P-256')));
    expect((await key.publicKey()).spki).toEqual(spki);
    await key.close?.();
    await expect(key.publicKey()).rejects.toMatchObject({ code: 'closed' });
    await expect(key.sign(DATA)).rejects.toMatchObject({ code: 'closed' });
    expect(path).toBe(workshop.path('ca.key'));
  });

  it('throws TypeError for misuse', async () => {
    expect(() => fileCaKey('')).toThrow(TypeError);
    expect(() => fileCaKey('ca.key', { pin: 'x' } as never)).toThrow(/`pin` is not an option/);
    using workshop = openWorkshop();
    await expect(createCaKeyFile(workshop.path('k'), { algorithm: 'RSA' as never })).rejects.toThrow(
      TypeError,
    );
  });

  it('shows neither key nor passphrase, in no error and to no inspection', async () => {
    using workshop = openWorkshop();
    const path = workshop.path('ca.key');
    const key = await createCaKeyFile(path, { passphrase, readSecret });
    await key.sign(DATA);
    const plain = pkcs8(createPrivateKey({ key: readFileSync(path, 'utf8'), passphrase: PASSPHRASE }));
    const errors: unknown[] = [];
    const secret = plain.split('\n')[1] as string;
    const attempts = [
      fileCaKey(path, { passphrase, readSecret: async () => 'canary canary canary canary' }),
      fileCaKey(write(workshop, plain), { passphrase, readSecret }),
      fileCaKey(write(workshop, plain.replace('PRIVATE KEY', 'EC PRIVATE KEY'))),
      fileCaKey(write(workshop, plain, 0o644)),
    ];
    for (const attempt of attempts) errors.push(await attempt.publicKey().catch((error: unknown) => error));
    const text = shown(key, ...attempts, ...errors, workshop.path('ca.key'));
    expect(text).not.toContain('canary');
    expect(text).not.toContain('battery');
    expect(text).not.toContain(secret);
    expect(text).not.toContain('BEGIN');
    expect(errors).toHaveLength(4);
  });
});
