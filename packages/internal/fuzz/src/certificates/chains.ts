import { sign } from 'node:crypto';
import { encode, type Node, treeOf } from '../der/tree.ts';
import { bits, integer, oid, seq } from '../der/write.ts';
import { cut, numbersOf, partsOf } from '../oracle/chain.ts';
import type { Random } from '../random.ts';
import {
  basicConstraints,
  CA_EXTENSIONS,
  type Certified,
  certify,
  keyUsage,
  leafExtensions,
  nameConstraints,
  schemeOf,
  twinCertificate,
} from '../world/certificates.ts';
import { pairKey } from '../world/keys.ts';
import { ORDERS, STS, TRUST_DOMAIN } from '../world/names.ts';
import { SEMANTIC_MUTATIONS } from './mutate-extensions.ts';
import { TREE_MUTATIONS } from './mutate-tree.ts';

/** Chains to begin with, leaf first, and the anchors they end in. */
export interface Start {
  readonly anchors: readonly Certified[];
  readonly chains: readonly (readonly Certified[])[];
}

/** A chain that was altered, and how. */
export interface Altered {
  readonly chain: readonly Buffer[];
  readonly changes: readonly string[];
}

/** Makes chains of every kind of key and every length. */
export function makeStart(): Start {
  const key = (label: string, alg: 'ES256' | 'ES384' | 'Ed25519' | 'PS256' = 'ES256') =>
    pairKey(alg, `certificates ${label}`);
  const root = certify({ subject: 'Root', key: key('root'), extensions: CA_EXTENSIONS });
  const large = certify({
    subject: 'Large',
    key: key('large', 'ES384'),
    extensions: [basicConstraints(1), keyUsage(5, 6)],
  });
  const ed = certify({ subject: 'Ed', key: key('ed', 'Ed25519'), extensions: CA_EXTENSIONS });
  const rsa = certify({ subject: 'RSA', key: pairKey('PS256', '0'), extensions: CA_EXTENSIONS });
  const one = certify({ subject: 'One', key: key('one'), extensions: CA_EXTENSIONS }, root);
  const two = certify(
    { subject: 'Two', key: key('two'), extensions: [basicConstraints(0), keyUsage(5)] },
    one,
  );
  const limited = certify(
    {
      subject: 'Limited',
      key: key('limited'),
      extensions: [...CA_EXTENSIONS, nameConstraints(TRUST_DOMAIN, `.${TRUST_DOMAIN}`)],
    },
    large,
  );
  const leaf = (by: Certified, label: string, alg: 'ES256' | 'ES384' | 'Ed25519' = 'ES256') =>
    certify(
      {
        subject: label === 'named' ? 'Orders' : '',
        key: key(`leaf ${label}`, alg),
        extensions: leafExtensions(ORDERS),
      },
      by,
    );
  const issuer = certify({ subject: '', key: key('issuer'), extensions: leafExtensions(STS, 'issuer') }, one);
  return {
    anchors: [root, large, ed, rsa],
    chains: [
      [leaf(root, 'a')],
      [leaf(root, 'named')],
      [leaf(root, 'b', 'Ed25519')],
      [leaf(large, 'c', 'ES384')],
      [leaf(ed, 'd')],
      [leaf(rsa, 'e')],
      [leaf(one, 'f'), one],
      [leaf(two, 'g'), two, one],
      [leaf(limited, 'h'), limited],
      [issuer, one],
    ],
  };
}

/** Names of signature algorithms that could stand in a certificate. */
const ALGORITHMS: readonly Buffer[] = [
  seq(oid('1.2.840.10045.4.3.2')),
  seq(oid('1.2.840.10045.4.3.2'), Buffer.from('0500', 'hex')),
  seq(oid('1.2.840.10045.4.3.3')),
  seq(oid('1.2.840.10045.4.3.4')),
  seq(oid('1.2.840.10045.4.1')),
  seq(oid('1.3.101.112')),
  seq(oid('1.2.840.113549.1.1.11'), Buffer.from('0500', 'hex')),
  seq(oid('1.2.840.113549.1.1.11')),
  seq(oid('1.2.840.113549.1.1.5'), Buffer.from('0500', 'hex')),
  seq(oid('1.2.840.113549.1.1.10')),
];

function signatureOf(signed: Buffer, { issuerKey }: Certified): Buffer {
  return sign(schemeOf(issuerKey).hash, signed, issuerKey.privateKey);
}

/** Another spelling of an ECDSA signature. */
function respelled(signature: Buffer, random: Random): Buffer {
  const numbers = numbersOf(signature);
  if (numbers === undefined)
    return random.pick([
      signature.subarray(1),
      Buffer.concat([signature, Buffer.of(0)]),
      Buffer.alloc(signature.length),
    ]);
  const [r, s] = numbers as [Buffer, Buffer];
  const short = (bytes: Buffer): Buffer => integer(...((bytes[0] as number) >= 0x80 ? [0, ...bytes] : bytes));
  return random.pick([
    () => seq(integer(0, 0, ...r), short(s)),
    () => seq(integer(...r), integer(...s)),
    () => Buffer.concat([seq(short(r), short(s)), Buffer.of(0)]),
    () => seq(short(r), short(s), integer(1)),
    () => seq(integer(0), short(s)),
    () => seq(short(r), integer(0)),
    () => Buffer.concat([r, s]),
    () => Buffer.concat([Buffer.of(0x30, 0x81, signature.length - 2), signature.subarray(2)]),
    () => seq(short(s), short(r)),
  ])();
}

