import { expect, it } from 'vitest';
import { makeStart } from '../certificates/chains.ts';
import { branch, encode, leaf, treeOf, walk } from './tree.ts';

it('puts a certificate together again as it was', () => {
  for (const { der } of makeStart().chains.flat()) {
    const tree = treeOf(der);
    expect(encode(tree).equals(der)).toBe(true);
    expect([...walk(tree)].length).toBeGreaterThan(30);
  }
});

it('writes lengths in every way', () => {
  const one = { ...branch(0x30, leaf(0x02, Buffer.of(5))) };
  const written = (length: (typeof one)['length']): string => encode({ ...one, length }).toString('hex');
  expect(written('short')).toBe('3003020105');
  expect(written('long')).toBe('308103020105');
  expect(written('longer')).toBe('308400000003020105');
  expect(written('indefinite')).toBe('30800201050000');
  expect(written('too much')).toBe('3004020105');
  expect(written('too little')).toBe('3002020105');
  expect(
    encode(leaf(0x04, Buffer.alloc(200)))
      .subarray(0, 3)
      .toString('hex'),
  ).toBe('0481c8');
});

it('takes apart what is in an OCTET STRING, and leaves what is not DER as it is', () => {
  expect(treeOf(Buffer.from('04050203010203', 'hex')).children?.[0]?.tag).toBe(0x02);
  expect(treeOf(Buffer.from('0403010203', 'hex')).children).toBeUndefined();
  expect(() => treeOf(Buffer.from('300302', 'hex'))).toThrow(TypeError);
});
