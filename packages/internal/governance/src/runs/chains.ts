import { generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto';
import type { CaAlgorithm, CaKey, CertificateAuthority } from '@workload-identity/ca';
import type { AsymmetricAlgorithm } from '@workload-identity/core';
import { clock, ORDERS, STS, STS_HOST, TRUST_DOMAIN } from './names.ts';
import type { Side } from './side.ts';
import { type OpenSigner, type SignerCase, SUBJECTS } from './signers.ts';

interface OpenCa {
  readonly authority: CertificateAuthority;
  readonly anchor: string;
}

const NAMES = { trustDomain: TRUST_DOMAIN, serviceHosts: [STS_HOST], clock } as const;

async function openCa({ ca }: Side, algorithm: CaAlgorithm, intermediate: boolean): Promise<OpenCa> {
  const rootKey = ca.memoryCaKey({ algorithm });
  const { pem: anchor } = await ca.createRootCertificate(rootKey, NAMES);
  const make = (key: CaKey, intermediates: readonly string[]): OpenCa => ({
    anchor,
    authority: ca.createCertificateAuthority({
      key,
      trustDomain: TRUST_DOMAIN,
      anchors: [anchor],
      intermediates,
      clock,
    }),
  });
  if (!intermediate) return make(rootKey, []);
  const key = ca.memoryCaKey({ algorithm });
  const { spki: publicKey } = await key.publicKey();
  const { pem } = await ca.createIntermediateCertificate(rootKey, { ...NAMES, issuer: anchor, publicKey });
  return make(key, [pem]);
}

const opened = (issuer: string, anchor: string, rest: Pick<OpenSigner, 'signers' | 'close'>): OpenSigner => ({
  ...rest,
  issuer,
  authority: {
    rung: 'ca',
    issuer: 'certificate',
    subjects: SUBJECTS,
    anchors: [anchor],
    // An https URL names no trust domain: the bundle lists it.
    ...(issuer === STS ? { services: [STS] } : {}),
  },
  secrets: {},
});

type LeafAlgorithm = Exclude<AsymmetricAlgorithm, 'PS256'>;

// No leaf has an RSA key: its chain would not fit into a token.
const GENERATE: Readonly<Record<LeafAlgorithm, () => KeyPairKeyObjectResult>> = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ES384: () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  Ed25519: () => generateKeyPairSync('ed25519'),
};

/** A leaf that renews itself: what a service runs. */
function renewing(name: string, algorithm: CaAlgorithm, intermediate = false): SignerCase {
  return {
    name: `ca, ${name}`,
    async open(side) {
      const { authority, anchor } = await openCa(side, algorithm, intermediate);
      const leaf = side.ca.createLeafSource({ workload: ORDERS, issuer: authority.issuerFor(ORDERS), clock });
      await leaf.ready();
      return opened(ORDERS, anchor, { signers: leaf, close: () => leaf.close() });
    },
  };
}

/** A leaf on a key of the given algorithm. */
function certified(name: string, algorithm: LeafAlgorithm, identity: string): SignerCase {
  return {
    name: `ca, ${name}`,
    async open(side) {
      const { authority, anchor } = await openCa(side, 'ECDSA_P256_SHA256', false);
      const { privateKey, publicKey } = GENERATE[algorithm]();
      const { chain, keyId, notAfter } = await authority.issueLeaf({
        identity,
        usage: identity === ORDERS ? 'self' : 'issuer',
        publicKey: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })),
      });
      const x5c = chain.map((der) => Buffer.from(der).toString('base64'));
      const signer = await side.core.createChainSigner({
        algorithm,
        privateKey,
        chain: x5c,
        keyId,
        notAfter,
      });
      return opened(identity, anchor, { signers: { signerFor: () => signer } });
    },
  };
}

/** The signers of the rung `ca`: every kind of CA key, every algorithm of a leaf, both usages, and a CA in between. */
export const CHAIN_SIGNERS: readonly SignerCase[] = [
  renewing('ES256 leaf, P-256 CA', 'ECDSA_P256_SHA256'),
  renewing('ES256 leaf, P-384 CA', 'ECDSA_P384_SHA384'),
  renewing('ES256 leaf, RSA CA', 'RSA_PSS_SHA256'),
  renewing('ES256 leaf, Ed25519 CA', 'Ed25519'),
  renewing('ES256 leaf, intermediate CA', 'ECDSA_P256_SHA256', true),
  certified('ES384 leaf', 'ES384', ORDERS),
  certified('Ed25519 leaf', 'Ed25519', ORDERS),
  certified('ES256 leaf of a token service', 'ES256', STS),
];
