import { bits, seq } from '../der/write.ts';
import {
  CA_EXTENSIONS,
  type Certified,
  extension,
  type Issuer,
  leafExtensions,
  type Plan,
  schemeOf,
  signedPart,
  textOf,
  twinCertificate,
} from '../world/certificates.ts';
import { type PairKey, pairKey } from '../world/keys.ts';
import { ORDERS } from '../world/names.ts';
import { arrived, type HostileToken, junkSignature, letters, segment, smallPayload } from './hostile.ts';
import type { Scene } from './scene.ts';

const STRANGER = pairKey('ES256', 'nobody');
const NOBODY: Issuer = { subject: 'Nobody', key: STRANGER };

const CONSTANT = Buffer.from(letters(1, 8_192), 'latin1');

/** Bytes that begin otherwise for every number. */
const junk = (number: number, length: number): Buffer =>
  Buffer.concat([Buffer.from(letters(number, 24), 'latin1'), CONSTANT]).subarray(0, length);

/** Bytes in the form of a signature. */
function junkOf({ alg }: PairKey, number: number): Buffer {
  if (alg === 'PS256') return junk(number, 256);
  const half = alg === 'ES256' ? 32 : 48;
  const part = (nonce: number): Buffer => Buffer.concat([Buffer.from([0x02, half]), junk(nonce, half)]);
  return seq(part(number), part(number + 1));
}

/** A certificate that names an issuer, and bears a signature nobody made. */
function forged(number: number, issuer: Issuer, plan: Partial<Plan> = {}): Buffer {
  const contents = signedPart(
    { subject: '', key: STRANGER, extensions: leafExtensions(ORDERS), serial: number & 0x7f, ...plan },
    issuer,
  );
  return seq(contents, schemeOf(issuer.key).identifier, bits(junkOf(issuer.key, number)));
}

const leafWith = (number: number, issuer: Issuer, more: readonly Buffer[]): Buffer =>
  forged(number, issuer, { extensions: [...leafExtensions(ORDERS), ...more] });
const forgedCa = (number: number, subject: string, issuer: Issuer): Buffer =>
  forged(number, issuer, { subject, extensions: CA_EXTENSIONS });

interface Rest {
  readonly alg?: string;
  readonly more?: string;
}

function tokenOf(texts: readonly string[], number: number, { alg = 'ES256', more = '' }: Rest = {}): string {
  const nonce = letters(number, 12);
  const header = `{"typ":"wid+jwt","n":"${nonce}","alg":"${alg}","x5c":${JSON.stringify(texts)}${more}}`;
  return arrived(`${segment(header)}.${smallPayload(number)}.${junkSignature(number, 64)}`);
}

type Chain = (number: number) => readonly Buffer[];

const kind = (name: string, anchor: Issuer | undefined, chain: Chain, rest?: Rest): HostileToken => ({
  name: `chain: ${name}`,
  ...(anchor === undefined ? undefined : { names: anchor.key.alg, checked: 400 }),
  make: (number) => tokenOf(chain(number).map(textOf), number, rest),
});

const spelled = (name: string, text: (number: number) => string): HostileToken => ({
  name: `chain: ${name}`,
  make: (number) => tokenOf([text(number)], number),
});

const AS_LARGE_AS_A_HEADER = 5_900;

function sequences(number: number): Buffer {
  let der: Buffer = junk(number, 16);
  while (der.length < AS_LARGE_AS_A_HEADER) der = seq(der);
  return der;
}

/** Certificates that have nothing to do with any anchor. */
const OF_NOBODY: readonly HostileToken[] = [
  kind('junk, as large as a header', undefined, (number) => [junk(number, 6_000)]),
  kind('three of junk', undefined, (number) => [0, 1, 2].map((at) => junk(number + at, 1_990))),
  kind('a frame around junk', undefined, (number) => [
    seq(seq(junk(number, AS_LARGE_AS_A_HEADER)), seq(), bits(junk(number, 70))),
  ]),
  kind('sequences in sequences', undefined, (number) => [sequences(number)]),
  kind('many small values', undefined, (number) => [
    seq(seq(junk(number, 8), Buffer.from('0500'.repeat(2_900), 'hex')), seq(), bits(junk(number, 70))),
  ]),
  spelled('base64 that ends on no byte', (number) => textOf(junk(number, 6_001)).replace(/.==$/, 'B==')),
  spelled(
    'base64 with a wrong letter at its end',
    (number) => `${textOf(junk(number, 6_000)).slice(0, -1)}!`,
  ),
  spelled('base64 without padding', (number) => textOf(junk(number, 6_001)).replaceAll('=', '')),
  spelled('white space', (number) => textOf(junk(number, 12)) + ' '.repeat(7_900)),
  kind('of an issuer nobody knows', undefined, (number) => [forged(number, NOBODY)]),
  kind('one certificate three times', undefined, (number) =>
    Array.from({ length: 3 }, () => forged(number, NOBODY)),
  ),
];

/** Certificates that name an anchor, or were seen in the tokens of others. */
function ofScene({ anchors, issuers, leaf }: Scene): readonly HostileToken[] {
  const [root, many] = anchors as [Certified, Certified];
  const rsa = anchors.at(-1) as Certified;
  const [one, two] = issuers as [Certified, Certified];
  const large = (number: number): readonly Buffer[] => [extension('1.2.3.4', junk(number, 5_400))];
  const extensions = (number: number): readonly Buffer[] =>
    Array.from({ length: 300 }, (_, at) => extension(`1.2.3.${at}`, junk(number, 4)));
  const seen = [leaf, two, one].map(({ der }) => der);
  const twin = [twinCertificate(leaf.der) as Buffer, ...seen.slice(1)];
  const as = (subject: string): Issuer => ({ subject, key: STRANGER });
  const es384 = { alg: 'ES384' };
  const unnamed: Chain = (number) => [forged(number, many, { namesIssuer: false })];
  return [
    kind('under an anchor', root, (number) => [forged(number, root)]),
    kind('under an anchor, as large as a header', root, (number) => [leafWith(number, root, large(number))]),
    kind('under an anchor, with many extensions', root, (number) => [
      leafWith(number, root, extensions(number)),
    ]),
    kind('under an anchor for RSA', rsa, (number) => [forged(number, rsa)]),
    kind('under a name that four anchors have', many, (number) => [forged(number, many)], es384),
    kind('under one of four, and it does not say which', many, unnamed, es384),
    kind('the same, as large as a header', many, (number) => [leafWith(number, many, large(number))], es384),
    kind('under a CA that was seen', root, (number) => [forged(number, one), one.der]),
    kind('under two CAs that were seen', root, (number) => [forged(number, two), two.der, one.der]),
    kind('two of nobody under an anchor', root, (number) => [
      forged(number, as('X')),
      forgedCa(number, 'X', root),
    ]),
    kind('three of nobody under an anchor', root, (number) => [
      forged(number, as('X')),
      forgedCa(number, 'X', as('Y')),
      forgedCa(number, 'Y', root),
    ]),
    kind('seen, and a signature nobody made', leaf, () => seen),
    kind('seen, with the twin of a signature', leaf, () => twin),
    kind('seen, and junk beside it', leaf, () => seen, { more: `,"x":"${'x'.repeat(3_000)}"` }),
    kind('seen, and another algorithm', undefined, () => seen, es384),
    kind('the anchor itself', root, () => [root.der]),
  ];
}

/** All tokens with certificates. */
export const chainTokens = (scene: Scene): readonly HostileToken[] => [...OF_NOBODY, ...ofScene(scene)];
