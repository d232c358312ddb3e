import { createPublicKey, type KeyObject } from 'node:crypto';
import { isWorkloadIdentityError, WorkloadIdentityError } from '@workload-identity/contract';
import { createChainSigner, type Signer } from '@workload-identity/core';
import { type LeafCertificate, readLeaf } from '@workload-identity/x5c';
import { spkiOf } from '../keys/algorithms.ts';
import { makeKeyPair } from '../keys/generate.ts';
import { LocalKey } from '../keys/local-key.ts';
import { bare } from '../options.ts';
import { createCertificateRequest } from '../request/create-request.ts';
import type { LeafUsage } from '../x509/extensions.ts';
import type { LeafIssuer } from './leaf-issuer.ts';

/** A leaf that signs, and how long. Times are seconds since 1970. */
export interface ObtainedLeaf {
  readonly signer: Signer;
  readonly keyId: string;
  readonly notBefore: number;
  readonly notAfter: number;
}

/** What leaf is wanted. */
export interface WantedLeaf {
  readonly workload: string;
  readonly usage: LeafUsage;
  readonly lifetime: number;
}

const ALGORITHM = 'ES256';
// Between asking and looking, and for an authority that rounds.
const GRACE_SECONDS = 60;

function refuse(issuer: LeafIssuer, why: string, cause?: unknown): WorkloadIdentityError {
  const detail = `the leaf that ${issuer.name} issued ${why}`;
  return new WorkloadIdentityError('issuance_refused', cause === undefined ? { detail } : { detail, cause });
}

function read(issuer: LeafIssuer, der: Uint8Array | undefined): LeafCertificate {
  try {
    return readLeaf(der ?? new Uint8Array());
  } catch (cause) {
    if (!isWorkloadIdentityError(cause)) throw cause;
    throw refuse(issuer, `would not be accepted by a verifier (${cause.message})`, cause);
  }
}

function hasKey({ publicKey }: LeafCertificate, key: KeyObject): boolean {
  const certified = createPublicKey(bare({ key: bare({ ...publicKey }), format: 'jwk' as const }));
  return Buffer.compare(spkiOf(certified), spkiOf(key)) === 0;
}

/** Holds what came back against what was asked for: an authority elsewhere is not believed unseen. */
function check(
  leaf: LeafCertificate,
  key: KeyObject,
  issuer: LeafIssuer,
  wanted: WantedLeaf,
  now: number,
): void {
  if (!hasKey(leaf, key)) throw refuse(issuer, 'is for another key');
  if (leaf.issuer !== wanted.workload) throw refuse(issuer, 'is for another identity');
  if (leaf.usage !== wanted.usage) throw refuse(issuer, `has the usage ${leaf.usage}, not ${wanted.usage}`);
  if (now < leaf.notBefore || now >= leaf.notAfter) {
    throw refuse(issuer, 'is not valid now: compare the clocks of both machines');
  }
  if (leaf.notAfter > now + wanted.lifetime + GRACE_SECONDS) {
    throw refuse(issuer, `lives longer than the ${wanted.lifetime} seconds that were asked for`);
  }
}

/**
 * Makes a new key, has it certified, and checks what comes back. The key stays in this process: nothing returned holds it.
 * @param clock seconds since 1970
 */
export async function obtainLeaf(
  issuer: LeafIssuer,
  wanted: WantedLeaf,
  clock: () => number,
): Promise<ObtainedLeaf> {
  const { privateKey, publicKey } = await makeKeyPair('ECDSA_P256_SHA256');
  const { der: csr } = await createCertificateRequest(new LocalKey('leaf', () => privateKey), {
    identity: wanted.workload,
  });
  const chain = await issuer.issue({ csr, lifetime: wanted.lifetime });
  const leaf = read(issuer, chain[0]);
  check(leaf, publicKey, issuer, wanted, clock());
  const { keyId, notBefore, notAfter } = leaf;
  const x5c = chain.map((der) => Buffer.from(der).toString('base64'));
  const signer = await createChainSigner({ algorithm: ALGORITHM, privateKey, chain: x5c, keyId, notAfter });
  return { signer, keyId, notBefore, notAfter };
}
