/** Why cases of a suite differ or are left out. A row that no case uses is a failure: the table says what is, no more. */
export interface Reason {
  readonly suite: string;
  readonly kind: 'stricter' | 'skipped';
  /** Which cases, by their whole identifier. */
  readonly ids: RegExp;
  readonly reason: string;
}

const LIMBO = 'x509-limbo';
const LIMBO_REST = 'x509-limbo, not in the form of x5c';
const JWS = 'wycheproof JWS';
const JWK = 'wycheproof JWK';
const WEB = 'wycheproof web-crypto';
const HMAC = 'wycheproof HMAC-SHA-256';

const ALGORITHMS =
  'The contract has HS256, HS384, HS512, ES256, ES384, Ed25519, PS256, and RS256 to verify with: no RS384, RS512, PS384, PS512, ES512';
const OTHER_ALGORITHM =
  'The key is for another algorithm, or for one that does not exist, than the header names: one key has one algorithm (RFC 8725 section 3.1)';
const ORDER =
  'x5c is in order, each certificate certified by the next (RFC 7515 section 4.1.6): there is no search for a path in a bag';
const TLS_NAMES = 'About the names of TLS peers: a leaf here is named by one URI, which is compared exactly';
const TLS_PROFILE =
  'A rule of the CA/Browser Forum for servers of TLS, beyond RFC 5280; leaves and issuers here have a profile of their own';
const ANCHORS =
  'About the form of an anchor, which RFC 5280 section 6.1.1 takes as a name and a key from configuration';

/** Every reason there is. */
export const REASONS: readonly Reason[] = [
  {
    suite: LIMBO,
    kind: 'stricter',
    ids: /^(?:cve::cve-2024-0567|pathological::multiple-chains-expired-intermediate|rfc5280::nc::nc-forbids-(?:alternate|same)-chain-ica|rfc5280::unknown-critical-extension-unrelated-intermediate|rfc5280::root-and-intermediate-swapped)$/,
    reason: ORDER,
  },
  {
    suite: LIMBO_REST,
    kind: 'skipped',
    ids: /^crl::/,
    reason:
      'About revocation lists: none is read. Leaves live for hours, and a trust bundle denies one by its key',
  },
  {
    suite: LIMBO_REST,
    kind: 'skipped',
    ids: /^pathlen::(?:max-chain-depth-|validation-ignores-pathlen-in-leaf$)/,
    reason:
      'The caller gives a depth, or the leaf is a CA: the depth here is fixed, and a leaf is never a CA',
  },
  {
    suite: LIMBO_REST,
    kind: 'skipped',
    ids: /^rfc5280::(?:aki|ski|serial)::/,
    reason:
      'About what conforming CAs put into certificates; RFC 5280 section 6.1 does not make a verifier look for it',
  },
  {
    suite: LIMBO_REST,
    kind: 'skipped',
    ids: /^rfc5280::(?:root-|unknown-critical-extension-root$|ca-empty-subject$|validity::expired-root$|nc::permitted-dns-match-noncritical$|nc::invalid-dnsname-leading-period$)/,
    reason: ANCHORS,
  },
  {
    suite: LIMBO_REST,
    kind: 'skipped',
    ids: /^rfc5280::(?:leaf-ku-keycertsign|ca-as-leaf|ca-as-leaf-wrong-san|eku::ee-without-eku|nc::not-allowed-in-ee-(?:non)?critical|pc::ica-noncritical-pc|san::noncritical-with-empty-subject)$/,
    reason:
      'About what a leaf or an issuer must say: the token profile decides it, and its own tests hold it',
  },
  {
    suite: LIMBO_REST,
    kind: 'skipped',
    ids: /^(?:webpki::(?:cn|san)::|webpki::nc::nc-permits-dns-san-pattern$|rfc5280::san::(?:underscore-dns|ip-in-dns)$|rfc5280::nc::nc-forbids-dnsname-wildcard-san$)/,
    reason: TLS_NAMES,
  },
  {
    suite: LIMBO_REST,
    kind: 'skipped',
    ids: /^webpki::(?:aki::|eku::|nc::permitted-dns-match-noncritical$|malformed-aia$|forbidden-|v1-cert$|ee-basicconstraints-ca$|ca-as-leaf$)/,
    reason: TLS_PROFILE,
  },
  {
    suite: JWS,
    kind: 'stricter',
    ids: /^(?:rs256|ps256)\/emptyPayload /,
    reason: 'A token has claims: an empty payload is refused before its signature is looked at',
  },
  { suite: JWS, kind: 'stricter', ids: /^(?:rs384|rs512|ps384|ps512)\//, reason: ALGORITHMS },
  { suite: JWS, kind: 'stricter', ids: /^rfc7520(?:WithKeyOps)?\/Figure2[07] /, reason: OTHER_ALGORITHM },
  {
    suite: JWS,
    kind: 'stricter',
    ids: /^base64\/InvalidCharacterInserted/,
    reason:
      'Labelled valid, but the token holds a question mark, which base64url does not have (RFC 7515 section 2)',
  },
  {
    suite: JWS,
    kind: 'skipped',
    ids: /^base64\/invalidBase64Padding/,
    reason:
      'Labelled invalid, but its padding was lost when the file was made: it is the valid token of case 357, byte for byte',
  },
  {
    suite: JWK,
    kind: 'skipped',
    ids: /^jws_(?:mixedSymmetryKeyset|duplicate_kid)\//,
    reason:
      'Labelled ambiguous: about key sets with names of their own. A bundle names keys by their thumbprint',
  },
  {
    suite: JWK,
    kind: 'skipped',
    ids: /^jws_rsa_roca_key\//,
    reason:
      'A modulus of the ROCA flaw is not looked for: who writes the bundle chooses its keys, and none is taken from a token',
  },
  {
    suite: WEB,
    kind: 'skipped',
    ids: /^jws_(?:mixedSymmetryKeyset|rsa_roca_key)\//,
    reason: 'The same cases as in the JWK file: a key set with names of its own, and a weak RSA modulus',
  },
  {
    suite: WEB,
    kind: 'skipped',
    ids: /^jwe_/,
    reason: 'About encryption: a token is signed, never encrypted',
  },
  {
    suite: HMAC,
    kind: 'stricter',
    ids: /^key 128 bits/,
    reason: 'A key is at least as long as the hash (RFC 7518 section 3.2)',
  },
  {
    suite: HMAC,
    kind: 'stricter',
    ids: /^key (?:256|520) bits, tag 128 bits/,
    reason: 'A MAC is compared whole: JWS has no truncated ones (RFC 7518 section 3.2)',
  },
  {
    suite: 'wycheproof RSA PKCS #1 with SHA-256',
    kind: 'stricter',
    ids: / MissingNull$/,
    reason:
      'The hash identifier lacks its NULL: acceptable to some, and never made by a signer (RFC 8017 appendix A.2.4)',
  },
  {
    suite: 'wycheproof RSA PKCS #1 with SHA-256',
    kind: 'stricter',
    ids: / SmallPublicKey$/,
    reason: 'The key has the exponent 3: the least that is accepted is 65537',
  },
];
