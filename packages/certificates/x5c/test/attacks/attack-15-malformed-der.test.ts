import { readLeaf } from '@workload-identity/x5c';
import { describe, expect, it } from 'vitest';
import { DerReader } from '../../src/der/reader.ts';
import {
  type Built,
  build,
  DAY,
  ECDSA_SHA256,
  extendedKeyUsage,
  extension,
  keyUsage,
  LEAF_EXTENSIONS,
  LEAF_URI,
  leaf,
  NOW,
  name,
  names,
  type Parts,
  pemOf,
  root,
  uri,
} from '../support/build.ts';
import {
  type Bytes,
  bits,
  explicit,
  FALSE,
  hex,
  implicit,
  integer,
  octets,
  oid,
  printable,
  seq,
  set,
  TRUE,
  time,
  tlv,
  utf8,
} from '../support/der.ts';
import { refusal, resolve, trusting } from '../support/resolve.ts';

const anchor = root();
const more = (...extensions: readonly Bytes[]): Partial<Parts> => ({
  extensions: [...LEAF_EXTENSIONS, ...extensions],
});
const instead = (id: string, replacement: Bytes): Partial<Parts> => {
  const prefix = oid(id);
  return {
    extensions: [
      ...LEAF_EXTENSIONS.filter((one) => !one.subarray(2).subarray(0, prefix.length).equals(prefix)),
      replacement,
    ],
  };
};
const utc = (text: string): Bytes => tlv(0x17, Buffer.from(text));
const generalized = (text: string): Bytes => tlv(0x18, Buffer.from(text));
const P256 = hex('301306072a8648ce3d020106082a8648ce3d030107');
const RSA = hex('300d06092a864886f70d0101010500');
const SAN = '2.5.29.17';
const EKU = '2.5.29.37';
const KU = '2.5.29.15';

