import {
  isWorkloadIdentityError,
  parseTrustDomain,
  type TrustDomain,
  WorkloadIdentityError,
} from '@workload-identity/contract';
import { AnchorSet, type Certificate, readLeaf, TOKEN_LEAF, validateChain } from '@workload-identity/x5c';
import type { CaKey } from '../ca-key.ts';
import { SigningKey } from '../keys/signing-key.ts';
import type { LeafIssuer } from '../leaf/leaf-issuer.ts';
import { type Ambient, readOptions } from '../options.ts';
import { keyIdentifiers, type LeafUsage, leafExtensions } from '../x509/extensions.ts';
import { EMPTY_NAME } from '../x509/names.ts';
import { toPem } from '../x509/pem.ts';
import { BACKDATE_SECONDS, signCertificate } from '../x509/sign-certificate.ts';
import { checkInForce, keyIdentifierOf, readCaCertificates, showTime } from './ca-certificate.ts';
import { findIssuingPath, type IssuingPath } from './issuing-path.ts';
import {
  checkIdentity,
  type GrantedLeaf,
  LEAF_LIFETIME,
  type LeafRequest,
  readLeafRequest,
} from './leaf-request.ts';

/** Settings of {@link createCertificateAuthority}. */
export interface CertificateAuthorityOptions extends Ambient {
  readonly key: CaKey;
  /** The trust domain it issues for. */
  readonly trustDomain: string;
  /** The anchors verifiers hold, PEM. The certificate of the key is one of them, or leads to one. */
  readonly anchors: readonly string[];
  /** Where the key's certificate is no anchor: that certificate, and any between it and the anchor. PEM, in any order. */
  readonly intermediates?: readonly string[];
}

/** A leaf and its chain. Times are seconds since 1970, both inclusive. */
export interface IssuedLeaf {
  readonly identity: string;
  readonly usage: LeafUsage;
  /** DER: leaf first, anchor left out. */
  readonly chain: readonly Uint8Array[];
  /** The chain as PEM, in the same order. */
  readonly pem: string;
  /** The thumbprint (RFC 7638) of the key of the leaf, base64url: the key identifier of its tokens. */
  readonly keyId: string;
  readonly notBefore: number;
  readonly notAfter: number;
}

/** Issues leaves under one CA key. */
export interface CertificateAuthority {
  /**
   * Fetches the public key and finds its certificate.
   * @throws WorkloadIdentityError `authority_unavailable`, `key_invalid`, `config_invalid`
   */
  ready(): Promise<void>;
  /**
   * Issues a leaf. One signature of the CA key; it is verified, and the whole chain validated as a verifier will, before
   * anything is returned.
   * @throws TypeError for a setting that is unknown or out of range
   * @throws WorkloadIdentityError `issuance_refused` for what the CA may not issue, and all that {@link ready} throws
   */
  issueLeaf(request: LeafRequest): Promise<IssuedLeaf>;
  /** An issuer of leaves for one identity and no other: what a leaf source in the same process uses. */
  issuerFor(identity: string, usage?: LeafUsage): LeafIssuer;
  /** Ends what the key holds open. */
  close(): Promise<void>;
}

class KeyedAuthority implements CertificateAuthority {
  readonly #options: CertificateAuthorityOptions;
  readonly #key: SigningKey;
  readonly #trustDomain: TrustDomain;
  readonly #anchors: readonly Certificate[];
  readonly #intermediates: readonly Certificate[];
  readonly #clock: () => number;
  #path: IssuingPath | undefined;

  constructor(options: CertificateAuthorityOptions) {
    this.#options = options;
    this.#key = new SigningKey(options.key);
    this.#trustDomain = parseTrustDomain(options.trustDomain);
    if (!Array.isArray(options.anchors) || options.anchors.length === 0) {
      throw new TypeError('`anchors` is required: at least one certificate, PEM');
    }
    this.#anchors = readCaCertificates(options.anchors, 'anchors');
    this.#intermediates = readCaCertificates(options.intermediates ?? [], 'intermediates');
    this.#clock = options.clock ?? Date.now;
  }

