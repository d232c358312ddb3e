import type { CaKey, LeafIssueRequest, LeafIssuer, LeafUsage } from '@workload-identity/ca';
import { isWorkloadIdentityError, trustDomainOf, WorkloadIdentityError } from '@workload-identity/contract';
import { events } from '@workload-identity/core';
import { SOURCE_SECONDS, withTimeLimit } from '@workload-identity/core/sources';
import type { CaKeySource } from '../rungs/ca-key-source.ts';
import type { SignerContext } from '../rungs/rung.ts';
import {
  type ConfiguredCertificate,
  isSelfIssued,
  issuingCertificates,
  readCertificate,
} from './issuing-certificates.ts';
import { oneAtATime } from './one-at-a-time.ts';

/** Under which key, with which certificate and for whom leaves are issued. */
export interface AuthorityOptions {
  readonly key: CaKeySource;
  /** The file of the certificate of the key. */
  readonly certificate: string | undefined;
  /** Who the leaves speak for. */
  readonly identity: string;
  readonly usage: LeafUsage;
}

/** A key that was opened, and the mark its source had before. */
interface OpenedKey {
  readonly mark: string;
  readonly key: CaKey;
}

/** What leaves are issued with. */
interface Active {
  readonly key: CaKey;
  readonly issuer: LeafIssuer;
  /** What makes leaves outdated when it changes: the certificate of the key. */
  readonly ground: string;
}

interface Certificates {
  readonly configured: ConfiguredCertificate | undefined;
  readonly anchors: readonly string[];
}

/**
 * A certificate authority in this process that follows its key and its certificate as they change. What is broken leaves
 * the last good ones active.
 */
export class LiveAuthority implements LeafIssuer {
  readonly name: string;
  /** Looks whether key or certificate have changed. It never rejects: {@link error} and an event say what is wrong. */
  readonly look: () => Promise<void>;
  readonly #options: AuthorityOptions;
  readonly #context: SignerContext;
  #opened: OpenedKey | undefined;
  #active: Active | undefined;
  #issuedOn: string | undefined;
  #issuing: Promise<unknown> = Promise.resolve();
  #seen: string | undefined;
  #doubted = false;
  /** Whether a signature was by another key than the active one, and that one has not signed since. */
  #moved = false;
  #error: WorkloadIdentityError | undefined;
  #closed = false;

  constructor(options: AuthorityOptions, context: SignerContext) {
    this.name = options.key.name;
    this.#options = options;
    this.#context = context;
    this.look = oneAtATime(() => this.#look());
  }

  /** Why the newest look failed. */
  get error(): WorkloadIdentityError | undefined {
    return this.#error;
  }

  /** Whether there is something to issue leaves with. */
  get usable(): boolean {
    return this.#active !== undefined;
  }

  /** Whether the newest leaf was issued with another key or certificate than the active one. */
  get outdated(): boolean {
    return this.#issuedOn !== undefined && this.#issuedOn !== this.#active?.ground;
  }

  /** Makes the next look open the key again: there may be another one where it is kept. */
  doubt(): void {
    this.#doubted = true;
  }

  async issue(request: LeafIssueRequest): Promise<readonly Uint8Array[]> {
    await this.look();
    const active = this.#active;
    if (active === undefined) throw this.#error ?? new WorkloadIdentityError('authority_unavailable');
    const issuing = active.issuer.issue(request);
    this.#issuing = issuing.catch(() => {});
    try {
      const chain = await issuing;
      this.#issuedOn = active.ground;
      // Where another key was found meanwhile, the active one is back.
      if (this.#moved) this.#doubtMoved(false);
      return chain;
    } catch (error) {
      // Such as an alias that leads to another key now.
      if (isWorkloadIdentityError(error, 'key_invalid')) this.#doubtMoved(true);
      throw error;
    }
  }

  #doubtMoved(moved: boolean): void {
    this.#moved = moved;
    this.doubt();
  }

  /** Closes the key. */
  async close(): Promise<void> {
    this.#closed = true;
    const keys = new Set([this.#opened?.key, this.#active?.key]);
    this.#opened = undefined;
    this.#active = undefined;
    await Promise.all([...keys].map((key) => end(key)));
  }

  async #look(): Promise<void> {
    if (this.#closed) return;
    try {
      const [mark, certificates] = await Promise.all([this.#mark(), this.#readCertificates()]);
      const seen = JSON.stringify([mark, certificates]);
      if (!this.#doubted && this.#error === undefined && seen === this.#seen) return;
      await this.#take(await this.#open(mark), certificates);
      this.#seen = seen;
      this.#accept();
    } catch (error) {
      this.#refuse(
        isWorkloadIdentityError(error)
          ? error
          : // Its text may quote what the key was opened with.
            new WorkloadIdentityError('authority_unavailable', { detail: `${this.name} failed` }),
      );
    }
  }

  #mark(): Promise<string> {
    const late = (): WorkloadIdentityError =>
      new WorkloadIdentityError('authority_unavailable', {
        detail: `${this.name} has not answered for ${SOURCE_SECONDS} seconds`,
      });
    return withTimeLimit(this.#options.key.mark(), SOURCE_SECONDS, late);
  }

  async #readCertificates(): Promise<Certificates> {
    const { certificate: file } = this.#options;
    const configured = file === undefined ? undefined : await readCertificate(file);
    // A certificate that is an anchor itself needs no trust bundle, and does not wait for one.
    const alone = configured !== undefined && isSelfIssued(configured.pem);
    return { configured, anchors: alone ? [] : ((await this.#context.anchors?.()) ?? []) };
  }

  async #open(mark: string): Promise<CaKey> {
    const before = this.#opened;
    if (before?.mark === mark && !this.#doubted) return before.key;
    const key = await this.#options.key.open(this.#context.readSecret);
    this.#doubted = false;
    this.#opened = { mark, key };
    if (this.#closed) await end(key);
    if (before !== undefined && before.key !== this.#active?.key) void end(before.key);
    return key;
  }

  async #take(key: CaKey, { configured, anchors: known }: Certificates): Promise<void> {
    const { workload, clock } = this.#context;
    const { identity, usage } = this.#options;
    const { spki } = await key.publicKey();
    const { anchors, intermediates } = issuingCertificates(this.name, spki, configured, known);
    const { createCertificateAuthority } = await import('@workload-identity/ca');
    const trustDomain = trustDomainOf(workload);
    const authority = createCertificateAuthority({ key, trustDomain, anchors, intermediates, clock });
    await authority.ready();
    const ground = (intermediates.length > 0 ? intermediates : anchors).join();
    const before = this.#active;
    this.#moved = false;
    this.#active = { key, issuer: authority.issuerFor(identity, usage), ground };
    if (before !== undefined && before.key !== key) void this.#issuing.then(() => end(before.key));
  }

  #accept(): void {
    this.#error = undefined;
    if (!this.#closed) events.signer.publish({ outcome: 'loaded', rung: 'ca' });
  }

  #refuse(error: WorkloadIdentityError): void {
    const known = this.#error?.message === error.message;
    this.#error = error;
    if (known || this.#closed) return;
    const { code, message } = error;
    events.signer.publish({ outcome: 'refused', rung: 'ca', code, message });
  }
}

/** Ends what a key holds open. Whether that works is of no interest any more. */
async function end(key: CaKey | undefined): Promise<void> {
  await key?.close?.().catch(() => {});
}
