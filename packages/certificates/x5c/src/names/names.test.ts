import { describe, expect, it } from 'vitest';
import { dns, name, uri } from '../../test/support/build.ts';
import {
  type Bytes,
  explicit,
  hex,
  ia5,
  implicit,
  oid,
  printable,
  seq,
  set,
  tlv,
  utf8,
} from '../../test/support/der.ts';
import { DerReader } from '../der/reader.ts';
import { Flaw } from '../flaw.ts';
import { readNameConstraints } from './constraints.ts';
import { readName } from './distinguished-name.ts';
import { readGeneralName } from './general-name.ts';
import { checkName } from './match.ts';

const email = (text: string): Bytes => implicit(1, Buffer.from(text));
const ip = (bytes: string): Bytes => implicit(7, hex(bytes));
const directory = (value: Bytes): Bytes => explicit(4, value);
const attribute = (id: string, value: Bytes): Bytes => set(seq(oid(id), value));
const CN = '2.5.4.3';
const O = '2.5.4.10';

const read = (bytes: Bytes) => readGeneralName(new DerReader(bytes).readAny());
const constraints = (kind: 'permitted' | 'excluded', base: Bytes) =>
  readNameConstraints(seq(explicit(kind === 'permitted' ? 0 : 1, seq(base))));

/** Whether a name is certified under one constraint. */
function passes(kind: 'permitted' | 'excluded', base: Bytes, value: Bytes): boolean {
  const limits = constraints(kind, base);
  const certified = read(value);
  try {
    checkName(certified, [limits]);
    return true;
  } catch (error) {
    if (!(error instanceof Flaw)) throw error;
    return false;
  }
}

// Constraint, name, whether the name is within.
const WITHIN: readonly (readonly [string, Bytes, Bytes, boolean])[] = [
  ['DNS: itself', dns('example.com'), dns('example.com'), true],
  ['DNS: in another case', dns('Example.com'), dns('eXample.COM'), true],
  ['DNS: below', dns('example.com'), dns('a.b.example.com'), true],
  ['DNS: a name with the same end', dns('example.com'), dns('notexample.com'), false],
  ['DNS: above', dns('a.example.com'), dns('example.com'), false],
  ['DNS: everything', dns(''), dns('example.com'), true],
  ['DNS: a wildcard within', dns('example.com'), dns('*.example.com'), true],
  ['email: the mailbox', email('a@example.com'), email('a@example.com'), true],
  ['email: the mailbox, its host in another case', email('a@EXAMPLE.com'), email('a@example.COM'), true],
  ['email: the mailbox in another case', email('a@example.com'), email('A@example.com'), false],
  ['email: another mailbox', email('a@example.com'), email('b@example.com'), false],
  ['email: all of a host', email('example.com'), email('a@example.com'), true],
  ['email: a host below', email('example.com'), email('a@mail.example.com'), false],
  ['email: all hosts below', email('.example.com'), email('a@mail.example.com'), true],
  ['email: the apex of all hosts below', email('.example.com'), email('a@example.com'), false],
  ['IPv4: within', ip('0a000000ff000000'), ip('0a010203'), true],
  ['IPv4: outside', ip('0a000000ff000000'), ip('0b010203'), false],
  ['IPv4: one address', ip('0a010203ffffffff'), ip('0a010203'), true],
  ['IPv4: everything', ip('0000000000000000'), ip('0a010203'), true],
  [
    'IPv6: within',
    ip(`20010db8${'00'.repeat(12)}ffffffff${'00'.repeat(12)}`),
    ip(`20010db8${'11'.repeat(12)}`),
    true,
  ],
  [
    'IPv6: outside',
    ip(`20010db8${'00'.repeat(12)}ffffffff${'00'.repeat(12)}`),
    ip(`20010db9${'11'.repeat(12)}`),
    false,
  ],
  ['IPv4 and IPv6', ip(`${'00'.repeat(32)}`), ip('0a010203'), false],
  ['directory: itself', directory(name('a')), directory(name('a')), true],
  ['directory: everything', directory(seq()), directory(name('a')), true],
  [
    'directory: below',
    directory(seq(attribute(O, utf8('o')))),
    directory(seq(attribute(O, utf8('o')), attribute(CN, utf8('a')))),
    true,
  ],
  [
    'directory: above',
    directory(seq(attribute(O, utf8('o')), attribute(CN, utf8('a')))),
    directory(seq(attribute(O, utf8('o')))),
    false,
  ],
  ['directory: another attribute', directory(seq(attribute(O, utf8('a')))), directory(name('a')), false],
  [
    'directory: another kind of string',
    directory(name('a')),
    directory(seq(attribute(CN, printable('A')))),
    true,
  ],
  ['directory: BMPString', directory(name('a')), directory(seq(attribute(CN, tlv(0x1e, hex('0041'))))), true],
  [
    'directory: UniversalString',
    directory(name('a')),
    directory(seq(attribute(CN, tlv(0x1c, hex('00000041'))))),
    true,
  ],
  ['directory: spaces', directory(name('a b')), directory(name('  A   B ')), true],
  ['directory: a composed letter', directory(name('é')), directory(name('e\u0301')), true],
  ['URI: its host', uri('a.example.com'), uri('spiffe://a.example.com/x'), true],
  ['URI: its host before a port', uri('a.example.com'), uri('https://a.example.com:443/x'), true],
  ['URI: the same start', uri('a.example.com'), uri('https://a.example.com.evil.org/x'), false],
];

