import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bits, hex, integer, oid, seq, tlv } from '../../test/support/der.ts';
import { readOid } from './oid.ts';
import { DerReader, open } from './reader.ts';
import { readNamedBits, readSmallNumber, readUnsigned } from './values.ts';

describe('point 1: elements', () => {
  it('reads every length it can meet as it was written', () => {
    for (const length of [0, 1, 127, 128, 129, 255, 256, 257, 8_000, 65_535]) {
      const contents = Buffer.alloc(length, 7);
      const reader = new DerReader(tlv(0x04, contents));
      const element = reader.read(0x04);
      reader.finish();
      expect(Buffer.compare(element.contents, contents)).toBe(0);
      expect(element.bytes.length).toBeGreaterThan(length);
    }
  });

  it.each([
    ['a length of three bytes', '0483010000', 'out of range'],
    ['a length of 127 bytes', '04ff', 'out of range'],
    ['an indefinite length', '04800000', 'indefinite'],
    ['a short length in a long form', '048101ff', 'shortest form'],
    ['a length below 256 in two bytes', `0482007f${'00'.repeat(127)}`, 'shortest form'],
    ['a missing length', '04', 'ends early'],
    ['a missing byte of a length', '0481', 'ends early'],
    ['a missing second byte of a length', '048201', 'ends early'],
    ['missing contents', '040200', 'ends early'],
    ['a high tag number', '1f0100', 'high number'],
    ['nothing', '', 'ends early'],
  ])('refuses %s', (_, bytes, reason) => {
    expect(() => new DerReader(hex(bytes)).readAny()).toThrow(reason);
  });

  it('leaves nothing unread', () => {
    expect(() => open(Buffer.concat([seq(), hex('00')]), 0x30)).toThrow('left over');
    const reader = open(seq(integer(1), integer(2)), 0x30);
    reader.read(0x02);
    expect(reader.atEnd).toBe(false);
    expect(() => reader.finish()).toThrow('left over');
  });

  it('reads an optional element only where it is', () => {
    const reader = open(seq(integer(1)), 0x30);
    expect(reader.readOptional(0x01)).toBeUndefined();
    expect(reader.readOptional(0x02)?.contents).toEqual(Buffer.of(1));
    expect(reader.readOptional(0x02)).toBeUndefined();
    expect(() => reader.read(0x02)).toThrow('expected form');
  });
});

describe('point 1: values', () => {
  it('reads object identifiers of any size as they were written', () => {
    const arc = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 128n }), fc.bigInt({ min: 0n, max: 300n }));
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 }),
        fc.bigInt({ min: 0n, max: 39n }),
        fc.array(arc, { maxLength: 3 }),
        (root, second, rest) => {
          const text = [root, second, ...rest].join('.');
          expect(readOid(oid(text).subarray(2))).toBe(text);
        },
      ),
    );
    expect(readOid(oid('2.25.20814771685027270472755165375967673246.1').subarray(2))).toBe(
      '2.25.20814771685027270472755165375967673246.1',
    );
    expect(readOid(oid('2.999.3').subarray(2))).toBe('2.999.3');
  });

  it.each(['', '80', '2a80', '2a8001', '2a8180', '8001', '2a'.repeat(65)])(
    'refuses the object identifier %j',
    (bytes) => {
      expect(() => readOid(hex(bytes))).toThrow('object identifier');
    },
  );

  it('reads numbers in their shortest form alone', () => {
    expect(readUnsigned(hex('00'))).toEqual(hex('00'));
    expect(readUnsigned(hex('7f'))).toEqual(hex('7f'));
    expect(readUnsigned(hex('0080'))).toEqual(hex('80'));
    expect(readSmallNumber(hex('0100'))).toBe(256);
    expect(readSmallNumber(hex('00ffff'))).toBe(65_535);
    for (const bytes of ['', '80', 'ff', '0000', '007f'])
      expect(() => readUnsigned(hex(bytes))).toThrow('its DER');
    expect(() => readSmallNumber(hex('010000'))).toThrow('out of range');
  });

  it('reads named bits in their shortest form alone', () => {
    const read = (bytes: string, unused: number) => readNamedBits(bits(hex(bytes), unused).subarray(2));
    expect(read('80', 7)).toBe(1);
    expect(read('06', 1)).toBe((1 << 5) | (1 << 6));
    expect(read('0780', 7)).toBe((1 << 5) | (1 << 6) | (1 << 7) | (1 << 8));
    expect(read('ff', 0)).toBe(0xff);
    for (const [bytes, unused] of [
      ['80', 6],
      ['80', 0],
      ['00', 0],
      ['c0', 7],
      ['8000', 7],
      ['01', 8],
      ['01', 9],
    ] as const) {
      expect(() => read(bytes, unused)).toThrow('shortest form');
    }
    expect(() => readNamedBits(hex(''))).toThrow('without a bit');
    expect(() => readNamedBits(hex('00'))).toThrow('without a bit');
    expect(() => read('808080', 7)).toThrow('too many');
  });
});
