import { execFile, execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseTrustBundle } from '@workload-identity/contract/schemas';
import { AsymmetricKey } from '@workload-identity/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startProxy } from '../../../certificates/aws-kms/test/proxy.ts';
import { signsItself } from '../../../certificates/aws-kms/test/signs-itself.ts';
import { readmeSamples } from '../../../internal/tools/src/readme-samples.ts';
import { packageNamed } from '../../../internal/tools/src/workspace.ts';
import { BILLING, codeOf, open, openScene, type Scene } from '../test/scene.ts';
import { privateKey, secret } from '../test/secrets.ts';
import { parseConfiguration } from './config/parse-configuration.ts';

const docs = new URL('../../../../docs/', import.meta.url);
const page = new URL('climbing.md', docs);
const samples = readmeSamples(page);
const json = samples.filter(({ language }) => language === 'json');

function sample(name: string): string {
  const found = samples.find((one) => one.name === name);
  if (found === undefined) throw new Error(`climbing.md has no sample ${name}`);
  return found.code;
}

/** A folder in which the commands and programs of the page run as they stand there. */
function folder(): Scene {
  const scene = openScene();
  mkdirSync(scene.path('node_modules/@workload-identity'), { recursive: true });
  for (const name of ['core', 'ca', 'aws-kms']) {
    symlinkSync(packageNamed(name).path, scene.path(`node_modules/@workload-identity/${name}`), 'junction');
  }
  return scene;
}

const run = (scene: Scene, ...args: readonly string[]): string =>
  execFileSync(process.execPath, args, { cwd: scene.folder, encoding: 'utf8' });

