import { describe, expect, test } from 'vitest';
import { parseBundleText } from './bundle-text.ts';

const refusal = (text: string): Promise<unknown> => parseBundleText(text).catch((error: unknown) => error);

describe('a bundle that is not JSON', () => {
  test.each([
    [
      'a comma too many',
      '{\n  "version": 1,\n}',
      'line 3, column 1: found `}`; allowed: no comma before `}`',
    ],
    [
      'a certificate with its line breaks',
      '{"anchors": ["-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"]}',
      'line 1, column 14: found `"`; allowed: a string on one line',
    ],
    ['a name twice', '{"version": 1, "version": 1}', 'line 1, column 16: found this name a second time'],
    ['a name twice, escaped', '{"a": 1, "\\u0061": 1}', 'line 1, column 10: found this name a second time'],
    ['half a surrogate pair', '{"a": "\ud800"}', 'a string is not well-formed'],
    ['deep nesting', '['.repeat(17) + ']'.repeat(17), 'it nests too deeply'],
  ])('is refused for %s, and the place is named', async (_, text, mistake) => {
    expect(await refusal(text)).toMatchObject({
      code: 'bundle_invalid',
      message: expect.stringContaining(mistake),
    });
  });

  test('is refused for a mistake beside a string of 8 MiB', async () => {
    const text = `{"a": "${'x'.repeat(8 * 1024 * 1024)}", "a": 1}`;
    expect(await refusal(text)).toMatchObject({
      code: 'bundle_invalid',
      message: expect.stringContaining('line 1, column 8388619: found this name a second time'),
    });
  });

  test('is not shown', async () => {
    expect(String(await refusal('{"secret": hidden-in-the-wrong-place}'))).not.toContain('hidden');
  });
});
