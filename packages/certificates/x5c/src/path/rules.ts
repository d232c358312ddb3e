import type { Certificate } from '../certificate/certificate.ts';
import { KEY_USAGE } from '../certificate/extension-values.ts';
import { isSame } from '../der/values.ts';
import { Flaw } from '../flaw.ts';

/**
 * What an anchor must be: a CA with a name that may sign certificates. It is trusted by configuration, so what else it
 * says, or does not say, is not held against it.
 * @throws Flaw
 */
export function checkAnchor({ subject, extensions }: Certificate): void {
  if (subject.parts.length === 0) throw new Flaw('it is an issuer without a name');
  if (extensions.basicConstraints?.value.ca !== true) {
    throw new Flaw('it is not a CA by its basicConstraints');
  }
  const { keyUsage } = extensions;
  if (keyUsage !== undefined && (keyUsage.value & KEY_USAGE.keyCertSign) === 0) {
    throw new Flaw('its keyUsage lacks keyCertSign');
  }
}

/**
 * What makes a certificate of a chain an issuer (RFC 5280 sections 4.2.1.3, 4.2.1.9, 4.2.1.10 and 6.1.4): what makes an
 * anchor, and what must be critical is.
 * @throws Flaw
 */
export function checkIssuer(certificate: Certificate): void {
  checkAnchor(certificate);
  const { basicConstraints, nameConstraints } = certificate.extensions;
  if (basicConstraints?.critical !== true) throw new Flaw('its basicConstraints are not critical');
  if (nameConstraints?.critical === false) throw new Flaw('its nameConstraints are not critical');
}

/** What holds for every leaf, whatever it is for (RFC 5280 sections 4.1.2.6 and 4.2.1.10). @throws Flaw */
export function checkLeaf({ subject, extensions }: Certificate): void {
  if (extensions.nameConstraints !== undefined) throw new Flaw('it has nameConstraints and is no issuer');
  if (subject.parts.length === 0 && extensions.names?.critical !== true) {
    throw new Flaw('it has no subject, so its subjectAltName must be there and critical');
  }
}

/**
 * Where both name the issuer's key, they name the same one. RFC 5280 section 4.2.1.2 does not ask for it; a mismatch is
 * refused all the same, and a match proves nothing.
 * @throws Flaw
 */
export function checkKeyIdentifiers(certificate: Certificate, issuer: Certificate): void {
  const named = certificate.extensions.authorityKeyIdentifier?.value;
  const own = issuer.extensions.subjectKeyIdentifier?.value;
  if (named !== undefined && own !== undefined && !isSame(named, own)) {
    throw new Flaw('it names another key of its issuer');
  }
}
