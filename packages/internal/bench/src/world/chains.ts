import {
  createCertificateAuthority,
  createIntermediateCertificate,
  createLeafSource,
  createRootCertificate,
  memoryCaKey,
} from '@workload-identity/ca';
import type { Authority } from '@workload-identity/contract';
import { createMinter, type Minter } from '@workload-identity/core';
import { CALLER, TRUST_DOMAIN } from './names.ts';

/** A CA whose leaves present a chain of some length. */
export interface ChainWorld {
  readonly authority: Authority;
  readonly minter: Minter;
}

/**
 * Makes a CA and a leaf under it.
 * @param length certificates in `x5c`: 1 is a leaf under the anchor, 2 has one CA between them
 */
export async function chainWorld(length: number): Promise<ChainWorld> {
  let key = memoryCaKey();
  const root = await createRootCertificate(key, { trustDomain: TRUST_DOMAIN, pathLength: 2 });
  const intermediates: string[] = [];
  for (let below = length - 2; below >= 0; below--) {
    const next = memoryCaKey();
    const { spki } = await next.publicKey();
    const made = await createIntermediateCertificate(key, {
      issuer: intermediates.at(-1) ?? root.pem,
      publicKey: spki,
      trustDomain: TRUST_DOMAIN,
      pathLength: below,
    });
    intermediates.push(made.pem);
    key = next;
  }
  const ca = createCertificateAuthority({
    key,
    trustDomain: TRUST_DOMAIN,
    anchors: [root.pem],
    ...(intermediates.length > 0 && { intermediates }),
  });
  const leaf = createLeafSource({ workload: CALLER, issuer: ca.issuerFor(CALLER) });
  await leaf.ready();
  return {
    authority: {
      rung: 'ca',
      issuer: 'certificate',
      anchors: [root.pem],
      subjects: [`spiffe://${TRUST_DOMAIN}/*`],
    },
    minter: createMinter({ issuer: CALLER, signers: leaf }),
  };
}
