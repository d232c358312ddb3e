import { copyFileSync, renameSync } from 'node:fs';
import {
  type CaAlgorithm,
  type CaKey,
  createCaKeyFile,
  createIntermediateCertificate,
  createRootCertificate,
} from '@workload-identity/ca';
import type { CertificateAuthority, SecretReference } from '@workload-identity/contract';
import type { Scene } from './scene.ts';

const TRUST_DOMAIN = 'prod.example.com';

/** A certificate authority in files, as `workload-identity-ca` makes one. */
export interface CaFiles {
  readonly key: { readonly file: string; readonly passphrase?: SecretReference };
  readonly certificate: { readonly file: string };
  /** The certificate. */
  readonly pem: string;
  readonly caKey: CaKey;
}

interface CaOptions {
  readonly passphrase?: SecretReference;
  readonly algorithm?: CaAlgorithm;
  readonly serviceHosts?: readonly string[];
  readonly clock?: () => number;
  readonly lifetime?: number;
}

/** Makes a root. */
export async function createCa(scene: Scene, name: string, options: CaOptions = {}): Promise<CaFiles> {
  const { passphrase, algorithm, ...rest } = options;
  const encryption = passphrase === undefined ? {} : { passphrase };
  const file = scene.path(`${name}.key`);
  const caKey = await createCaKeyFile(file, { ...encryption, ...(algorithm && { algorithm }) });
  const { pem } = await createRootCertificate(caKey, { trustDomain: TRUST_DOMAIN, ...rest });
  const certificate = { file: scene.write(`${name}.crt`, pem) };
  return { key: { file, ...encryption }, certificate, pem, caKey };
}

/** Makes an intermediate under a root. */
export async function createIntermediate(scene: Scene, name: string, root: CaFiles): Promise<CaFiles> {
  const file = scene.path(`${name}.key`);
  const caKey = await createCaKeyFile(file);
  const { spki: publicKey } = await caKey.publicKey();
  const { pem } = await createIntermediateCertificate(root.caKey, {
    trustDomain: TRUST_DOMAIN,
    issuer: root.pem,
    publicKey,
  });
  return { key: { file }, certificate: { file: scene.write(`${name}.crt`, pem) }, pem, caKey };
}

/** Puts a copy of a file into the place of another, at once. */
export function replace(scene: Scene, place: string, by: string): void {
  copyFileSync(by, scene.path('new'));
  renameSync(scene.path('new'), place);
}

/** An authority for every leaf under these anchors. */
export function under(...anchors: readonly string[]): CertificateAuthority {
  return {
    rung: 'ca',
    issuer: 'certificate',
    subjects: [`spiffe://${TRUST_DOMAIN}/*`],
    anchors,
  };
}

/** The header of a token. */
export function headerOf(token: string): { readonly alg: string; readonly x5c?: readonly string[] } {
  return JSON.parse(Buffer.from(token.split('.')[0] as string, 'base64url').toString());
}
