import { X509Certificate } from 'node:crypto';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { describe, expect, it } from 'vitest';
import { hasOpenssl, openWorkshop } from '../../test/support/openssl.ts';
import { BILLING, ORDERS, openScene } from '../../test/support/scene.ts';
import type { CaAlgorithm } from '../ca-key.ts';
import { memoryCaKey } from '../keys/memory.ts';
import { createCertificateRequest } from './create-request.ts';
import { readCertificateRequest } from './read-request.ts';

const ALGORITHMS: readonly CaAlgorithm[] = [
  'ECDSA_P256_SHA256',
  'ECDSA_P384_SHA384',
  'RSA_PSS_SHA256',
  'Ed25519',
];

describe('certification requests', () => {
  it.each(ALGORITHMS)('says who asks and proves the key: %s', async (algorithm) => {
    const key = memoryCaKey({ algorithm });
    const { der, pem } = await createCertificateRequest(key, { identity: ORDERS });
    const { spki } = await key.publicKey();
    for (const form of [der, pem, `\n${pem.replaceAll('\n', '\r\n')}\n`]) {
      expect(readCertificateRequest(form)).toEqual({ publicKey: { spki, algorithm }, identity: ORDERS });
    }
  });

  it('reads the same to another library', async () => {
    const { der } = await createCertificateRequest(memoryCaKey(), { identity: ORDERS });
    const read = new x509.Pkcs10CertificateRequest(der);
    expect(await read.verify()).toBe(true);
    expect(read.subject).toBe('');
    const names = read.extensions.find((one) => one instanceof x509.SubjectAlternativeNameExtension);
    expect(names?.critical).toBe(true);
    expect(names?.names.toJSON()).toEqual([{ type: 'url', value: ORDERS }]);
  });

  it('asks for a CA by a common name', async () => {
    const { der } = await createCertificateRequest(memoryCaKey(), { commonName: 'issuing CA 1' });
    expect(readCertificateRequest(der).identity).toBeUndefined();
    const read = new x509.Pkcs10CertificateRequest(der);
    expect(read.subject).toBe('CN=issuing CA 1');
  });

  it.skipIf(!hasOpenssl)('is read by openssl, and reads what openssl writes', async () => {
    using workshop = openWorkshop();
    workshop.write('ours.csr', (await createCertificateRequest(memoryCaKey(), { identity: ORDERS })).pem);
    const ours = workshop.openssl(['req', '-in', 'ours.csr', '-noout', '-verify', '-text']);
    expect(ours.text).toContain('verify OK');
    expect(ours.text).toContain(`URI:${ORDERS}`);

    const request = (name: string, key: readonly string[], san: string, more: readonly string[] = []) => {
      const names = san === '' ? [] : ['-addext', `subjectAltName=${san}`];
      const args = ['req', '-new', '-nodes', '-keyout', `${name}.key`, '-out', `${name}.csr`];
      const made = workshop.openssl([...args, '-newkey', ...key, '-subj', '/CN=orders', ...names, ...more]);
      expect(made).toMatchObject({ ok: true });
      return workshop.openssl(['req', '-in', `${name}.csr`]).text;
    };
    const p256 = ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
    const p384 = ['ec', '-pkeyopt', 'ec_paramgen_curve:P-384'];
    expect(readCertificateRequest(request('p256', p256, `URI:${ORDERS}`)).identity).toBe(ORDERS);
    expect(readCertificateRequest(request('p384', p384, `URI:${ORDERS}`, ['-sha384'])).identity).toBe(ORDERS);
    expect(readCertificateRequest(request('ed', ['ed25519'], `URI:${ORDERS}`)).identity).toBe(ORDERS);
    // What else it asks for counts for nothing.
    const greedy = ['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=keyCertSign'];
    const asked = request('greedy', p256, `URI:${ORDERS}`, greedy);
    const { authority } = await openScene();
    const { pem } = await authority.issueLeaf({ identity: ORDERS, csr: asked });
    const certificate = new X509Certificate(pem);
    expect(certificate.ca).toBe(false);
    expect(certificate.subject).toBeUndefined();

    const refused: readonly (readonly [string, string, RegExp])[] = [
      ['a common name and no URI', request('cn', p256, ''), /does not ask for/],
      ['two URIs', request('two', p256, `URI:${ORDERS},URI:${BILLING}`), /exactly one URI/],
      [
        'a DNS name beside the URI',
        request('dns', p256, `URI:${ORDERS},DNS:orders.example.com`),
        /exactly one URI/,
      ],
      ['a DNS name', request('dns2', p256, 'DNS:orders.example.com'), /exactly one URI/],
      ['another digest', request('digest', p384, `URI:${ORDERS}`, ['-sha256']), /ECDSA_P384_SHA384/],
      ['an RSA key, signed with PKCS#1', request('rsa', ['rsa:2048'], `URI:${ORDERS}`), /RSA_PSS_SHA256/],
    ];
    for (const [what, csr, message] of refused) {
      await expect(authority.issueLeaf({ identity: ORDERS, csr }), what).rejects.toThrow(message);
    }
  });

  it('refuses a request that its key did not sign', async () => {
    const { der } = await createCertificateRequest(memoryCaKey(), { identity: ORDERS });
    const { der: other } = await createCertificateRequest(memoryCaKey(), { identity: ORDERS });
    const mine = memoryCaKey();
    const spki = Buffer.from((await mine.publicKey()).spki);
    const at = Buffer.from(der).indexOf(spki.subarray(0, 26));
    const swapped = Buffer.from(der);
    spki.copy(swapped, at);
    expect(() => readCertificateRequest(swapped)).toThrow(/does not hold that key/);
    const identity = Buffer.from(other);
    identity.write('spiffe://prod.example.com/admins', identity.indexOf('spiffe://'), 'latin1');
    expect(identity.length).toBe(other.length);
    expect(() => readCertificateRequest(identity)).toThrow(
      expect.objectContaining({ code: 'issuance_refused' }),
    );
  });

  it.each([
    ['no bytes', new Uint8Array()],
    ['text', 'hello'],
    ['a certificate in its place', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'],
    ['9 KiB', new Uint8Array(9 * 1024)],
    ['deep nesting', Uint8Array.from({ length: 8_192 }, (_, at) => (at % 2 === 0 ? 0x30 : 0x80))],
  ])('refuses %s', (_, request) => {
    expect(() => readCertificateRequest(request)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^(issuance_refused|config_invalid)$/) }),
    );
  });

  it('takes one request in its PEM', async () => {
    const { pem } = await createCertificateRequest(memoryCaKey(), { identity: ORDERS });
    expect(() => readCertificateRequest(pem + pem)).toThrow(/not alone/);
    expect(() => readCertificateRequest(`${pem}x`)).toThrow(
      expect.objectContaining({ code: 'config_invalid' }),
    );
    expect(() => readCertificateRequest(`x${pem}`)).toThrow(
      expect.objectContaining({ code: 'config_invalid' }),
    );
  });

  it.each([
    [{}, /one of them/],
    [{ identity: ORDERS, commonName: 'x' }, /one of them/],
    [{ identity: 'orders' }, /identity/],
    [{ commonName: '' }, /commonName/],
    [{ commonName: 'x'.repeat(65) }, /commonName/],
    [{ commonName: 'a\nb' }, /commonName/],
    [{ subject: 'x' }, /not an option/],
  ])('throws TypeError for misuse: %j', async (options, message) => {
    const made = createCertificateRequest(memoryCaKey(), options as never);
    await expect(made).rejects.toThrow(TypeError);
    await expect(made).rejects.toThrow(message);
  });
});