describe('docs/climbing.md', () => {
  it.each(json.map(({ name, code }) => [name, code]))('has a %s that is valid', (name, code) => {
    if (name.startsWith('bundle')) expect(() => parseTrustBundle(JSON.parse(code))).not.toThrow();
    else expect(() => parseConfiguration(code, name)).not.toThrow();
  });

  it('changes nothing but the `sign` line of a service, and counts its bundles up', () => {
    const read = (kind: string) =>
      json.filter(({ name }) => name.startsWith(kind)).map(({ code }) => JSON.parse(code));
    expect(read('bundle').map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
    const services = read('orders').map(({ sign, ...rest }) => [sign.rung, rest]);
    expect(services.map(([rung]) => rung)).toEqual(['hmac', 'asymmetric', 'ca', 'ca', 'ca']);
    for (const [, rest] of services) expect(rest).toEqual(services[0]?.[1]);
  });

  it('prints the public half of a key as the bundle holds it', async () => {
    const scene = folder();
    const { pem } = privateKey();
    scene.write('orders.pem', pem);
    const printed = JSON.parse(run(scene, scene.write('public-half.mjs', sample('public-half.mjs'))));
    const { publicJwk } = await AsymmetricKey.parse(pem);
    expect(printed).toEqual(publicJwk);
    const [, { keys }] = JSON.parse(sample('bundle-2.json')).authorities;
    expect(Object.keys(printed).sort()).toEqual(Object.keys(keys[0]).sort());
  });

  it('makes the certificate of a key in a KMS', async () => {
    const proxy = await startProxy('http://127.0.0.1:1');
    onTestFinished(() => proxy.close());
    proxy.always(signsItself('ECC_NIST_EDWARDS25519'));
    const scene = folder();
    const program = scene.write('root.mts', sample('root.mts'));
    const { stdout } = await promisify(execFile)(process.execPath, [program], {
      cwd: scene.folder,
      env: {
        AWS_ENDPOINT_URL_KMS: proxy.url,
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_CONFIG_FILE: '/nonexistent',
      },
    });
    expect(proxy.calls.map(({ body }) => body['KeyId'])).toEqual(['alias/workload-ca', 'alias/workload-ca']);
    expect(new X509Certificate(stdout).ca).toBe(true);
  });

  it.each(['aws-kms.md', 'pkcs11.md'])('agrees with %s on how a key is configured', (name) => {
    const shown = [...readFileSync(new URL(name, docs), 'utf8').matchAll(/^```jsonc\n(.*?)^```$/gms)];
    expect(shown.length).toBeGreaterThan(0);
    for (const [, text = ''] of shown) {
      const { sign } = JSON.parse(text);
      const { workload, verify } = JSON.parse(sample('orders-3.json'));
      const configuration = JSON.stringify({ workload, sign, verify });
      expect(() => parseConfiguration(configuration, name)).not.toThrow();
    }
  });
});

describe('the climb of docs/climbing.md, with real keys', () => {
  it('is accepted at every step, up and down, by a verifier that reads nothing but the bundle', async () => {
    const scene = folder();
    scene.write('shared.secret', secret());
    const { pem } = privateKey();
    scene.write('orders.pem', pem);
    const { publicJwk } = await AsymmetricKey.parse(pem);
    scene.write('ca-passphrase', secret());
    const shown = /npx --package @workload-identity\/ca workload-identity-ca (init .*)/;
    const [, command = ''] = shown.exec(readFileSync(page, 'utf8')) ?? [];
    run(scene, join(packageNamed('ca').path, 'src', 'bin.ts'), ...command.split(' '));
    const anchor = readFileSync(scene.path('ca.crt'), 'utf8');

    /** A text of the page, with this test's files, key and anchor in place of those shown. */
    const real = (name: string, parts: object = {}) => {
      const parsed = JSON.parse(sample(name), (member, value) => {
        if (member === 'file') return scene.path(value.replace(/^\/run\/secrets\//, ''));
        if (member === 'anchors') return [anchor];
        return value?.kty === undefined ? value : publicJwk;
      });
      return { ...parsed, ...parts };
    };
    const publish = async (name: string, parts: object = {}) => {
      scene.write('bundle.json', JSON.stringify(real(name, parts)));
      return billing.reload();
    };
    const sign = (name: string) => open(real(name));
    let now = Date.now();
    const bundle = { file: scene.path('bundle.json') };
    const billing = open({ workload: BILLING, verify: { bundle } }, { clock: () => now });
    const rungOf = async (service: ReturnType<typeof open>) =>
      (await billing.verify((await service.mint({ audience: BILLING })).token)).rung;

    await publish('bundle-1.json');
    const hmac = sign('orders-1.json');
    expect(await rungOf(hmac)).toBe('hmac');

    await publish('bundle-2.json');
    const asymmetric = sign('orders-2.json');
    expect([await rungOf(hmac), await rungOf(asymmetric)]).toEqual(['hmac', 'asymmetric']);

    await publish('bundle-3.json');
    const ca = sign('orders-3-file.json');
    expect([await rungOf(asymmetric), await rungOf(ca)]).toEqual(['asymmetric', 'ca']);
    expect(await codeOf(rungOf(hmac))).toBe('key_unknown');

    const { authorities } = real('bundle-4.json');
    authorities[0].notAfter = `${new Date(now + 3_600_000).toISOString().slice(0, 19)}Z`;
    await publish('bundle-4.json', { authorities });
    expect([await rungOf(asymmetric), await rungOf(ca)]).toEqual(['asymmetric', 'ca']);
    const [last, leaf] = [await asymmetric.mint({ audience: BILLING, lifetime: 3_600 }), ca];
    now += 3_600_000;
    expect(await codeOf(billing.verify(last.token))).toBe('authority_expired');
    now -= 3_600_000;
    expect(await rungOf(leaf)).toBe('ca');

    const before = { ...real('bundle-2.json'), sequence: 5 };
    await publish('bundle-2.json', before);
    expect([await rungOf(asymmetric), await rungOf(hmac)]).toEqual(['asymmetric', 'hmac']);
    expect(await codeOf(rungOf(ca))).toBe('chain_untrusted');
    expect((await publish('bundle-1.json')).bundle).toMatchObject({ state: 'stale', sequence: 5 });
  });
});
