import { type Certified, sealed, textOf, twinCertificate } from '../world/certificates.ts';
import { twinOf } from '../world/twin.ts';

/** A signature as it was, the other one that ECDSA has for it, or one that the same key makes again. */
export type Variant = 'as it was' | 'its twin' | 'made again';

export const VARIANTS: readonly Variant[] = ['as it was', 'its twin', 'made again'];

/** A certificate over the same bytes, by the same key. */
export function certificateVariant(certificate: Certified, variant: Variant): string {
  const { der, signed, issuerKey } = certificate;
  if (variant === 'made again') return textOf(sealed(signed, issuerKey));
  return variant === 'its twin' ? textOf(twinCertificate(der) ?? der) : textOf(der);
}

/** A signature over the same input, by the same key. */
export function signatureVariant(
  signature: Buffer,
  alg: string,
  again: () => Buffer,
  variant: Variant,
): Buffer {
  if (variant === 'made again') return again();
  return variant === 'its twin' && alg.startsWith('ES') ? twinOf(signature) : signature;
}