const LEAVES: readonly (readonly [string, Partial<Parts>, string])[] = [
  ['an empty extended key usage', instead(EKU, extension(EKU, seq())), 'empty list of extended key usages'],
  ['an extended key usage twice', instead(EKU, extendedKeyUsage('1.2.3', '1.2.3')), 'usage twice'],
  ['a duplicate extension', more(keyUsage([0])), 'the extension 2.5.29.15 twice'],
  [
    'a duplicate of an unknown extension',
    more(extension('1.2.3', octets()), extension('1.2.3', octets())),
    '1.2.3 twice',
  ],
  [
    'criticality written as FALSE',
    instead(KU, seq(oid(KU), FALSE, octets(bits(Uint8Array.of(0x80), 7)))),
    'not TRUE',
  ],
  [
    'criticality in BER',
    instead(KU, seq(oid(KU), hex('010101'), octets(bits(Uint8Array.of(0x80), 7)))),
    'not TRUE',
  ],
  [
    'bytes after an extension',
    instead(KU, seq(oid(KU), TRUE, octets(bits(Uint8Array.of(0x80), 7)), hex('0500'))),
    'left over',
  ],
  [
    'bytes inside an extension',
    instead(KU, extension(KU, Buffer.concat([bits(Uint8Array.of(0x80), 7), hex('00')]))),
    'left over',
  ],
  ['an empty key usage', instead(KU, extension(KU, bits(hex('')))), 'without a bit'],
  ['a key usage of zero', instead(KU, extension(KU, bits(hex('00')))), 'shortest form'],
  ['a key usage with zeros at its end', instead(KU, extension(KU, bits(hex('80'), 0))), 'shortest form'],
  ['a key usage with bits behind its end', instead(KU, extension(KU, bits(hex('c1'), 1))), 'shortest form'],
  [
    'nothing but a key usage that does not exist',
    instead(KU, extension(KU, bits(hex('0040'), 6))),
    'does not exist',
  ],
  ['a key usage that does not exist', instead(KU, extension(KU, bits(hex('8040'), 6))), 'does not exist'],
  ['no names in its subjectAltName', instead(SAN, names([])), 'empty list of names'],
  [
    'text in place of its subjectAltName',
    instead(SAN, extension(SAN, Buffer.from('example.com'), true)),
    'DER',
  ],
  ['a name of an unknown form', instead(SAN, names([implicit(9, hex('00'))])), 'unknown form'],
  ['a name outside ASCII', instead(SAN, names([implicit(6, Buffer.from(`${LEAF_URI}é`))])), 'outside ASCII'],
  ['a NUL in its name', instead(SAN, names([implicit(6, Buffer.from(`${LEAF_URI}\0`))])), 'outside ASCII'],
  [
    'an address of 5 bytes',
    instead(SAN, names([uri(LEAF_URI), implicit(7, hex('0102030405'))])),
    'malformed address',
  ],
  ['an empty list of extensions', { extensions: [] }, 'empty list of extensions'],
  [
    'extensions that are no sequence',
    { extensionsField: explicit(3, set()) },
    'not DER of the expected form',
  ],
  [
    'too many extensions',
    more(...Array.from({ length: 40 }, (_, at) => extension(`1.2.3.${at}`, octets()))),
    'too many',
  ],
  [
    'unique identifiers',
    { extensionsField: Buffer.concat([implicit(1, hex('00ff')), explicit(3, seq(...LEAF_EXTENSIONS))]) },
    'expected form',
  ],
  [
    'a field after its extensions',
    { extensionsField: Buffer.concat([explicit(3, seq(...LEAF_EXTENSIONS)), hex('0500')]) },
    'left over',
  ],
  ['version 1', { version: hex(''), extensionsField: null }, 'not of version 3'],
  ['version 1 and extensions', { version: hex('') }, 'not of version 3'],
  ['version 4', { version: explicit(0, integer(3)) }, 'not of version 3'],
  ['a serial number of zero', { serial: integer(0) }, 'serial number is zero'],
  ['a negative serial number', { serial: integer(0x80, 1) }, 'negative'],
  [
    'a serial number of 21 bytes',
    { serial: integer(...Array.from({ length: 21 }, () => 1)) },
    'longer than 20',
  ],
  ['a serial number with a zero in front', { serial: integer(0, 1) }, 'shortest form'],
  ['a serial number without bytes', { serial: tlv(0x02) }, 'without a value'],
  [
    'two signature algorithms',
    { outerAlgorithm: hex('300a06082a8648ce3d040303') },
    'two different signature algorithms',
  ],
  [
    'parameters that differ',
    { outerAlgorithm: seq(hex('06082a8648ce3d040302'), hex('0500')) },
    'two different',
  ],
  [
    'parameters where none belong',
    { algorithm: seq(hex('06082a8648ce3d040302'), hex('0500')) },
    'not accepted',
  ],
  ['SHA-1', { algorithm: hex('300906072a8648ce3d0401') }, 'not accepted'],
  ['SHA-224', { algorithm: hex('300a06082a8648ce3d040301') }, 'not accepted'],
  ['MD5 with RSA', { algorithm: hex('300d06092a864886f70d0101040500') }, 'not accepted'],
  ['a signature in the form of JOSE', { signWith: () => Buffer.alloc(64, 0x11) }, 'expected form'],
  [
    'a signature with bytes at its end',
    { signWith: () => Buffer.concat([seq(integer(1), integer(1)), hex('00')]) },
    'left over',
  ],
  ['a signature with a zero', { signWith: () => seq(integer(0), integer(1)) }, 'zero for r'],
  ['a signature with a negative number', { signWith: () => seq(integer(1), integer(0xff)) }, 'negative'],
  ['UTCTime without seconds', { notBefore: utc('2512310000Z') }, 'wrong form'],
  ['UTCTime with an offset', { notBefore: utc('251231000000+0000') }, 'wrong form'],
  ['GeneralizedTime before 2050', { notAfter: generalized('20260101000100Z') }, 'wrong form'],
  ['GeneralizedTime with a fraction', { notAfter: generalized('20500101000000.5Z') }, 'wrong form'],
  ['GeneralizedTime without a zone', { notAfter: generalized('20500101000000') }, 'wrong form'],
  ['a time that does not exist', { notBefore: utc('250231000000Z') }, 'does not exist'],
  ['a 61st second', { notBefore: utc('251231235960Z') }, 'does not exist'],
  [
    'a validity that ends before it starts',
    { notBefore: time(NOW + DAY), notAfter: time(NOW - DAY) },
    'ends before it starts',
  ],
  [
    'a third number in its signature',
    { signWith: () => seq(integer(1), integer(1), integer(1)) },
    'left over',
  ],
  [
    'a third field in its public key',
    { publicKeyInfo: seq(P256, bits(hex('04')), hex('0500')) },
    'left over',
  ],
  [
    'a third number in its RSA key',
    { publicKeyInfo: seq(RSA, bits(seq(integer(1), integer(1, 0, 1), integer(1)))) },
    'left over',
  ],
  [
    'a third field in its basicConstraints',
    more(extension('2.5.29.19', seq(TRUE, integer(0), integer(0)))),
    'left over',
  ],
  [
    'a fourth field in its authorityKeyIdentifier',
    more(extension('2.5.29.35', seq(implicit(0, hex('00')), implicit(3, hex('00'))))),
    'left over',
  ],
  [
    'a third field in its nameConstraints',
    more(
      extension(
        '2.5.29.30',
        seq(explicit(0, seq(uri('a.com'))), explicit(1, seq(uri('b.com'))), hex('0500')),
      ),
    ),
    'left over',
  ],
  [
    'a third time in its validity',
    { notAfter: Buffer.concat([time(NOW + DAY), time(NOW + DAY)]) },
    'left over',
  ],
  ['an empty set in its subject', { subject: seq(set()) }, 'empty part'],
  [
    'attributes out of order',
    { subject: seq(set(seq(oid('2.5.4.10'), utf8('b')), seq(oid('2.5.4.3'), utf8('a')))) },
    'order of DER',
  ],
  ['a name that is not UTF-8', { subject: seq(set(seq(oid('2.5.4.3'), tlv(0x0c, hex('ff'))))) }, 'not UTF-8'],
  [
    'a name of half a character',
    { subject: seq(set(seq(oid('2.5.4.3'), tlv(0x1e, hex('00'))))) },
    'half a character',
  ],
];

