import { createHash } from 'node:crypto';
import { thumbprintInput } from '@workload-identity/core';
import type { CertifiedKey } from './public-key.ts';

/**
 * The identifier of a certified key: its RFC 7638 thumbprint, base64url. It is taken from the key as it was read and never
 * from bytes of a certificate, for those include a signature, and an ECDSA signature has a twin that anyone can compute.
 */
export function thumbprintOf({ jwk }: Pick<CertifiedKey, 'jwk'>): string {
  return createHash('sha256').update(thumbprintInput(jwk)).digest('base64url');
}
