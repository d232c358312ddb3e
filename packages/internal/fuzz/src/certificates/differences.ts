/** Verdicts of this project and of two others on one chain: `ok`, or why not. */
export interface Verdicts {
  readonly ours: string;
  readonly python: string;
  readonly go: string;
}

/** A difference between the three that is known, and why it is there. */
interface Row {
  /** Found in our reason, or where we accept in the reasons of whoever refuses. */
  readonly says: RegExp;
  readonly because: string;
}

const isOk = (verdict: string): boolean => verdict === 'ok';

/** What we refuse, and at least one of the others takes. */
const STRICTER: readonly Row[] = [
  {
    says: /demands policy processing/,
    because: 'policies are not processed here, so what demands it is refused',
  },
  {
    says: /critical extension 2\.5\.29\.(?:31|32|54|14|35)/,
    because: 'a critical extension that is not processed',
  },
  {
    says: /critical extension/,
    because: 'a critical extension that is not processed; the other does not ask',
  },
  {
    says: /not DER of the expected form/,
    because: 'unique identifiers and fields out of place; the other skips them',
  },
  { says: /bytes left over/, because: 'DER ends where it says; Go lets some values go on' },
  {
    says: /BOOLEAN that is not TRUE/,
    because: 'DER leaves FALSE out and writes TRUE as 0xFF; Go takes both',
  },
  {
    says: /BIT STRING/,
    because: 'DER has one spelling of named bits, and signatures and keys of whole bytes',
  },
  {
    says: /number (?:out of range|that is not)/,
    because: 'a path length above 65535, or one that is not in its shortest form',
  },
  { says: /anyone can sign under/, because: 'a point of small order on Ed25519; the others import it' },
  {
    says: /signature algorithm/,
    because: 'the algorithm in one spelling alone, and parameters as their RFC has them',
  },
  {
    says: /uncompressed point/,
    because: 'points are uncompressed (RFC 5480 section 2.2 lets an implementation choose)',
  },
  { says: /not on P-256/, because: 'an AlgorithmIdentifier in one spelling alone' },
  {
    says: /time of a wrong form/,
    because: 'UTCTime through 2049, GeneralizedTime from 2050, both with seconds and Z',
  },
  { says: /ends before it starts/, because: 'a validity without a moment in it' },
  {
    says: /belongs to another trust domain/,
    because: 'a bundle speaks for one trust domain; the others are not asked',
  },
  {
    says: /name (?:of an unknown form|that is not|with|whose)/,
    because: 'names in DER: sorted, not empty, in the kinds of text of RFC 5280',
  },
  { says: /malformed (?:name|constraint)/, because: 'a name in a form that could not be compared' },
  {
    says: /(?:name|constraint).*(?:constrained|processed)/,
    because: 'a form of names that cannot be processed is refused where it is constrained',
  },
  {
    says: /issuer without a name/,
    because: 'RFC 5280 section 4.1.2.4: an issuer has a name; the others do not ask',
  },
  { says: /empty list/, because: 'RFC 5280 has these lists with at least one entry' },
  { says: /path length and is no CA/, because: 'a path length means nothing without CA' },
  { says: /twice|too many/, because: 'a limit of this profile' },
  {
    says: /outside (?:the )?name constraints|not (?:permitted|within)|excluded/,
    because: 'name constraints over every name of a certificate, and not the URI alone',
  },
  {
    says: /names another key of its issuer/,
    because: 'a key identifier that is there and empty is another one; Go takes it for none',
  },
  {
    says: /its URI is neither/,
    because: 'a URI is compared as it is spelled; the program in Go sees it as its parser writes it again',
  },
  { says: /serial number/, because: 'RFC 5280 section 4.1.2.2: positive, at most 20 bytes' },
  { says: /usage that does not exist/, because: 'named bits that RFC 5280 does not have' },
];

/** What we take, and one of the others refuses; what both refuse only where a row says so. */
const LOOSER: readonly (Row & { readonly both?: true; readonly needsMore?: true })[] = [
  {
    says: /no ValueError|no UnsupportedGeneralNameType|x509: invalid (?:CRL|authority info|certificate polic)/,
    because: 'what decides nothing is not read, so its form is not looked at',
    both: true,
    needsMore: true,
  },
  {
    says: /GeneralName::OtherName|x400Address|unhandled critical extension/,
    because:
      'what is in a name of a form that is not processed is not read; it is refused where its form is constrained',
    both: true,
  },
  {
    says: /unsupported string type: 28/,
    because: 'RFC 5280 has UniversalString among the texts of a name; Go does not read it',
  },
  {
    says: /cannot parse URI .*invalid domain/,
    because:
      'Go wants a host in every URI to end without a dot; one of an issuer decides nothing without constraints',
  },
  {
    says: /encipher_only and decipher_only/,
    because:
      'RFC 5280 section 4.2.1.3 leaves open what these bits mean without keyAgreement; nothing here asks for them',
  },
  {
    says: /^no a URI outside the name constraints|; a URI outside the name constraints/,
    because: 'hosts are compared without case (RFC 3986 section 3.2.2); the program in Go compares letters',
  },
];

/**
 * Why a difference is there; `same` where there is none, and undefined where nobody knows.
 * @param saysMore whether a certificate of the chain says something that decides nothing here
 */
export function explain({ ours, python, go }: Verdicts, saysMore: boolean): string | undefined {
  const reasons = [python, go].filter((verdict) => !isOk(verdict));
  if (!isOk(ours)) {
    return reasons.length === 2 ? 'same' : STRICTER.find(({ says }) => says.test(ours))?.because;
  }
  if (reasons.length === 0) return 'same';
  const rows = LOOSER.filter(
    ({ both, needsMore }) => (reasons.length < 2 || both) && (saysMore || !needsMore),
  );
  const because = reasons.map((reason) => rows.find(({ says }) => says.test(reason))?.because);
  return because.every((one) => one !== undefined) ? because[0] : undefined;
}
