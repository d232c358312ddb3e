import 'reflect-metadata';
import { type webcrypto, X509Certificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { CONTRACT } from '@workload-identity/contract';
import { describe, expect, it } from 'vitest';
import { hasOpenssl, openWorkshop } from '../../test/support/openssl.ts';
import { ORDERS, TRUST_DOMAIN } from '../../test/support/scene.ts';
import { START } from '../../test/support/time.ts';
import { memoryCaKey } from '../keys/memory.ts';
import { createCertificateRequest } from '../request/create-request.ts';
import { createCertificateAuthority } from './certificate-authority.ts';
import { createIntermediateCertificate } from './intermediate.ts';
import { createRootCertificate, type RootCertificateOptions } from './root.ts';

const trustDomain = TRUST_DOMAIN;
const DAY = 86_400;
const clock = (): number => START * 1000;
const publicKey = (await memoryCaKey().publicKey()).spki;

async function rootWith(options: Partial<RootCertificateOptions> = {}) {
  const key = memoryCaKey();
  return { key, root: await createRootCertificate(key, { trustDomain, clock, ...options }) };
}

describe('createRootCertificate', () => {
  it('names the CA by its trust domain and its key, and lasts ten years', async () => {
    const { root } = await rootWith();
    expect(new X509Certificate(root.pem).subject).toMatch(/^CN=prod\.example\.com workload CA [0-9a-f]{8}$/);
    expect(root).toMatchObject({ notBefore: START - 60, notAfter: START + 3_650 * DAY });
    const { root: other } = await rootWith();
    expect(new X509Certificate(other.pem).subject).not.toBe(new X509Certificate(root.pem).subject);
  });

  it('keeps its name within 64 characters', async () => {
    const { root } = await rootWith({ trustDomain: `${'a'.repeat(60)}.example.com` });
    expect(new X509Certificate(root.pem).subject).toMatch(/^CN=workload CA [0-9a-f]{8}$/);
  });

  it.skipIf(!hasOpenssl).each([
    ['prod.example.com', undefined, ['URI:prod.example.com']],
    [
      'prod.example.com',
      ['sts.example.com', 'prod.example.com'],
      ['URI:prod.example.com', 'URI:sts.example.com'],
    ],
    ['prod', undefined, []],
    ['my_cluster.example', undefined, []],
    ['10.0.0.1', undefined, []],
  ])('constrains a CA of %s with service hosts %j to %j', async (domain, serviceHosts, constraints) => {
    using workshop = openWorkshop();
    const { root } = await rootWith({
      trustDomain: domain,
      ...(serviceHosts === undefined ? {} : { serviceHosts }),
    });
    workshop.write('root.pem', root.pem);
    const { text } = workshop.openssl(['x509', '-in', 'root.pem', '-noout', '-text']);
    expect([...text.matchAll(/URI:\S+/g)].map(([match]) => match)).toEqual(constraints);
    expect(text.includes('Name Constraints: critical')).toBe(constraints.length > 0);
  });

  it.each([
    [{ trustDomain: 'Prod.example.com' }, /trust domain/],
    [{ serviceHosts: ['*.example.com'] }, /serviceHosts/],
    [{ serviceHosts: ['STS.example.com'] }, /serviceHosts/],
    [{ serviceHosts: ['localhost'] }, /serviceHosts/],
    [{ serviceHosts: ['.example.com'] }, /serviceHosts/],
    [{ trustDomain: 'prod', serviceHosts: ['sts.example.com'] }, /serviceHosts/],
    [{ lifetime: DAY - 1 }, /lifetime/],
    [{ lifetime: 9_132 * DAY }, /lifetime/],
    [{ pathLength: 3 }, /pathLength/],
    [{ pathLength: -1 }, /pathLength/],
    [{ commonName: '' }, /commonName/],
    [{ days: 3 }, /not an option/],
  ])('refuses %j', async (options, message) => {
    await expect(rootWith(options as never)).rejects.toThrow(message);
  });

  it('writes times from 2050 on as RFC 5280 wants them', async () => {
    const { root } = await rootWith({ lifetime: 9_131 * DAY });
    expect(root.notAfter).toBe(START + 9_131 * DAY);
    expect(new X509Certificate(root.pem).validTo).toContain('2051');
  });
});

describe('createIntermediateCertificate', () => {
  it.skipIf(!hasOpenssl)('certifies a request, and openssl follows leaf, intermediate and root', async () => {
    using workshop = openWorkshop();
    const rootKey = memoryCaKey();
    const root = await createRootCertificate(rootKey, { trustDomain });
    const key = memoryCaKey({ algorithm: 'ECDSA_P384_SHA384' });
    const { pem: csr } = await createCertificateRequest(key, { commonName: 'ignored' });
    const made = await createIntermediateCertificate(rootKey, { issuer: root.pem, csr, trustDomain });
    const options = { key, trustDomain, anchors: [root.pem], intermediates: [made.pem] };
    const leaf = await createCertificateAuthority(options).issueLeaf({ identity: ORDERS, publicKey });
    expect(leaf.chain).toHaveLength(2);
    workshop.write('root.pem', root.pem);
    workshop.write('chain.pem', made.pem);
    workshop.write('leaf.pem', leaf.pem);
    const args = ['verify', '-x509_strict', '-CAfile', 'root.pem', '-untrusted', 'chain.pem', 'leaf.pem'];
    expect(workshop.openssl(args)).toEqual({ ok: true, text: 'leaf.pem: OK\n' });
    const { text } = workshop.openssl(['x509', '-in', 'chain.pem', '-noout', '-text']);
    expect(text).toContain('CA:TRUE, pathlen:0');
    expect(text).toContain(`${CONTRACT.selfExtendedKeyUsage}, ${CONTRACT.issuerExtendedKeyUsage}\n`);
    expect(text).toContain('URI:prod.example.com');
    expect(text).not.toContain('ignored');
  });

  it('lasts a year, or as long as its issuer', async () => {
    const long = await rootWith();
    const made = await createIntermediateCertificate(long.key, {
      issuer: long.root.pem,
      publicKey,
      trustDomain,
      clock,
    });
    expect(made).toMatchObject({ notBefore: START - 60, notAfter: START + 365 * DAY });
    const short = await rootWith({ lifetime: 30 * DAY });
    const settings = { issuer: short.root.pem, publicKey, trustDomain, clock };
    expect((await createIntermediateCertificate(short.key, settings)).notAfter).toBe(START + 30 * DAY);
    await expect(
      createIntermediateCertificate(short.key, { ...settings, lifetime: 31 * DAY }),
    ).rejects.toMatchObject({
      code: 'issuance_refused',
      message: expect.stringContaining('would outlive its issuer, which ends at 2026-01-31T00:00:00Z'),
    });
    const later = (): number => clock() + 31 * DAY * 1000;
    await expect(createIntermediateCertificate(short.key, { ...settings, clock: later })).rejects.toThrow(
      /ended at/,
    );
    const before = (): number => clock() - 3_600_000;
    await expect(createIntermediateCertificate(short.key, { ...settings, clock: before })).rejects.toThrow(
      /compare the clocks/,
    );
  });

  it('leads over two intermediates at most, as the path lengths say', async () => {
    const { key, root } = await rootWith({ pathLength: 2 });
    const upperKey = memoryCaKey();
    const base = { trustDomain, clock };
    const upper = await createIntermediateCertificate(key, {
      ...base,
      issuer: root.pem,
      publicKey: (await upperKey.publicKey()).spki,
      pathLength: 1,
    });
    const lowerKey = memoryCaKey();
    const lower = await createIntermediateCertificate(upperKey, {
      ...base,
      issuer: upper.pem,
      publicKey: (await lowerKey.publicKey()).spki,
    });
    const anchors = [root.pem];
    const issue = (intermediates: readonly string[]) =>
      createCertificateAuthority({ key: lowerKey, anchors, intermediates, ...base }).issueLeaf({
        identity: ORDERS,
        publicKey,
      });
    expect((await issue([upper.pem, lower.pem])).chain).toHaveLength(3);
    expect((await issue([lower.pem + upper.pem])).chain).toHaveLength(3);
    await expect(issue([lower.pem])).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('does not lead to one of `anchors`'),
    });
    await expect(
      createIntermediateCertificate(lowerKey, { ...base, issuer: lower.pem, publicKey }),
    ).rejects.toMatchObject({
      code: 'issuance_refused',
      message: expect.stringContaining('allows 0 CAs below it'),
    });
  });

  it('does not issue where a root allows no CA below it, although one was made by other means', async () => {
    const key = memoryCaKey();
    const wide = await createRootCertificate(key, { trustDomain, clock, commonName: 'root' });
    const narrow = await createRootCertificate(key, {
      trustDomain,
      clock,
      commonName: 'root',
      pathLength: 0,
    });
    const lowerKey = memoryCaKey();
    const { spki } = await lowerKey.publicKey();
    const settings = { issuer: wide.pem, publicKey: spki, trustDomain, clock };
    const lower = await createIntermediateCertificate(key, settings);
    const authority = createCertificateAuthority({
      key: lowerKey,
      trustDomain,
      anchors: [narrow.pem],
      intermediates: [lower.pem],
      clock,
    });
    await expect(authority.issueLeaf({ identity: ORDERS, publicKey })).rejects.toMatchObject({
      code: 'issuance_refused',
      message: expect.stringContaining('no verifier would accept the leaf'),
    });
  });

  it('does not follow an intermediate whose issuer only has the same name', async () => {
    const { key, root } = await rootWith({ commonName: 'root' });
    const { root: double } = await rootWith({ commonName: 'root' });
    const lowerKey = memoryCaKey();
    const { spki } = await lowerKey.publicKey();
    const lower = await createIntermediateCertificate(key, {
      issuer: root.pem,
      publicKey: spki,
      trustDomain,
      clock,
    });
    const options = { key: lowerKey, trustDomain, anchors: [double.pem], intermediates: [lower.pem], clock };
    await expect(createCertificateAuthority(options).ready()).rejects.toMatchObject({
      code: 'config_invalid',
    });
  });

  it('finds the anchor by its key, where certificates name no keys and anchors have one name', async () => {
    const lowerKey = memoryCaKey();
    const { spki } = await lowerKey.publicKey();
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
    const extensions = [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ];
    const certify = async (
      subject: string,
      publicKey: webcrypto.CryptoKey | Uint8Array,
      signingKey: webcrypto.CryptoKey,
    ) =>
      x509.X509CertificateGenerator.create({
        subject,
        issuer: 'CN=root',
        notBefore: new Date(START * 1000),
        notAfter: new Date((START + DAY) * 1000),
        publicKey: publicKey as webcrypto.CryptoKey,
        signingKey,
        signingAlgorithm: algorithm,
        extensions,
      });
    const pair = () =>
      crypto.subtle.generateKey(algorithm, false, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>;
    const [right, wrong] = [await pair(), await pair()];
    const roots = [
      (await certify('CN=root', wrong.publicKey, wrong.privateKey)).toString('pem'),
      (await certify('CN=root', right.publicKey, right.privateKey)).toString('pem'),
    ];
    const lower = (await certify('CN=lower', spki, right.privateKey)).toString('pem');
    const settings = { key: lowerKey, trustDomain, intermediates: [lower], clock };
    const leaf = await createCertificateAuthority({ ...settings, anchors: roots }).issueLeaf({
      identity: ORDERS,
      publicKey,
    });
    expect(leaf.chain).toHaveLength(2);
    const astray = createCertificateAuthority({ ...settings, anchors: roots.slice(0, 1) });
    await expect(astray.ready()).rejects.toMatchObject({ code: 'config_invalid' });
  });

  it('refuses what is not a CA below another one', async () => {
    const { key, root } = await rootWith();
    const { spki } = await key.publicKey();
    const base = { issuer: root.pem, trustDomain, clock };
    const attempt = (options: object) => createIntermediateCertificate(key, { ...base, ...options } as never);
    const own = new X509Certificate(root.pem).subject.slice('CN='.length);
    await expect(attempt({ publicKey: spki })).rejects.toThrow(/a key and a name of its own/);
    await expect(attempt({ publicKey: spki, commonName: 'other' })).rejects.toThrow(
      /a key and a name of its own/,
    );
    await expect(attempt({ publicKey, commonName: own })).rejects.toThrow(/a key and a name of its own/);
    await expect(attempt({})).rejects.toThrow(/one of them/);
    await expect(attempt({ publicKey, csr: 'x' })).rejects.toThrow(/one of them/);
    await expect(attempt({ publicKey, issuer: root.pem + root.pem })).rejects.toThrow(/one certificate/);
    await expect(attempt({ publicKey, pathLength: 2 })).rejects.toThrow(/pathLength/);
    await expect(attempt({ publicKey, pathLength: 1 })).rejects.toThrow(/allows 1 CAs below it/);
    await expect(attempt({ publicKey, ca: true })).rejects.toThrow(/not an option/);
    const { root: foreign } = await rootWith();
    await expect(attempt({ publicKey, issuer: foreign.pem })).rejects.toMatchObject({
      code: 'config_invalid',
    });
  });

  it.skipIf(!hasOpenssl)('issues under a CA that openssl made', async () => {
    using workshop = openWorkshop();
    const run = (...args: readonly string[]): void => {
      const { ok, text } = workshop.openssl(args);
      expect({ ok, text }).toMatchObject({ ok: true });
    };
    const key = memoryCaKey();
    workshop.write('int.csr', (await createCertificateRequest(key, { commonName: 'Workloads' })).pem);
    const subject = '/C=DE/O=Example Corp/OU=PKI Ümlaut/CN=Corporate Root';
    run(
      ...[
        'req',
        '-x509',
        '-utf8',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-384',
        '-sha384',
        '-nodes',
      ],
      ...['-keyout', 'root.key', '-out', 'root.pem', '-days', '3650', '-subj', subject],
      ...['-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
    );
    workshop.write(
      'ext',
      'basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\nnameConstraints=critical,permitted;URI:prod.example.com\n',
    );
    run(
      ...[
        'x509',
        '-req',
        '-in',
        'int.csr',
        '-CA',
        'root.pem',
        '-CAkey',
        'root.key',
        '-sha384',
        '-days',
        '365',
      ],
      ...['-CAcreateserial', '-extfile', 'ext', '-out', 'int.pem'],
    );
    const [root, intermediate] = ['root.pem', 'int.pem'].map(
      (name) => workshop.openssl(['x509', '-in', name]).text,
    );
    const options = { key, trustDomain, anchors: [root as string], intermediates: [intermediate as string] };
    const leaf = await createCertificateAuthority(options).issueLeaf({ identity: ORDERS, publicKey });
    workshop.write('leaf.pem', leaf.pem);
    const args = ['verify', '-x509_strict', '-CAfile', 'root.pem', '-untrusted', 'int.pem', 'leaf.pem'];
    expect(workshop.openssl(args)).toEqual({ ok: true, text: 'leaf.pem: OK\n' });
  });
});