describe('point 6: names within constraints', () => {
  it.each(WITHIN)('%s', (_, base, value, within) => {
    expect(passes('permitted', base, value)).toBe(within);
    expect(passes('excluded', base, value)).toBe(!within);
  });

  it('a wildcard is refused by both where it stands for names inside and outside', () => {
    expect(passes('permitted', dns('a.example.com'), dns('*.example.com'))).toBe(false);
    expect(passes('excluded', dns('a.example.com'), dns('*.example.com'))).toBe(false);
    expect(passes('excluded', dns('a.example.org'), dns('*.example.com'))).toBe(true);
  });

  it('constraints on one form say nothing of another', () => {
    expect(passes('permitted', dns('example.org'), uri('spiffe://example.com/x'))).toBe(true);
    expect(passes('permitted', explicit(3, seq()), explicit(5, seq()))).toBe(true);
    expect(passes('permitted', explicit(3, seq()), explicit(3, seq()))).toBe(false);
  });

  it.each([
    'urn:a:b',
    'mailto:a@example.com',
    'spiffe:///x',
    'spiffe://user@a.example.com/x',
    'spiffe://[::1]/x',
    'https://a.example.com:port/',
  ])('refuses %s wherever URIs are constrained', (text) => {
    expect(passes('permitted', uri('a.example.com'), uri(text))).toBe(false);
    expect(passes('excluded', uri('b.example.com'), uri(text))).toBe(false);
  });
});

describe('point 6: malformed names', () => {
  it.each([
    dns(''),
    dns('.example.com'),
    dns('example.com.'),
    dns('a..b'),
    dns('-a.com'),
    dns('a-.com'),
    dns('a_b.com'),
    dns('*'),
    dns('*.*.com'),
    dns('a.*.com'),
    dns('a*.com'),
    dns(' a.com'),
    dns('1.2.3.4'),
    dns(`${'a'.repeat(64)}.com`),
    dns(`${'a.'.repeat(130)}com`),
    email('a'),
    email('@example.com'),
    email('a@'),
    email('a@b@example.com'),
    email('a b@example.com'),
    email('a@-b.com'),
    uri(''),
    uri('no-scheme'),
    uri('1a:b'),
    uri('a:'),
    uri('a:b c'),
    ip(''),
    ip('0a0102'),
    ip('0a010203ff'),
    explicit(4, name('a'), name('b')),
    explicit(4),
    tlv(0x81, hex('ff')),
    implicit(9, hex('00')),
    tlv(0x80, hex('00')),
    tlv(0xa6, hex('00')),
  ])('refuses the name %#', (bytes) => {
    expect(() => read(bytes)).toThrow(Flaw);
  });

  it.each([
    dns('.example.com'),
    dns('*.example.com'),
    dns('a_b.com'),
    email('a@b@c.com'),
    email('*.example.com'),
    email('@example.com'),
    uri(''),
    uri('..example.com'),
    uri('https://a.com'),
    uri('*.example.com'),
    uri('a.com:443'),
    uri('a/b'),
    ip('0a000000'),
    ip('0a000000ff00ff00'),
    ip('0a00000000ffffff'),
    ip('00'.repeat(16)),
    ip('00'.repeat(31)),
    explicit(4, name('a'), name('b')),
    implicit(9, hex('00')),
  ])('refuses the constraint %#', (base) => {
    expect(() => constraints('permitted', base)).toThrow(Flaw);
    expect(() => constraints('excluded', base)).toThrow(Flaw);
  });
});

describe('distinguished names', () => {
  it('finds the addresses in them', () => {
    expect(readName(seq(attribute('1.2.840.113549.1.9.1', ia5('a@example.com')))).emails).toEqual([
      'a@example.com',
    ]);
  });

  it.each([
    ['an asterisk in a PrintableString', printable('a*')],
    ['a letter in a NumericString', tlv(0x12, Buffer.from('1a'))],
    ['a byte outside ASCII in an IA5String', tlv(0x16, hex('e9'))],
    ['a control character in a TeletexString', tlv(0x14, hex('00'))],
    ['overlong UTF-8', tlv(0x0c, hex('c080'))],
    ['half a character', tlv(0x1e, hex('0041ff'))],
    ['a character beyond the last', tlv(0x1c, hex('00110000'))],
    ['what is no text', tlv(0x04, hex('00'))],
  ])('refuses %s', (_, value) => {
    expect(() => readName(seq(attribute(CN, value)))).toThrow('it has a name');
  });

  it('refuses a byte too many anywhere', () => {
    const good = seq(oid(CN), utf8('a'));
    expect(readName(seq(set(good))).parts).toHaveLength(1);
    for (const bad of [seq(oid(CN), utf8('a'), hex('0500')), oid(CN), seq(oid(CN))]) {
      expect(() => readName(seq(set(bad)))).toThrow(Flaw);
    }
    expect(() => readName(Buffer.concat([seq(), hex('00')]))).toThrow('left over');
  });

  it('takes the attributes of a part in the order of DER, each once', () => {
    const [a, b] = [seq(oid(CN), utf8('a')), seq(oid(O), utf8('b'))];
    expect(readName(seq(set(a, b))).parts).toHaveLength(1);
    expect(() => readName(seq(set(b, a)))).toThrow('order of DER');
    expect(() => readName(seq(set(a, a)))).toThrow('order of DER');
  });
});
