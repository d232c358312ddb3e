import { CONTRACT } from '@workload-identity/contract';
import { type Node, treeOf } from '../der/tree.ts';
import { bits, explicit, implicit, integer, octets, oid, seq, set, TRUE, utf8 } from '../der/write.ts';
import type { Random } from '../random.ts';
import {
  basicConstraints,
  extendedKeyUsage,
  extension,
  keyUsage,
  nameOf,
  subjectNames,
  uri,
} from '../world/certificates.ts';
import { pairKey } from '../world/keys.ts';
import { ORDERS, OTHER_DOMAIN, STS, TRUST_DOMAIN } from '../world/names.ts';
import type { TreeMutation } from './mutate-tree.ts';

const dns = (text: string): Buffer => implicit(2, Buffer.from(text));
const email = (text: string): Buffer => implicit(1, Buffer.from(text));
const address = (...bytes: readonly number[]): Buffer => implicit(7, Uint8Array.from(bytes));
const directory = (name: string): Buffer => explicit(4, nameOf(name));
const other = explicit(0, oid('1.2.3.4'), explicit(0, utf8('x')));
const { selfExtendedKeyUsage: SELF, issuerExtendedKeyUsage: ISSUER } = CONTRACT;
const ANY = '2.5.29.37.0';
const SERVER = '1.3.6.1.5.5.7.3.1';

const URIS = [
  ORDERS,
  `${ORDERS}/a`,
  OTHER_DOMAIN,
  STS,
  `${STS}/`,
  `${STS}/a%20b`,
  `${STS}:443`,
  'https://STS.prod.example.com',
  'https://u@sts.prod.example.com',
  `${STS}?a`,
  `${STS}#a`,
  'spiffe://PROD.example.com/a',
  `spiffe://${TRUST_DOMAIN}`,
  `spiffe://${TRUST_DOMAIN}/`,
  `${ORDERS}/..`,
  `${ORDERS}/%2e`,
  'spiffe://a_b/c',
  'spiffe://127.0.0.1/a',
  'urn:a:b',
  '',
  'orders',
  `${ORDERS}\u0000`,
  'https://[::1]/',
  'https://127.0.0.1',
  'http://sts.prod.example.com',
  'https://sts.prod.example.com.',
  'https://sts',
  `${STS}//a`,
];

const constraints = (
  permitted: readonly Uint8Array[] | undefined,
  excluded: readonly Uint8Array[] | undefined,
  critical = true,
): Buffer => {
  const subtrees = (number: number, bases: readonly Uint8Array[] | undefined): Buffer[] =>
    bases === undefined ? [] : [explicit(number, ...bases.map((base) => seq(base)))];
  return extension('2.5.29.30', seq(...subtrees(0, permitted), ...subtrees(1, excluded)), critical);
};

const names = (random: Random): readonly Buffer[] =>
  Array.from({ length: random.pick([0, 1, 1, 1, 2, 3]) }, () =>
    random.pick([
      () => uri(random.pick(URIS)),
      () => uri(random.pick(URIS)),
      () => dns(random.pick(['orders.prod.example.com', 'ORDERS', '*.example.com', 'a..b', ''])),
      () => email('a@prod.example.com'),
      () => address(10, 0, 0, 1),
      () => address(1, 2, 3),
      () => directory('Orders'),
      () => other,
    ])(),
  );
const base = (random: Random): Buffer =>
  random.pick([
    () =>
      uri(
        random.pick([
          TRUST_DOMAIN,
          `.${TRUST_DOMAIN}`,
          '.example.com',
          'other.example.com',
          '',
          'PROD.example.com',
          '127.0.0.1',
          `https://${TRUST_DOMAIN}`,
          `${TRUST_DOMAIN}:443`,
        ]),
      ),
    () => dns(random.pick([TRUST_DOMAIN, 'example.com', ''])),
    () => email('example.com'),
    () => address(10, 0, 0, 0, 255, 0, 0, 0),
    () => directory('Orders'),
    () => other,
  ])();
const bases = (random: Random): readonly Buffer[] | undefined =>
  random.pick([undefined, [base(random)], [base(random)], [base(random), base(random)], []]);

