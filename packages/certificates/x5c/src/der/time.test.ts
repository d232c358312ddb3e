import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { time, tlv } from '../../test/support/der.ts';
import { DerReader } from './reader.ts';
import { readTime } from './time.ts';

const utc = (text: string): number => readTime(new DerReader(tlv(0x17, Buffer.from(text))));
const generalized = (text: string): number => readTime(new DerReader(tlv(0x18, Buffer.from(text))));

describe('point 3: times', () => {
  it('reads every second from 1950 to 9999 as it was written', () => {
    const last = Date.UTC(9999, 11, 31, 23, 59, 59) / 1000;
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1950) / 1000, max: last }), (seconds) => {
        expect(readTime(new DerReader(time(seconds)))).toBe(seconds);
      }),
      { numRuns: 2_000 },
    );
    expect(readTime(new DerReader(time(last)))).toBe(last);
  });

  it('knows which century a UTCTime is in', () => {
    expect(utc('500101000000Z')).toBe(Date.UTC(1950) / 1000);
    expect(utc('491231235959Z')).toBe(Date.UTC(2050) / 1000 - 1);
    expect(generalized('20500101000000Z')).toBe(Date.UTC(2050) / 1000);
  });

  it('knows leap years', () => {
    expect(utc('240229000000Z')).toBe(Date.UTC(2024, 1, 29) / 1000);
    expect(utc('000229000000Z')).toBe(Date.UTC(2000, 1, 29) / 1000);
    expect(() => utc('250229000000Z')).toThrow('does not exist');
    expect(() => generalized('21000229000000Z')).toThrow('does not exist');
  });

  it.each([
    '250001000000Z',
    '251301000000Z',
    '250100000000Z',
    '250132000000Z',
    '250431000000Z',
    '250101240000Z',
    '250101006000Z',
    '250101000060Z',
  ])('refuses %s', (text) => {
    expect(() => utc(text)).toThrow('does not exist');
  });

  it.each([
    '2501010000Z',
    '250101000000',
    '250101000000+0000',
    '25010100000aZ',
    '250101000000Z ',
    '-50101000000Z',
  ])('refuses the form %s', (text) => {
    expect(() => utc(text)).toThrow('wrong form');
    expect(() => generalized(`20${text}`)).toThrow('wrong form');
  });

  it('refuses a GeneralizedTime that a UTCTime could say, and other tags', () => {
    expect(() => generalized('20491231235959Z')).toThrow('wrong form');
    expect(() => readTime(new DerReader(tlv(0x16, Buffer.from('250101000000Z'))))).toThrow('wrong form');
  });
});