  async ready(): Promise<void> {
    await this.#find();
  }

  async issueLeaf(request: LeafRequest): Promise<IssuedLeaf> {
    const { spki } = await this.#key.publicKey();
    const granted = readLeafRequest(request, this.#trustDomain, spki);
    const path = await this.#find();
    const now = Math.floor(this.#clock() / 1000);
    const leaf = await this.#sign(granted, path, now);
    return this.#check(granted, path, [leaf, ...path.chain.map(({ frame }) => frame.der)], now);
  }

  issuerFor(identity: string, usage: LeafUsage = 'self'): LeafIssuer {
    checkIdentity(identity, usage, this.#trustDomain);
    return Object.freeze({
      name: this.#key.name,
      issue: async ({ csr, lifetime }: Parameters<LeafIssuer['issue']>[0]) =>
        (await this.issueLeaf({ identity, usage, csr, lifetime })).chain,
    });
  }

  async close(): Promise<void> {
    await this.#options.key.close?.();
  }

  async #find(): Promise<IssuingPath> {
    const { spki } = await this.#key.publicKey();
    this.#path ??= findIssuingPath(this.#key.name, spki, this.#anchors, this.#intermediates);
    return this.#path;
  }

  async #sign({ spki, identity, usage, lifetime }: GrantedLeaf, path: IssuingPath, now: number) {
    const { certificate, anchor, chain } = path;
    const issuers = [anchor, ...chain];
    checkInForce(issuers, now);
    const end = Math.min(...issuers.map(({ notAfter }) => notAfter));
    if (end - now < LEAF_LIFETIME.least) {
      throw new WorkloadIdentityError('issuance_refused', {
        detail: `the CA certificate ends at ${showTime(end)}, too soon for a leaf: make a new one and add it to the anchors before it is used`,
      });
    }
    const start = Math.max(...issuers.map(({ notBefore }) => notBefore));
    return signCertificate(
      {
        issuer: certificate.frame.subject,
        subject: EMPTY_NAME,
        notBefore: Math.max(now - BACKDATE_SECONDS, start),
        notAfter: Math.min(now + lifetime, end),
        spki,
        extensions: [
          ...leafExtensions(identity, usage),
          ...keyIdentifiers(spki, keyIdentifierOf(certificate)),
        ],
      },
      this.#key,
      this.#options.randomBytes,
    );
  }

  #check(
    { identity, usage }: GrantedLeaf,
    { anchor }: IssuingPath,
    chain: readonly Uint8Array[],
    now: number,
  ): IssuedLeaf {
    try {
      const anchors = new AnchorSet();
      anchors.add(anchor.frame.der);
      validateChain(chain, anchors, TOKEN_LEAF, now);
      const { keyId, notBefore, notAfter } = readLeaf(chain[0] as Uint8Array);
      const pem = chain.map((der) => toPem(der, 'CERTIFICATE')).join('');
      return Object.freeze({
        identity,
        usage,
        chain: Object.freeze([...chain]),
        pem,
        keyId,
        notBefore,
        notAfter,
      });
    } catch (cause) {
      if (!isWorkloadIdentityError(cause)) throw cause;
      throw new WorkloadIdentityError('issuance_refused', {
        detail: `no verifier would accept the leaf, so it is not released (${cause.message})`,
        cause,
      });
    }
  }
}

const OPTIONS = {
  key: true,
  trustDomain: true,
  anchors: true,
  intermediates: true,
  clock: true,
  randomBytes: true,
} as const;

/**
 * Makes a certificate authority over a CA key. It reads its certificates at once and does no I/O before `ready()`.
 *
 * Which certificate is the key's own is found by the key: give it the anchors of the trust bundle, and it will not issue
 * what they do not lead to.
 * @throws TypeError for a setting that is missing or unknown
 * @throws WorkloadIdentityError `config_invalid` for a certificate that is not one of a CA; `identifier_invalid`
 */
export function createCertificateAuthority(options: CertificateAuthorityOptions): CertificateAuthority {
  return new KeyedAuthority(readOptions(options, OPTIONS));
}
