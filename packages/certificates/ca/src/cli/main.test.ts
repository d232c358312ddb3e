import { spawnSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openWorkshop, type Workshop } from '../../test/support/openssl.ts';
import { ORDERS } from '../../test/support/scene.ts';
import { createCertificateAuthority } from '../authority/certificate-authority.ts';
import { fileCaKey } from '../keys/file.ts';
import { memoryCaKey } from '../keys/memory.ts';
import { main } from './main.ts';

const bin = fileURLToPath(new URL('../bin.ts', import.meta.url));
const trustDomain = 'prod.example.com';
const PASSPHRASE = 'a passphrase of many characters';

process.env['CA_PASSPHRASE'] = PASSPHRASE;

/** Runs the command line in this process; a name that starts with `@` is a file of the workshop. */
async function run(workshop: Workshop, command: string) {
  const argv = command.split(' ').filter(Boolean);
  let stdout = '';
  let stderr = '';
  const status = await main(
    argv.map((part) => (part.startsWith('@') ? workshop.path(part.slice(1)) : part)),
    {
      out: (text) => {
        stdout += text;
      },
      err: (text) => {
        stderr += text;
      },
    },
  );
  return { status, stdout: stdout.replaceAll(`${workshop.folder}/`, ''), stderr };
}

describe('workload-identity-ca', () => {
  it('makes a root, a request and an intermediate that issue leaves', async () => {
    using workshop = openWorkshop();
    const passphrase = { env: 'CA_PASSPHRASE' };
    const made = await run(
      workshop,
      `init --trust-domain ${trustDomain} --key @root.key --out @root.pem --passphrase-env CA_PASSPHRASE`,
    );
    expect(made).toMatchObject({ status: 0, stderr: '' });
    expect(made.stdout).toMatch(
      /root\.key: the key of the CA.*\nroot\.pem: its certificate, until 20\d\d-.*anchors/,
    );
    expect(statSync(workshop.path('root.key')).mode & 0o777).toBe(0o600);
    expect(readFileSync(workshop.path('root.key'), 'utf8')).toMatch(/^-----BEGIN ENCRYPTED/);

    expect(await run(workshop, 'request --key @int.key --out @int.csr --common-name issuing')).toMatchObject({
      status: 0,
    });
    const above = '--issuer @root.pem --issuer-key @root.key --issuer-passphrase-env CA_PASSPHRASE';
    const below = await run(
      workshop,
      `intermediate --trust-domain ${trustDomain} ${above} --csr @int.csr --out @int.pem`,
    );
    expect(below).toMatchObject({ status: 0, stderr: '' });

    const read = (name: string): string => readFileSync(workshop.path(name), 'utf8');
    const authority = createCertificateAuthority({
      key: fileCaKey(workshop.path('int.key')),
      trustDomain,
      anchors: [read('root.pem')],
      intermediates: [read('int.pem')],
    });
    const { spki } = await memoryCaKey().publicKey();
    expect((await authority.issueLeaf({ identity: ORDERS, publicKey: spki })).chain).toHaveLength(2);

    const readSecret = async (): Promise<string> => PASSPHRASE;
    const root = createCertificateAuthority({
      key: fileCaKey(workshop.path('root.key'), { passphrase, readSecret }),
      trustDomain,
      anchors: [read('root.pem')],
    });
    expect((await root.issueLeaf({ identity: ORDERS, publicKey: spki })).chain).toHaveLength(1);
  });

  it('makes an intermediate with its key in one step, by every option', async () => {
    using workshop = openWorkshop();
    const root = await run(
      workshop,
      `init --trust-domain ${trustDomain} --key @r.key --out @r.pem --algorithm ECDSA_P384_SHA384 --lifetime 30d --path-length 2 --service-host sts.example.com --common-name Root`,
    );
    expect(root).toMatchObject({ status: 0, stderr: '' });
    const { text } = workshop.openssl(['x509', '-in', 'r.pem', '-noout', '-text']);
    for (const part of ['secp384r1', 'pathlen:2', 'URI:sts.example.com', 'CN = Root'])
      expect(text).toContain(part);
    workshop.write('pass', PASSPHRASE);
    const lower = await run(
      workshop,
      `intermediate --trust-domain ${trustDomain} --issuer @r.pem --issuer-key @r.key --key @i.key --passphrase-file @pass --path-length 1 --lifetime 10d --out @i.pem`,
    );
    expect(lower).toMatchObject({ status: 0, stderr: '' });
    expect(lower.stdout).toContain('i.key: the key of the CA');
    expect(workshop.openssl(['verify', '-CAfile', 'r.pem', 'i.pem'])).toMatchObject({ ok: true });
  });

  it('says how the CA is denied, which token services the bundle has to list, and nothing where there are none', async () => {
    using workshop = openWorkshop();
    const init = `init --trust-domain ${trustDomain} --key @r.key --out @r.pem`;
    const hosts = '--service-host sts.example.com --service-host sts2.example.com';
    const { stdout } = await run(workshop, `${init} ${hosts}`);
    expect(stdout).toContain('"services": ["https://sts.example.com","https://sts2.example.com"]');
    const { publicKey } = new X509Certificate(readFileSync(workshop.path('r.pem')));
    const { kty, crv, x, y } = publicKey.export({ format: 'jwk' });
    const keyId = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
    expect(stdout).toContain(`The identifier of its key is ${keyId}.`);
    const below = `intermediate --trust-domain ${trustDomain} --issuer @r.pem --issuer-key @r.key`;
    const lower = await run(workshop, `${below} --key @i.key --out @i.pem --service-host sts.example.com`);
    expect(lower.stdout).toContain('"services": ["https://sts.example.com"]');
    const none = await run(workshop, `${below} --key @j.key --out @j.pem`);
    expect(none).toMatchObject({ status: 0, stderr: '' });
    expect(none.stdout).not.toContain('services');
  });

  it('never overwrites, and leaves nothing behind where it refuses', async () => {
    using workshop = openWorkshop();
    workshop.write('there.pem', 'precious');
    const refused = [
      `init --trust-domain ${trustDomain} --key @a.key --out @there.pem`,
      `init --trust-domain ${trustDomain} --key @there.pem --out @a.pem`,
      'init --trust-domain Prod --key @a.key --out @a.pem',
      `init --trust-domain ${trustDomain} --key @a.key --out @a.pem --passphrase-env NO_SUCH_VARIABLE`,
      `intermediate --trust-domain ${trustDomain} --issuer @there.pem --issuer-key @there.pem --key @a.key --out @a.pem`,
      `intermediate --trust-domain ${trustDomain} --issuer @no.pem --issuer-key @no.key --csr @no.csr --out @a.pem`,
    ];
    for (const command of refused) {
      const { status, stdout, stderr } = await run(workshop, command);
      expect({ status, stdout }, command).toEqual({ status: 1, stdout: '' });
      expect(stderr, command).toMatch(/^[a-z_]+: /);
    }
    expect(readdirSync(workshop.folder)).toEqual(['there.pem']);
    expect(readFileSync(workshop.path('there.pem'), 'utf8')).toBe('precious');
  });

  it.each([
    ['', /one command is needed: init, request, intermediate/],
    ['init intermediate', /one command/],
    ['remove', /one command/],
    ['init', /--key is required/],
    ['init --key @a --out @b', /--trust-domain is required/],
    ['init --bogus', /--bogus/],
    ['init --trust-domain a.b --key @a --out @b --csr @c', /--csr is not an option of this command/],
    ['init --trust-domain a.b --key @a --out @b --lifetime 1y', /--lifetime is a number of days/],
    ['init --trust-domain a.b --key @a --out @b --path-length x', /--path-length/],
    ['init --trust-domain a.b --key @a --out @b --path-length 3', /pathLength/],
    ['init --trust-domain a.b --key @a --out @b --algorithm RSA', /algorithm/],
    ['init --trust-domain a.b --key @a --out @b --passphrase-env A --passphrase-file B', /one of them/],
    ['request --key @a --out @b', /--common-name is required/],
    ['intermediate --csr @a --key @b --out @c', /one of them/],
    ['intermediate --csr @a --trust-domain a.b --out @c', /--issuer is required/],
  ])('answers a mistake with exit code 2: %s', async (command, message) => {
    using workshop = openWorkshop();
    const { status, stdout, stderr } = await run(workshop, command);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).toContain('workload-identity-ca --help');
    expect(readdirSync(workshop.folder)).toEqual([]);
  });

  it('explains itself', async () => {
    using workshop = openWorkshop();
    for (const command of ['--help', '-h', 'init --help']) {
      const { status, stdout, stderr } = await run(workshop, command);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toMatch(/^Usage:/);
    }
  });

  it('is a command: its exit code, its output and its errors', () => {
    using workshop = openWorkshop();
    const spawn = (...args: readonly string[]) => {
      const options = { cwd: workshop.folder, encoding: 'utf8' } as const;
      const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], options);
      return { status, stdout, stderr };
    };
    const init = ['init', '--trust-domain', trustDomain, '--key', 'ca.key', '--out', 'ca.pem'];
    expect(spawn(...init)).toMatchObject({
      status: 0,
      stderr: '',
      stdout: expect.stringContaining('ca.pem'),
    });
    expect(spawn(...init)).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining('ca.key'),
    });
    expect(spawn()).toMatchObject({ status: 2, stdout: '' });
  });
});