// The BIT STRING of the signature is the last element: its first byte counts the bits that are not used.
function withUnusedBits({ der }: Built): Buffer {
  const bytes = Buffer.from(der);
  const element = bytes.lastIndexOf(ECDSA_SHA256) + ECDSA_SHA256.length;
  bytes[element + 2] = 1;
  return bytes;
}

describe('attack 15: malformed DER', () => {
  it.each(LEAVES)('attack 15: refuses a leaf with %s', async (_, parts, reason) => {
    const told = await refusal([leaf(anchor, parts)], await trusting(anchor));
    expect(told).toMatch(/^chain_(invalid|untrusted)/);
    expect(told).toContain(reason);
  });

  it('accepts what these leaves were made from, and the rarer forms that are right', async () => {
    const trusted = await trusting(anchor);
    const rare: readonly Partial<Parts>[] = [
      {},
      { notAfter: generalized('20500101000000Z') },
      { notBefore: time(NOW), notAfter: time(NOW) },
      { notBefore: utc('500101000000Z') },
      { serial: integer(...Array.from({ length: 20 }, () => 0x7f)) },
      { serial: integer(0, 0x80) },
      {
        subject: seq(
          set(seq(oid('2.5.4.3'), printable('Orders'))),
          set(seq(oid('2.5.4.10'), tlv(0x1e, hex('0041')))),
        ),
      },
      { extensions: [...LEAF_EXTENSIONS, extension('1.2.3', octets())] },
      { algorithm: ECDSA_SHA256 },
    ];
    for (const parts of rare) expect((await resolve([leaf(anchor, parts)], trusted)).rung).toBe('ca');
  });
});

