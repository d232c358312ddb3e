import { isWorkloadIdentityError, WorkloadIdentityError } from '@workload-identity/contract';
import type { TrustedAuthority, TrustSnapshot } from '@workload-identity/core';
import { Flaw } from '../flaw.ts';
import type { Anchor } from '../path/anchor.ts';
import { AnchorSet } from '../path/anchors.ts';

/** The anchors of a snapshot, and which authorities each of them stands for. */
export interface Trust {
  readonly anchors: AnchorSet;
  readonly authoritiesOf: ReadonlyMap<Anchor, readonly TrustedAuthority[]>;
}

const PEM = /^\s*-----BEGIN CERTIFICATE-----\s+([A-Za-z0-9+/=\s]+?)\s+-----END CERTIFICATE-----\s*$/;

/** Bytes of standard base64; undefined where the text has another spelling of them. */
export function fromBase64(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

function readPem(pem: string): Uint8Array {
  const text = PEM.exec(pem)?.[1]?.replace(/\s/g, '');
  const der = text === undefined ? undefined : fromBase64(text);
  if (der === undefined) throw new Flaw('it is not one certificate in PEM');
  return der;
}

function place(authority: TrustedAuthority, index: number, anchor: number): string {
  const [first] = authority.subjects;
  return `anchor ${anchor + 1} of ca authority ${index + 1} (${first?.text ?? 'no subjects'})`;
}

function readTrust(snapshot: TrustSnapshot): Trust {
  const anchors = new AnchorSet();
  const authoritiesOf = new Map<Anchor, readonly TrustedAuthority[]>();
  for (const [index, authority] of snapshot.certificateAuthorities.entries()) {
    for (const [number, pem] of (authority.anchors ?? []).entries()) {
      try {
        const anchor = anchors.add(readPem(pem));
        const known = authoritiesOf.get(anchor) ?? [];
        if (!known.includes(authority)) authoritiesOf.set(anchor, [...known, authority]);
      } catch (error) {
        if (!(error instanceof Flaw)) throw error;
        throw new WorkloadIdentityError('bundle_invalid', {
          detail: `${place(authority, index, number)}: ${error.detail}`,
        });
      }
    }
  }
  return { anchors, authoritiesOf };
}

// Read once for each snapshot, whoever asks; what could not be read is remembered as well.
const read = new WeakMap<TrustSnapshot, Trust | WorkloadIdentityError>();

/** The trust of a snapshot. @throws WorkloadIdentityError `bundle_invalid` */
export function trustOf(snapshot: TrustSnapshot): Trust {
  let trust = read.get(snapshot);
  if (trust === undefined) {
    try {
      trust = readTrust(snapshot);
    } catch (error) {
      if (!isWorkloadIdentityError(error)) throw error;
      trust = error;
    }
    read.set(snapshot, trust);
  }
  if (trust instanceof WorkloadIdentityError) throw trust;
  return trust;
}

/**
 * Checks the anchors of a bundle before it comes into force: one certificate each, a CA with a name, a key this package
 * verifies with, at most four keys of one name. Give it to `createBundleSource` as `check`.
 * @throws WorkloadIdentityError `bundle_invalid`, naming the authority and the anchor
 */
export function checkAnchors(snapshot: TrustSnapshot): void {
  trustOf(snapshot);
}
