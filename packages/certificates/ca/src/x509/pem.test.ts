import { describe, expect, it } from 'vitest';
import { readPem, toPem } from './pem.ts';

const read = (text: string): readonly Uint8Array[] => readPem(text, 'CERTIFICATE', '`anchors[0]`');
const block = (base64: string): string =>
  `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;

describe('readPem', () => {
  it('reads what toPem writes, one block or several', () => {
    for (const length of [1, 47, 48, 49, 1_000]) {
      const der = new Uint8Array(length).fill(7);
      const pem = toPem(der, 'CERTIFICATE');
      expect(read(pem)).toEqual([der]);
      expect(read(`${pem}\r\n${pem}`)).toEqual([der, der]);
      expect(Math.max(...pem.split('\n').map((line) => line.length))).toBeLessThanOrEqual(64);
    }
  });

  it.each([
    ['nothing', ''],
    ['another label', block('AAAA').replaceAll('CERTIFICATE', 'PRIVATE KEY')],
    ['two labels', block('AAAA').replace('END CERTIFICATE', 'END X')],
    ['text before', `x\n${block('AAAA')}`],
    ['text behind', `${block('AAAA')}x`],
    ['base64 without its padding', block('AAA')],
    ['base64 with bits to spare', block('AAB=')],
    ['base64url', block('AA-_')],
    ['padding in the middle', block('AA==AAAA')],
    ['an empty block', block('')],
    ['a text of 300 KiB', block('A'.repeat(300 * 1024))],
  ])('refuses %s, without telling what it was', (_, text) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({
        code: 'config_invalid',
        message: expect.stringContaining('`anchors[0]` is not PEM from BEGIN CERTIFICATE to END CERTIFICATE'),
      }),
    );
  });
});
