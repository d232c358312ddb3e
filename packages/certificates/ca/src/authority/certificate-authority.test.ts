import 'reflect-metadata';
import { X509Certificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { CONTRACT } from '@workload-identity/contract';
import { readLeaf } from '@workload-identity/x5c';
import { describe, expect, it } from 'vitest';
import { hasOpenssl, openWorkshop } from '../../test/support/openssl.ts';
import { ORDERS, openScene, TestKey, TRUST_DOMAIN } from '../../test/support/scene.ts';
import type { CaAlgorithm } from '../ca-key.ts';
import { memoryCaKey } from '../keys/memory.ts';
import { createCertificateAuthority } from './certificate-authority.ts';
import { createRootCertificate } from './root.ts';

const ALGORITHMS: readonly CaAlgorithm[] = [
  'ECDSA_P256_SHA256',
  'ECDSA_P384_SHA384',
  'RSA_PSS_SHA256',
  'Ed25519',
];
const trustDomain = TRUST_DOMAIN;
const publicKey = (await memoryCaKey().publicKey()).spki;

async function authorityWith(algorithm: CaAlgorithm) {
  const key = memoryCaKey({ algorithm });
  const root = await createRootCertificate(key, { trustDomain });
  return { key, root, authority: createCertificateAuthority({ key, trustDomain, anchors: [root.pem] }) };
}

describe('createCertificateAuthority', () => {
  it.each(ALGORITHMS)(
    'issues leaves that node:crypto and @peculiar/x509 read as meant: %s',
    async (algorithm) => {
      const { root, authority } = await authorityWith(algorithm);
      const leaf = await authority.issueLeaf({ identity: ORDERS, publicKey });
      expect(leaf.chain).toHaveLength(1);
      const [der] = leaf.chain as [Uint8Array];

      const node = new X509Certificate(der);
      const anchor = new X509Certificate(root.pem);
      expect(node.verify(anchor.publicKey)).toBe(true);
      expect(node.checkIssued(anchor)).toBe(true);
      expect(node.ca).toBe(false);
      expect(node.subject).toBeUndefined();
      expect(node.subjectAltName).toBe(`URI:${ORDERS}`);
      expect(node.keyUsage).toEqual([CONTRACT.selfExtendedKeyUsage]);
      expect(Buffer.from(node.publicKey.export({ format: 'der', type: 'spki' }))).toEqual(
        Buffer.from(publicKey),
      );

      const other = new x509.X509Certificate(der);
      expect(await other.verify({ publicKey: new x509.X509Certificate(root.pem).publicKey })).toBe(true);
      const usage = other.getExtension(x509.KeyUsagesExtension);
      expect(usage).toMatchObject({ critical: true, usages: x509.KeyUsageFlags.digitalSignature });
      expect(other.getExtension(x509.BasicConstraintsExtension)).toMatchObject({ critical: true, ca: false });
      expect(other.getExtension(x509.SubjectAlternativeNameExtension)?.critical).toBe(true);
      // Its identifiers have arcs of 128 bits, which this library does not print; node:crypto does, above.
      expect(other.getExtension(x509.ExtendedKeyUsageExtension)?.critical).toBe(false);
      const issuerId = new x509.X509Certificate(root.pem).getExtension(
        x509.SubjectKeyIdentifierExtension,
      )?.keyId;
      expect(other.getExtension(x509.AuthorityKeyIdentifierExtension)?.keyId).toBe(issuerId);
      expect(other.getExtension(x509.SubjectKeyIdentifierExtension)?.keyId).toMatch(/^[0-9a-f]{40}$/);
      expect(other.extensions).toHaveLength(6);
      expect(readLeaf(der)).toMatchObject({ issuer: ORDERS, usage: 'self', keyId: leaf.keyId });
      expect(leaf.pem).toBe(`${other.toString('pem')}\n`);
    },
  );

  it.skipIf(!hasOpenssl).each(ALGORITHMS)('issues leaves that openssl verifies: %s', async (algorithm) => {
    using workshop = openWorkshop();
    const { root, authority } = await authorityWith(algorithm);
    workshop.write('root.pem', root.pem);
    const issued = await authority.issueLeaf({ identity: ORDERS, publicKey, usage: 'issuer' });
    workshop.write('leaf.pem', issued.pem);
    const verified = workshop.openssl(['verify', '-x509_strict', '-CAfile', 'root.pem', 'leaf.pem']);
    expect(verified).toEqual({ ok: true, text: 'leaf.pem: OK\n' });
    const { text } = workshop.openssl(['x509', '-in', 'leaf.pem', '-noout', '-text']);
    for (const part of [
      'Version: 3 (0x2)',
      'Subject: \n',
      'X509v3 Basic Constraints: critical\n                CA:FALSE',
      'X509v3 Key Usage: critical\n                Digital Signature\n',
      `X509v3 Extended Key Usage: \n                ${CONTRACT.issuerExtendedKeyUsage}\n`,
      `X509v3 Subject Alternative Name: critical\n                URI:${ORDERS}\n`,
    ]) {
      expect(text.replace(/Subject: ?\n/, 'Subject: \n')).toContain(part);
    }
    const anchor = workshop.openssl(['x509', '-in', 'root.pem', '-noout', '-text']).text;
    expect(anchor).toContain('X509v3 Basic Constraints: critical\n                CA:TRUE, pathlen:1');
    expect(anchor).toContain('X509v3 Key Usage: critical\n                Certificate Sign\n');
    expect(anchor).toContain(
      `X509v3 Name Constraints: critical\n                Permitted:\n                  URI:${trustDomain}\n`,
    );
  });

  it('gives every certificate a positive serial number of 128 random bits', async () => {
    const { authority } = await openScene();
    const serials = new Set<string>();
    for (let count = 0; count < 32; count++) {
      const { chain } = await authority.issueLeaf({ identity: ORDERS, publicKey });
      const { serialNumber } = new X509Certificate(chain[0] as Uint8Array);
      expect(serialNumber).toMatch(/^01[0-9A-F]{32}$/);
      serials.add(serialNumber);
    }
    expect(serials.size).toBe(32);
  });

  it.each([0x00, 0x7f, 0x80, 0xff])(
    'writes a serial number in DER whose random bytes are all %i',
    async (byte) => {
      const key = memoryCaKey();
      const randomBytes = (length: number): Uint8Array => new Uint8Array(length).fill(byte);
      const root = await createRootCertificate(key, { trustDomain, randomBytes });
      const authority = createCertificateAuthority({ key, trustDomain, anchors: [root.pem], randomBytes });
      const { chain } = await authority.issueLeaf({ identity: ORDERS, publicKey });
      const hex = byte.toString(16).padStart(2, '0').toUpperCase().repeat(16);
      expect(new X509Certificate(chain[0] as Uint8Array).serialNumber).toBe(`01${hex}`);
    },
  );

  it('does not release what a source of randomness gave too few bytes for', async () => {
    const { key, anchor } = await openScene();
    const randomBytes = (): Uint8Array => new Uint8Array(3);
    const options = { key, trustDomain, anchors: [anchor], randomBytes };
    await expect(
      createCertificateAuthority(options).issueLeaf({ identity: ORDERS, publicKey }),
    ).rejects.toThrow(/16 bytes/);
  });

  it('takes leaf keys on P-256, P-384 and Ed25519, and no RSA', async () => {
    const { authority } = await openScene();
    for (const algorithm of ALGORITHMS) {
      const { spki } = await memoryCaKey({ algorithm }).publicKey();
      const issuing = authority.issueLeaf({ identity: ORDERS, publicKey: spki });
      if (algorithm === 'RSA_PSS_SHA256')
        await expect(issuing).rejects.toMatchObject({ code: 'issuance_refused' });
      else expect((await issuing).identity).toBe(ORDERS);
    }
    await expect(
      authority.issueLeaf({ identity: ORDERS, publicKey: new Uint8Array(91) }),
    ).rejects.toMatchObject({
      code: 'key_invalid',
    });
    const tail = Uint8Array.of(...publicKey, 0);
    await expect(authority.issueLeaf({ identity: ORDERS, publicKey: tail })).rejects.toMatchObject({
      code: 'key_invalid',
    });
  });

  it('releases nothing that its key did not sign', async () => {
    const { authority, key } = await openScene();
    const stranger = memoryCaKey();
    key.onSign = (tbs) => stranger.sign(tbs);
    await expect(authority.issueLeaf({ identity: ORDERS, publicKey })).rejects.toMatchObject({
      code: 'key_invalid',
      message: expect.stringContaining('Nothing was issued'),
    });
  });

  it('names the key whose certificate is missing', async () => {
    const { anchor } = await openScene();
    const key = new TestKey(memoryCaKey(), 'kms alias/other');
    const authority = createCertificateAuthority({ key, trustDomain, anchors: [anchor] });
    await expect(authority.ready()).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('is for the key kms alias/other'),
    });
    expect(key.signatures).toBe(0);
  });

  it('uses the certificate that lasts longest, where the anchors hold several for its key', async () => {
    const key = memoryCaKey();
    const short = await createRootCertificate(key, { trustDomain, lifetime: 86_400 });
    const long = await createRootCertificate(key, { trustDomain, lifetime: 864_000 });
    for (const anchors of [[short.pem, long.pem], [long.pem, short.pem], [short.pem + long.pem]]) {
      const authority = createCertificateAuthority({ key, trustDomain, anchors });
      const leaf = await authority.issueLeaf({ identity: ORDERS, publicKey, lifetime: 604_800 });
      expect(leaf.notAfter - leaf.notBefore).toBe(604_860);
    }
  });

  it('closes its key', async () => {
    const { key, root, authority } = await authorityWith('Ed25519');
    await authority.close();
    await expect(key.sign(new Uint8Array(1))).rejects.toMatchObject({ code: 'closed' });
    const other = createCertificateAuthority({ key: new TestKey(), trustDomain, anchors: [root.pem] });
    await other.close();
  });

  it('says in the code and the words of the key why it cannot issue', async () => {
    const { authority, key } = await openScene();
    key.onSign = () => Promise.reject(Object.assign(new Error('x'), { code: 'ETIMEDOUT' }));
    await expect(authority.issueLeaf({ identity: ORDERS, publicKey })).rejects.toMatchObject({
      code: 'authority_unavailable',
      message: expect.stringContaining('kms alias/test failed (Error ETIMEDOUT)'),
    });
  });

  const key = memoryCaKey();
  const pem = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
  it.each([
    ['no key', { key: undefined }, TypeError],
    ['no anchors', { anchors: [] }, TypeError],
    ['an anchor as a text', { anchors: pem }, TypeError],
    ['another option', { anchor: pem }, TypeError],
    ['an anchor that is no certificate', { anchors: [pem] }, /`anchors\[0\]`/],
    [
      'an anchor that is a key',
      { anchors: ['-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----'] },
      /PEM/,
    ],
    ['an intermediate that is no certificate', { intermediates: [pem] }, /`intermediates\[0\]`/],
    ['no trust domain', { trustDomain: 'Prod' }, /trust domain/],
  ])('refuses %s', async (_, options, message) => {
    const { anchor } = await openScene();
    const make = () =>
      createCertificateAuthority({ key, trustDomain, anchors: [anchor], ...options } as never);
    expect(make).toThrow(message);
  });

  it.each([
    [{ identity: ORDERS }, /one of them/],
    [{ identity: ORDERS, publicKey, csr: new Uint8Array() }, /one of them/],
    [{ identity: ORDERS, publicKey, days: 3 }, /not an option/],
    [null, /settings are required/],
  ])('throws TypeError for a request that is misuse', async (request, message) => {
    const { authority } = await openScene();
    await expect(authority.issueLeaf(request as never)).rejects.toThrow(TypeError);
    await expect(authority.issueLeaf(request as never)).rejects.toThrow(message);
  });
});