type Make = (random: Random) => Buffer;

/** Extensions of every kind that decides something, and of some that do not. */
const EXTENSIONS: readonly Make[] = [
  (random) => basicConstraints(random.pick([undefined, 0, 1, 127]), random.chance(0.7)),
  (random) =>
    extension(
      '2.5.29.19',
      random.pick([
        seq(),
        seq(integer(0)),
        seq(TRUE, integer(0xff)),
        seq(TRUE, integer(0, 1)),
        seq(TRUE, integer(1, 0, 0)),
        seq(Buffer.from('010100', 'hex')),
        seq(TRUE, TRUE),
      ]),
      random.chance(0.7),
    ),
  (random) =>
    keyUsage(...random.pick([[0], [5], [6], [0, 5], [5, 6], [1], [0, 1, 2, 3, 4, 5, 6, 7], [0, 6]])),
  (random) =>
    extension(
      '2.5.29.15',
      random.pick([
        bits(Uint8Array.of(0), 0),
        bits(Uint8Array.of(0x80), 0),
        bits(Uint8Array.of(0x80), 7),
        bits(Uint8Array.of(0x80, 0), 0),
        bits(new Uint8Array(), 0),
        bits(Uint8Array.of(0x81, 0x80), 7),
        bits(Uint8Array.of(0x06), 1),
      ]),
      random.chance(0.7),
    ),
  (random) =>
    extendedKeyUsage(
      ...random.pick([
        [SELF],
        [ISSUER],
        [SELF, ISSUER],
        [SELF, SELF],
        [SELF, ANY],
        [ANY],
        [SERVER],
        [SELF, SERVER],
        [],
        [SERVER, ANY],
      ]),
    ),
  (random) => subjectNames(...names(random)),
  (random) => extension('2.5.29.17', seq(...names(random)), false),
  (random) => constraints(bases(random), bases(random), random.chance(0.8)),
  (random) =>
    extension(
      '2.5.29.14',
      random.pick([octets(Buffer.of(1, 2, 3)), octets(), utf8('a')]),
      random.chance(0.1),
    ),
  (random) =>
    extension(
      '2.5.29.35',
      random.pick([
        seq(implicit(0, Buffer.of(1, 2, 3))),
        seq(),
        seq(explicit(1, directory('a')), implicit(2, Buffer.of(1))),
        seq(implicit(2, Buffer.of(1))),
      ]),
      random.chance(0.1),
    ),
  (random) =>
    extension('2.5.29.36', random.pick([seq(implicit(0, Buffer.of(0))), seq()]), random.chance(0.5)),
  (random) => extension('2.5.29.54', integer(random.int(3)), random.chance(0.5)),
  (random) => extension('2.5.29.32', seq(seq(oid('2.5.29.32.0'))), random.chance(0.5)),
  (random) => extension('2.5.29.33', seq(seq(oid('1.2.3'), oid('1.2.4'))), random.chance(0.5)),
  (random) =>
    extension('2.5.29.31', seq(seq(explicit(0, explicit(0, uri('https://a/crl'))))), random.chance(0.3)),
  (random) =>
    extension('1.3.6.1.5.5.7.1.1', seq(seq(oid('1.3.6.1.5.5.7.48.1'), uri('https://a'))), random.chance(0.3)),
  (random) => extension('1.2.3.4', random.pick([octets(), Buffer.alloc(0), utf8('a')]), random.chance(0.5)),
];

/** The list of extensions of what is signed. */
function extensionsOf(root: Node): Node[] {
  const field = root.children?.find(({ tag }) => tag === 0xa3);
  return field?.children?.[0]?.children ?? [];
}

const BASIC_CONSTRAINTS = '551d13';
const idOf = (one: Node): string => one.children?.[0]?.value.toString('hex') ?? '';

const onSigned = (name: string, apply: (root: Node, random: Random) => void): TreeMutation => ({
  name,
  apply,
});

const LARGE = pairKey('ES256', 'another leaf');

