import { WorkloadIdentityError } from '@workload-identity/contract';
import { readFlag } from './key-pair.ts';
import type { Token } from './token.ts';

type Attribute = 'CKA_EXTRACTABLE' | 'CKA_SENSITIVE' | 'CKA_NEVER_EXTRACTABLE' | 'CKA_ALWAYS_SENSITIVE';

/** What a token says of a private key that never was, and never will be, outside of it. */
const CUSTODY: readonly (readonly [Attribute, boolean, string])[] = [
  ['CKA_EXTRACTABLE', false, 'it can be taken out of the token'],
  ['CKA_SENSITIVE', true, 'it can be read from the token'],
  ['CKA_NEVER_EXTRACTABLE', true, 'it was imported or could once be taken out'],
  ['CKA_ALWAYS_SENSITIVE', true, 'it was imported or could once be read'],
];

const refuse = (detail: string) => new WorkloadIdentityError('key_invalid', { detail });

/**
 * Checks that a private key may sign, for who has the PIN and nobody else, and that it lives in the token alone.
 * @throws WorkloadIdentityError `key_invalid`
 */
export function checkCustody(
  token: Token,
  name: string,
  privateKey: Buffer,
  allowExtractable: boolean,
): void {
  const { library } = token;
  if (readFlag(token, privateKey, library.CKA_SIGN) === false)
    throw refuse(`${name} may not sign (CKA_SIGN)`);
  const needsPin = readFlag(token, privateKey, library.CKA_PRIVATE);
  if (needsPin !== true) {
    const reason =
      needsPin === undefined
        ? 'is not known to need the PIN: the token does not say'
        : 'can be used without the PIN';
    throw refuse(`${name} ${reason} (CKA_PRIVATE). Create one with createPkcs11KeyPair`);
  }
  if (readFlag(token, privateKey, library.CKA_ALWAYS_AUTHENTICATE) === true)
    throw refuse(
      `${name} asks for the PIN at every signature (CKA_ALWAYS_AUTHENTICATE), which no service can answer`,
    );
  if (allowExtractable) return;
  for (const [attribute, wanted, why] of CUSTODY) {
    const found = readFlag(token, privateKey, library[attribute]);
    if (found === wanted) continue;
    const reason = found === undefined ? 'the token does not say' : why;
    throw refuse(
      `${name} is not the token's alone: ${reason} (${attribute}). Create one with createPkcs11KeyPair, or accept this one with allowExtractableKey`,
    );
  }
}
