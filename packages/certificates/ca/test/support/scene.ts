import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { TrustBundle } from '@workload-identity/contract';
import {
  type BundleSource,
  createBundleSource,
  createMinter,
  createVerifier,
  type LeafEvent,
  type Minter,
  type Verifier,
} from '@workload-identity/core';
import { createChainResolver } from '@workload-identity/x5c';
import {
  type CaKey,
  type CertificateAuthority,
  createCertificateAuthority,
  createLeafSource,
  createRootCertificate,
  type LeafSource,
  type LeafSourceOptions,
  memoryCaKey,
} from '../../src/index.ts';
import { TIMEOUT, VirtualTime } from './time.ts';

export const TRUST_DOMAIN = 'prod.example.com';
export const ORDERS = 'spiffe://prod.example.com/orders';
export const BILLING = 'spiffe://prod.example.com/billing';

/** A CA key over another one, whose behaviour a test may change and whose calls it counts. */
export class TestKey implements CaKey {
  readonly name: string;
  signatures = 0;
  fetches = 0;
  onSign: (tbs: Uint8Array) => Promise<Uint8Array>;
  readonly #inner: CaKey;

  constructor(inner: CaKey = memoryCaKey(), name = 'kms alias/test') {
    this.name = name;
    this.#inner = inner;
    this.onSign = (tbs) => inner.sign(tbs);
  }

  publicKey() {
    this.fetches++;
    return this.#inner.publicKey();
  }

  sign(tbs: Uint8Array) {
    this.signatures++;
    return this.onSign(tbs);
  }

  /** Signs again as it should. */
  restore(): void {
    this.onSign = (tbs) => this.#inner.sign(tbs);
  }
}

/** A bundle that trusts anchors for one trust domain, and these token services below them. */
export function bundleOf(
  sequence: number,
  anchors: readonly string[],
  services: readonly string[] = [],
): TrustBundle {
  return {
    version: 1,
    trustDomain: TRUST_DOMAIN,
    sequence,
    authorities: [
      {
        rung: 'ca',
        issuer: 'certificate',
        anchors: [...anchors],
        subjects: [`spiffe://${TRUST_DOMAIN}/*`],
        services: [...services],
      },
    ],
  };
}

/** A CA with its anchor, at a virtual time. */
export interface Scene {
  readonly time: VirtualTime;
  readonly key: TestKey;
  readonly anchor: string;
  readonly authority: CertificateAuthority;
}

export async function openScene(time = new VirtualTime(), lifetime?: number): Promise<Scene> {
  const key = new TestKey();
  const { clock } = time;
  const root = await createRootCertificate(key, {
    trustDomain: TRUST_DOMAIN,
    clock,
    ...(lifetime === undefined ? {} : { lifetime }),
  });
  key.signatures = 0;
  const authority = createCertificateAuthority({
    key,
    trustDomain: TRUST_DOMAIN,
    anchors: [root.pem],
    clock,
  });
  return { time, key, anchor: root.pem, authority };
}

/** A leaf source at a virtual time, with the events it publishes. `random` 0: renewal at half of the life, exactly. */
export function openLeaf(
  { time, authority }: Pick<Scene, 'time' | 'authority'>,
  options: Partial<LeafSourceOptions> = {},
): { readonly leaf: LeafSource; readonly events: LeafEvent[]; readonly minter: Minter; close(): void } {
  const workload = options.workload ?? ORDERS;
  const { clock, timers } = time;
  const issuer = options.issuer ?? authority.issuerFor(workload, options.usage);
  const leaf = createLeafSource({
    clock,
    timers,
    random: () => 0,
    timeout: TIMEOUT,
    ...options,
    workload,
    issuer,
  });
  const events: LeafEvent[] = [];
  const listen = (message: unknown): void => {
    events.push(message as LeafEvent);
  };
  subscribe('workload-identity:leaf', listen);
  return {
    leaf,
    events,
    minter: createMinter({ issuer: workload, signers: leaf, clock }),
    close() {
      leaf.close();
      unsubscribe('workload-identity:leaf', listen);
    },
  };
}

/** A verifier of `billing` at a virtual time. */
export async function openVerifier(time: VirtualTime, bundle: TrustBundle | BundleSource): Promise<Verifier> {
  const source =
    'current' in bundle ? bundle : createBundleSource({ bundle, pollInterval: 0, clock: time.clock });
  await source.ready();
  return createVerifier({
    bundle: source,
    audiences: [BILLING],
    chains: createChainResolver(),
    clock: time.clock,
  });
}
