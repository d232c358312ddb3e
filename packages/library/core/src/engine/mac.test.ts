import { createHmac, createSecretKey } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { macUnder } from './mac.ts';
import { engine } from './node.ts';

const HASHES = ['sha256', 'sha384', 'sha512'] as const;

// RFC 4231: keys shorter than a block, as long as a hash, and longer than a block; data shorter and longer than a block.
const CASES = [
  {
    key: '0b'.repeat(20),
    data: 'Hi There',
    sha256: 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    sha384:
      'afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6',
    sha512:
      '87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854',
  },
  {
    key: Buffer.from('Jefe').toString('hex'),
    data: 'what do ya want for nothing?',
    sha256: '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    sha384:
      'af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649',
    sha512:
      '164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737',
  },
  {
    key: 'aa'.repeat(131),
    data: 'Test Using Larger Than Block-Size Key - Hash Key First',
    sha256: '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    sha384:
      '4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c60c2ef6ab4030fe8296248df163f44952',
    sha512:
      '80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598',
  },
] as const;

describe.each(HASHES)('HMAC by %s', (hash) => {
  test('gives what RFC 4231 says', () => {
    for (const vector of CASES) {
      const mac = macUnder(hash, createSecretKey(vector.key, 'hex'));
      expect(Buffer.from(mac(vector.data, vector.data.length), 'base64url').toString('hex')).toBe(
        vector[hash],
      );
    }
  });

  test('is of as many characters as it is asked for, however many calls came before', () => {
    const key = createSecretKey(Buffer.alloc(32, 7));
    const mac = macUnder(hash, key);
    const text = 'abcdefgh'.repeat(4_000);
    for (const length of [9, 8, 0, 1, 2_047, 2_048, 2_049, 16_384, 16_385, 32_000, 8]) {
      const expected = createHmac(hash, key).update(text.slice(0, length)).digest('base64url');
      expect(mac(text, length)).toBe(expected);
    }
  });
});

test('a key that is printed shows nothing of its secret', async () => {
  const secret = Buffer.from('c0ffee11deadbeef55aa66bb77cc88dd99ee00ff112233445566778899aabbcc', 'hex');
  const key = await engine.importSecret('HS256', secret);
  const shown = inspect(key, { depth: null, showHidden: true }) + JSON.stringify(key);
  const bytes = [secret, secret.map((byte) => byte ^ 0x36), secret.map((byte) => byte ^ 0x5c)];
  for (const part of bytes) {
    const start = Buffer.from(part.subarray(0, 4));
    expect(shown).not.toContain(start.toString('hex'));
    expect(shown).not.toContain([...start].join(','));
    expect(shown).not.toContain(start.toString('hex').replace(/(..)(?=.)/g, '$1 '));
  }
});
