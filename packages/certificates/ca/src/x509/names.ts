import { AttributeTypeAndValue, AttributeValue, Name, RelativeDistinguishedName } from '@peculiar/asn1-x509';
import { toDer } from './der.ts';

const COMMON_NAME = '2.5.4.3';
// ub-common-name, RFC 5280 appendix A.1.
const MAX_COMMON_NAME = 64;
const TEXT = /^[\x20-\x7e]+$/;

/** The DER of a name that is one common name. @throws TypeError for a text of other than 1 to 64 visible characters */
export function commonName(text: string): Uint8Array {
  if (typeof text !== 'string' || !TEXT.test(text) || text.length > MAX_COMMON_NAME) {
    throw new TypeError(`\`commonName\` is 1 to ${MAX_COMMON_NAME} visible ASCII characters`);
  }
  const value = new AttributeValue({ utf8String: text });
  const part = new AttributeTypeAndValue({ type: COMMON_NAME, value });
  return toDer(new Name([new RelativeDistinguishedName([part])]));
}

/** The DER of the name without parts, which every leaf has. */
export const EMPTY_NAME: Uint8Array = toDer(new Name([]));

/** The name of a CA that was given none: its trust domain, and its key, so that the next CA is another one. */
export function defaultCommonName(trustDomain: string, keyIdentifier: Uint8Array): string {
  const suffix = `workload CA ${Buffer.from(keyIdentifier.subarray(0, 4)).toString('hex')}`;
  const full = `${trustDomain} ${suffix}`;
  return full.length <= MAX_COMMON_NAME ? full : suffix;
}
