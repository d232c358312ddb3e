import 'reflect-metadata';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as x509 from '@peculiar/x509';
import { WorkloadIdentityError } from '@workload-identity/contract';
import { readLeaf } from '@workload-identity/x5c';
import { afterEach, expect, it } from 'vitest';
import {
  type CertificateAuthority,
  createCaKeyFile,
  createCertificateAuthority,
  createCertificateRequest,
  createRootCertificate,
  memoryCaKey,
} from '../../src/index.ts';
import { openWorkshop } from '../support/openssl.ts';
import { ORDERS, openLeaf, openScene, TRUST_DOMAIN } from '../support/scene.ts';
import { VirtualTime } from '../support/time.ts';

const polluted: string[] = [];
function pollute(member: string, value: unknown, enumerable: boolean): void {
  polluted.push(member);
  const descriptor = { __proto__: null, value, configurable: true, writable: true, enumerable };
  Object.defineProperty(Object.prototype, member, descriptor as PropertyDescriptor);
}
function clean(): void {
  for (const member of polluted.splice(0)) Reflect.deleteProperty(Object.prototype, member);
}
afterEach(clean);

const ADMIN = 'spiffe://prod.example.com/admin';
const { clock } = new VirtualTime();
const serviceHosts = ['sts.example.com'];
const authorities: CertificateAuthority[] = [];
for (const algorithm of ['ECDSA_P256_SHA256', 'RSA_PSS_SHA256', 'Ed25519'] as const) {
  const key = memoryCaKey({ algorithm });
  const root = await createRootCertificate(key, { trustDomain: TRUST_DOMAIN, serviceHosts, clock });
  authorities.push(
    createCertificateAuthority({ key, trustDomain: TRUST_DOMAIN, anchors: [root.pem], clock }),
  );
}
const requests = await Promise.all(
  [{ identity: ORDERS }, { identity: ADMIN }, { commonName: 'orders' }].map((subject) =>
    createCertificateRequest(memoryCaKey(), subject),
  ),
);
// A request that names a host and no URI.
const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
  'sign',
  'verify',
]);
const ofHost = await x509.Pkcs10CertificateRequestGenerator.create({
  keys,
  signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
  extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: 'orders.example.com' }])],
});
const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));

async function outcomeOf(run: () => Promise<string>): Promise<string> {
  try {
    return await run();
  } catch (error) {
    return error instanceof WorkloadIdentityError ? error.code : (error as Error).name;
  }
}

/** What each authority issues for what it is asked: who, how, and for which key. */
async function issued(): Promise<readonly string[]> {
  const asked = [
    ...requests.map(({ der }) => ({ identity: ORDERS, csr: der })),
    { identity: ORDERS, csr: new Uint8Array(ofHost.rawData) },
    { identity: ORDERS, publicKey: spki },
    { identity: ADMIN, usage: 'issuer' as const, publicKey: spki },
    { identity: 'https://sts.example.com', usage: 'issuer' as const, publicKey: spki },
    { identity: 'https://sts.example.com', publicKey: spki },
    { identity: 'https://sts.elsewhere.example', usage: 'issuer' as const, publicKey: spki },
    { identity: 'spiffe://elsewhere.example/orders', publicKey: spki },
    { identity: ORDERS, publicKey: spki, lifetime: 3_600 },
    { identity: ORDERS },
  ];
  const told: string[] = [];
  for (const authority of authorities) {
    for (const request of asked) {
      told.push(
        await outcomeOf(async () => {
          const { chain, keyId, identity, usage, notAfter } = await authority.issueLeaf(request as never);
          const leaf = readLeaf(chain[0] as Uint8Array);
          expect(leaf.keyId).toBe(keyId);
          return [identity, usage, keyId, notAfter, leaf.issuer, leaf.usage].join(' ');
        }),
      );
    }
  }
  return told;
}

// What this package reads of settings, of requests and of results, and what node:crypto looks for.
const MEMBERS =
  'identity usage lifetime csr publicKey trustDomain anchors intermediates clock randomBytes key algorithm spki serviceHosts commonName pathLength issuer subject extensions extnID extnValue critical version attributes type values uniformResourceIdentifier dNSName rfc822Name directoryName fits hash scheme identifier leaf padding saltLength dsaEncoding context format passphrase cipher encoding parameters namedCurve modulusLength publicExponent paramEncoding publicKeyEncoding privateKeyEncoding certificate anchor chain keyId notBefore notAfter detail cause code get set value then'.split(
    ' ',
  );

const expected = await issued();

it('attack 50: knows what is issued and what is not', () => {
  expect(expected.filter((told) => told.includes(' ')).length).toBeGreaterThan(10);
  expect(expected).toContain('issuance_refused');
  expect(expected).toContain('TypeError');
});

// The ASN.1 library goes through members with `for … in` and reads some that are not its own: then nothing is issued.
const OF_THE_LIBRARY = new Set('values dNSName rfc822Name directoryName parameters get set value'.split(' '));

it.each(MEMBERS)('attack 50: %s on Object.prototype makes no leaf another one', async (member) => {
  for (const [value, enumerable] of [
    [true, true],
    [ADMIN, true],
    [ORDERS, false],
    [{}, false],
  ] as const) {
    pollute(member, value, enumerable);
    const told = await issued();
    clean();
    const mayRefuse = enumerable || OF_THE_LIBRARY.has(member);
    for (const [at, now] of told.entries()) {
      if (!mayRefuse || now.includes(' ')) expect(now, `${String(value)} ${at}`).toBe(expected[at]);
    }
  }
});

it.each([
  ['publicExponent', 3],
  ['paramEncoding', 'explicit'],
  ['publicKeyEncoding', { format: 'pem', type: 'spki' }],
  ['privateKeyEncoding', { format: 'pem', type: 'pkcs8' }],
  ['cipher', 'aes-256-cbc'],
  ['passphrase', { env: 'ELSEWHERE' }],
  ['passphrase', 'of-someone-else-and-long-enough'],
])('attack 50: %s on Object.prototype makes no other key', async (member, value) => {
  using workshop = openWorkshop();
  for (const algorithm of ['ECDSA_P256_SHA256', 'RSA_PSS_SHA256'] as const) {
    const path = workshop.path(`${algorithm}.key`);
    pollute(member, value, false);
    await createCaKeyFile(path, { algorithm });
    clean();
    const text = readFileSync(path, 'utf8');
    expect(text).toMatch(/^-----BEGIN PRIVATE KEY-----/);
    const made = createPublicKey(text).export({ format: 'jwk' });
    expect([made.e, made.crv]).toEqual(
      algorithm === 'RSA_PSS_SHA256' ? ['AQAB', undefined] : [undefined, 'P-256'],
    );
  }
});

it.each(['d', 'k', 'format', 'type', 'passphrase', 'encoding'])(
  'attack 50: %s on Object.prototype keeps no leaf from being taken',
  async (member) => {
    const { leaf, close } = openLeaf(await openScene());
    for (const value of [true, 'x']) {
      pollute(member, value, false);
      await leaf.renew();
      clean();
      expect(leaf.status()).toMatchObject({ state: 'current', failures: 0 });
    }
    close();
  },
);