/** A leaf whose base64 has every kind of character, and padding. */
function paddedLeaf(): Built {
  for (let extra = 0; ; extra++) {
    const filler = extension('1.2.3', Buffer.alloc(90 + (extra % 3), 0xfb));
    const end = leaf(anchor, { extensions: [...LEAF_EXTENSIONS, filler] });
    if (end.text.endsWith('=') && /\+.*\//.test(end.text)) return end;
  }
}

describe('attack 15: malformed DER around a certificate', () => {
  const good = leaf(anchor);
  const sent = (der: Bytes) => ({ text: Buffer.from(der).toString('base64') });

  it.each([
    ['a signature that does not end on a byte', withUnusedBits(good), 'does not end on a byte'],
    ['trailing bytes', Buffer.concat([good.der, hex('00')]), 'left over'],
    ['a fourth field', seq(new DerReader(good.der).read(0x30).contents, hex('0500')), 'left over'],
    ['a second certificate behind it', Buffer.concat([good.der, good.der]), 'left over'],
    [
      'an indefinite length',
      Buffer.concat([hex('3080'), good.der.subarray(4), hex('0000')]),
      'indefinite length',
    ],
    ['a length in three bytes', Buffer.concat([hex('308300'), good.der.subarray(2)]), 'length out of range'],
    ['a length that is too long', Buffer.concat([hex('30820001'), hex('00')]), 'shortest form'],
    ['a length of 127 in two bytes', Buffer.concat([hex('30817f'), Buffer.alloc(127)]), 'shortest form'],
    ['a high tag number', Buffer.concat([hex('3f'), good.der.subarray(1)]), 'expected form'],
    ['another tag', Buffer.concat([hex('31'), good.der.subarray(1)]), 'expected form'],
    ['no bytes behind its tag', hex('30'), 'ends early'],
    ['no bytes behind its length', hex('3082'), 'ends early'],
    ['PEM in place of DER', Buffer.from(pemOf(good.der)), 'expected form'],
  ] as const)('attack 15: refuses %s', async (_, der, reason) => {
    expect(await refusal([sent(der)], await trusting(anchor))).toContain(reason);
  });

  it('attack 15: refuses a certificate cut off anywhere', async () => {
    const trusted = await trusting(anchor);
    for (let length = 1; length < good.der.length; length++) {
      expect(await refusal([sent(good.der.subarray(0, length))], trusted)).toContain('chain_invalid');
    }
  });

  it.each([
    ['without its padding', (text: string) => text.replace(/=+$/, '')],
    ['in base64url', (text: string) => text.replaceAll('+', '-').replaceAll('/', '_')],
    ['with a line break', (text: string) => `${text.slice(0, 64)}\n${text.slice(64)}`],
    ['with bits behind its last byte', (text: string) => text.replace(/.(=+)$/, 'B$1')],
  ] as const)('attack 15: refuses base64 %s', async (_, spoil) => {
    const end = paddedLeaf();
    expect(await refusal([{ text: spoil(end.text) }], await trusting(anchor))).toContain('standard base64');
  });

  it('attack 15: refuses an anchor in a bundle for the same flaws', async () => {
    const old = build({ subject: name('Root'), extensions: [], version: hex('') });
    await expect(trusting(old)).rejects.toThrow('not of version 3');
    await expect(trusting({ pem: pemOf(Buffer.concat([anchor.der, hex('00')])) })).rejects.toThrow(
      'left over',
    );
  });

  it('takes an anchor whose serial number an old CA left at zero, and no leaf like it', async () => {
    const old = root({ serial: integer(0) });
    expect((await resolve([leaf(old)], await trusting(old))).rung).toBe('ca');
    expect(() => readLeaf(leaf(old, { serial: integer(0) }).der)).toThrow('serial number is zero');
  });
});