type Outer = (certificate: Certified, signed: Buffer, random: Random) => Buffer;

const identifierOf = ({ issuerKey }: Certified): Buffer => schemeOf(issuerKey).identifier;

/** Changes of what stands around what is signed. */
const OUTER: readonly (readonly [name: string, seal: Outer])[] = [
  [
    'a signature spelled otherwise',
    (one, signed, random) =>
      seq(signed, identifierOf(one), bits(respelled(signatureOf(signed, one), random))),
  ],
  [
    'another name of the algorithm outside',
    (one, signed, random) => seq(signed, random.pick(ALGORITHMS), bits(signatureOf(signed, one))),
  ],
  [
    'bits that do not count in the signature',
    (one, signed, random) =>
      seq(signed, identifierOf(one), bits(signatureOf(signed, one), 1 + random.int(8))),
  ],
  [
    'a byte after the end',
    (one, signed) =>
      Buffer.concat([seq(signed, identifierOf(one), bits(signatureOf(signed, one))), Buffer.of(0)]),
  ],
  [
    'a part more',
    (one, signed) =>
      seq(signed, identifierOf(one), bits(signatureOf(signed, one)), Buffer.from('0500', 'hex')),
  ],
  [
    'a signature of another',
    (one, signed) =>
      seq(signed, identifierOf(one), bits((partsOf(one.der) as readonly Buffer[])[2] as Buffer)),
  ],
];

/** Another name of the algorithm inside and outside, with the signature it had. */
function renamed(certificate: Certified, random: Random): Buffer {
  const tree = treeOf(certificate.signed);
  const algorithm = random.pick(ALGORITHMS);
  (tree.children as Node[])[2] = treeOf(algorithm);
  const signed = encode(tree);
  return seq(signed, algorithm, bits(signatureOf(signed, certificate)));
}

function alteredCertificate(certificate: Certified, random: Random, changes: string[]): Buffer {
  const kind = random.int(100);
  if (kind < 4) {
    changes.push('the twin of its signature');
    return twinCertificate(certificate.der) ?? certificate.der;
  }
  if (kind < 10) {
    changes.push('another algorithm');
    return renamed(certificate, random);
  }
  if (kind < 16) {
    changes.push('a byte, not signed again');
    const copy = Buffer.from(certificate.der);
    const at = random.int(copy.length);
    copy[at] = (copy[at] as number) ^ (1 << random.int(8));
    return copy;
  }
  const tree = treeOf(certificate.signed);
  for (let count = random.pick([1, 1, 1, 2, 2, 3]); count > 0; count--) {
    const { name, apply } = random.pick(random.chance(0.55) ? SEMANTIC_MUTATIONS : TREE_MUTATIONS);
    changes.push(name);
    apply(tree, random);
  }
  const signed = encode(tree);
  if (random.chance(0.08)) {
    const [name, seal] = random.pick(OUTER);
    changes.push(name);
    return seal(certificate, signed, random);
  }
  return seq(signed, identifierOf(certificate), bits(signatureOf(signed, certificate)));
}

/** Alters one or two certificates of a chain, and signs them again where that is not what is altered. */
export function alter({ chains }: Start, random: Random): Altered {
  const chosen = random.pick(chains);
  const changes: string[] = [];
  const chain = chosen.map(({ der }) => der);
  for (let count = random.pick([1, 1, 1, 2]); count > 0; count--) {
    const at = random.int(chosen.length);
    changes.push(`certificate ${at}:`);
    chain[at] = alteredCertificate(chosen[at] as Certified, random, changes);
  }
  return { chain, changes };
}

/** What a certificate is, for whoever looks at a find. */
export const describeChain = (chain: readonly Buffer[]): string =>
  chain.map((der) => `${der.toString('base64')}${cut(der, 0) === undefined ? ' (no DER)' : ''}`).join('\n');

// What x5c reads of a certificate (docs/x5c-profile.md).
const PROCESSED = [
  '551d0e',
  '551d0f',
  '551d11',
  '551d13',
  '551d1e',
  '551d21',
  '551d23',
  '551d24',
  '551d25',
  '551d36',
];

const AUTHORITY_KEY_IDENTIFIER = '551d23';

/** Of the key of the issuer the identifier alone is read: its certificate may be named beside it. */
function namesMore({ children }: Node): boolean {
  const [named] = children?.at(-1)?.children ?? [];
  return named?.children === undefined || named.children.some(({ tag }) => tag !== 0x80);
}

/** Whether a certificate says something that decides nothing, and whose form is not looked at. */
export function saysMore(der: Buffer): boolean {
  const signed = partsOf(der)?.[0];
  if (signed === undefined) return false;
  try {
    const field = treeOf(signed).children?.find(({ tag }) => tag === 0xa3);
    return (field?.children?.[0]?.children ?? []).some((one) => {
      const id = one.children?.[0]?.value.toString('hex') ?? '';
      return id === AUTHORITY_KEY_IDENTIFIER ? namesMore(one) : !PROCESSED.includes(id);
    });
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