/** Changes that know what a certificate says. */
export const SEMANTIC_MUTATIONS: readonly TreeMutation[] = [
  onSigned('an extension is another', (root, random) => {
    const made = treeOf(random.pick(EXTENSIONS)(random));
    const list = extensionsOf(root);
    const at = list.findIndex((one) => idOf(one) === idOf(made));
    if (at < 0) list.push(made);
    else list[at] = made;
  }),
  onSigned('another path length', (root, random) => {
    const list = extensionsOf(root);
    const at = list.findIndex((one) => idOf(one) === BASIC_CONSTRAINTS);
    if (at >= 0) list[at] = treeOf(basicConstraints(random.pick([0, 0, 1, undefined])));
  }),
  onSigned(
    'an extension more',
    (root, random) => void extensionsOf(root).push(treeOf(random.pick(EXTENSIONS)(random))),
  ),
  onSigned('an extension less', (root, random) => {
    const list = extensionsOf(root);
    if (list.length > 0) list.splice(random.int(list.length), 1);
  }),
  onSigned('critical or not', (root, random) => {
    const list = extensionsOf(root);
    const parts = list.length === 0 ? undefined : random.pick(list).children;
    if (parts === undefined) return;
    if (parts[1]?.tag === 0x01) parts.splice(1, 1);
    else
      parts.splice(
        1,
        0,
        treeOf(random.pick([TRUE, Buffer.from('010100', 'hex'), Buffer.from('010101', 'hex')])),
      );
  }),
  onSigned('another version', (root, random) => {
    const children = root.children as Node[];
    if (children[0]?.tag !== 0xa0) return;
    const version = random.pick([0, 1, 2, 3, -1]);
    if (version < 0) children.shift();
    else children[0] = treeOf(explicit(0, integer(version)));
  }),
  onSigned('unique identifiers', (root, random) => {
    const children = root.children as Node[];
    children.splice(
      Math.max(0, children.length - 1),
      0,
      treeOf(implicit(random.pick([1, 2]), Buffer.of(0, 1))),
    );
  }),
  onSigned('another name', (root, random) => {
    const children = root.children as Node[];
    const at = random.pick([3, 5]);
    const name = random.pick([
      nameOf(''),
      nameOf('Root'),
      nameOf('root'),
      nameOf('One'),
      seq(set(seq(oid('2.5.4.3'), utf8('a')), seq(oid('2.5.4.10'), utf8('b')))),
      seq(set()),
      seq(set(seq(oid('1.2.840.113549.1.9.1'), implicit(0, Buffer.of(1))))),
    ]);
    if (children[at] !== undefined) children[at] = treeOf(name);
  }),
  onSigned('another key', (root, random) => {
    const children = root.children as Node[];
    const point = LARGE.spki.subarray(-65);
    const info = (id: Buffer, key: Uint8Array): Buffer => seq(id, bits(key));
    const p256 = seq(oid('1.2.840.10045.2.1'), oid('1.2.840.10045.3.1.7'));
    const off = Buffer.from(point);
    off[64] = (off[64] as number) ^ 1;
    const infos = [
      LARGE.spki,
      info(p256, off),
      info(p256, Buffer.concat([Buffer.of(2 + ((point[64] as number) & 1)), point.subarray(1, 33)])),
      info(p256, Buffer.of(0)),
      info(p256, Buffer.concat([Buffer.of(6 + ((point[64] as number) & 1)), point.subarray(1)])),
      info(seq(oid('1.3.101.112')), Buffer.alloc(32)),
      info(seq(oid('1.3.101.112')), Buffer.alloc(31, 7)),
      info(seq(oid('1.3.101.112'), Buffer.from('0500', 'hex')), point.subarray(1, 33)),
      info(
        seq(oid('1.2.840.113549.1.1.1'), Buffer.from('0500', 'hex')),
        seq(integer(...[0, ...Buffer.alloc(128, 0xc1)]), integer(1, 0, 1)),
      ),
      info(
        seq(oid('1.2.840.113549.1.1.1'), Buffer.from('0500', 'hex')),
        seq(integer(...[0, ...Buffer.alloc(256, 0xc1)]), integer(3)),
      ),
    ];
    if (children[6] !== undefined) children[6] = treeOf(random.pick(infos));
  }),
];
