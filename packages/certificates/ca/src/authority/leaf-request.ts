import { type TrustDomain, WorkloadIdentityError } from '@workload-identity/contract';
import type { CaPublicKey } from '../ca-key.ts';
import { CA_ALGORITHMS, readPublicKey } from '../keys/algorithms.ts';
import { readOptions, seconds } from '../options.ts';
import { readCertificateRequest } from '../request/read-request.ts';
import { LEAF_USAGES, type LeafUsage } from '../x509/extensions.ts';
import { isIdentity, isOf, isWorkload } from './identity.ts';

/** Lifetimes of leaves, in seconds. */
export const LEAF_LIFETIME = Object.freeze({ least: 60, default: 43_200, most: 604_800 });

interface LeafRequestBase {
  /** Who the leaf speaks for: the caller of `issueLeaf` has authenticated it, the authority only checks that it may. */
  readonly identity: string;
  /** `self` (default) asserts only itself. `issuer` asserts others, for a token service. */
  readonly usage?: LeafUsage;
  /** Seconds: 60 to 604800 (7 days), default 43200 (12 hours). The leaf never outlives the CA. */
  readonly lifetime?: number;
}

/** What a leaf is issued for. */
export type LeafRequest =
  /** A certification request, PEM or DER: it proves possession of the key, and must ask for `identity`. */
  | (LeafRequestBase & { readonly csr: Uint8Array | string; readonly publicKey?: undefined })
  /** A bare SubjectPublicKeyInfo, DER: nothing proves possession; for a key the caller itself made. */
  | (LeafRequestBase & { readonly publicKey: Uint8Array; readonly csr?: undefined });

/** A request that may be granted. */
export interface GrantedLeaf {
  readonly spki: Uint8Array;
  readonly identity: string;
  readonly usage: LeafUsage;
  readonly lifetime: number;
}

function refuse(detail: string): WorkloadIdentityError {
  return new WorkloadIdentityError('issuance_refused', { detail });
}

/** Checks what a leaf is asked to speak for. @throws TypeError @throws WorkloadIdentityError `issuance_refused` */
export function checkIdentity(identity: string, usage: LeafUsage, trustDomain: TrustDomain): void {
  if (!isIdentity(identity)) {
    throw refuse('`identity` is not a workload identifier, nor the https URL of a token service');
  }
  if (!Object.hasOwn(LEAF_USAGES, usage)) throw new TypeError("`usage` is 'self' or 'issuer'");
  if (isWorkload(identity)) {
    if (!isOf(identity, trustDomain)) throw refuse(`${identity} is not of the trust domain ${trustDomain}`);
  } else if (usage === 'self') {
    throw refuse(
      `${identity} is a token service and no workload: it asserts others, with the usage \`issuer\``,
    );
  }
}

function keyOf(request: LeafRequest): CaPublicKey {
  if ((request.csr === undefined) === (request.publicKey === undefined)) {
    throw new TypeError('a leaf is issued for a `csr` or for a `publicKey`: give one of them');
  }
  if (request.csr === undefined) return readPublicKey(request.publicKey, '`publicKey`');
  const { publicKey, identity } = readCertificateRequest(request.csr);
  if (identity !== request.identity) {
    throw refuse(
      `the certification request does not ask for ${request.identity}, the identity that was authorised`,
    );
  }
  return publicKey;
}

/**
 * Reads and checks a request for a leaf.
 * @param caSpki the CA's own key, which never signs tokens
 * @throws TypeError for a setting that is unknown or out of range
 * @throws WorkloadIdentityError `issuance_refused`, `key_invalid`
 */
export function readLeafRequest(
  given: LeafRequest,
  trustDomain: TrustDomain,
  caSpki: Uint8Array,
): GrantedLeaf {
  const request = readOptions(given, {
    identity: true,
    usage: true,
    lifetime: true,
    csr: true,
    publicKey: true,
  });
  const { identity, usage = 'self', lifetime = LEAF_LIFETIME.default } = request;
  checkIdentity(identity, usage, trustDomain);
  seconds('lifetime', lifetime, LEAF_LIFETIME.least, LEAF_LIFETIME.most);
  const { spki, algorithm } = keyOf(request);
  if (!CA_ALGORITHMS[algorithm].leaf) {
    throw refuse(
      'the key of a leaf is on P-256, P-384 or Ed25519: chains of RSA keys do not fit into tokens',
    );
  }
  if (Buffer.compare(spki, caSpki) === 0) throw refuse('a CA key signs certificates, never tokens');
  return { spki, identity, usage, lifetime };
}
