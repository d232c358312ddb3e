import { isWorkloadIdentityError } from '@workload-identity/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeHeader, decodePayload, splitToken } from './compact.ts';

// The form of a token said once more and in another way: what the parts look like, not what they decode to.
const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;
const INDEX = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

function endsOnByte(segment: string): boolean {
  const last = INDEX.indexOf(segment.at(-1) ?? '');
  return [true, false, (last & 15) === 0, (last & 3) === 0][segment.length % 4] ?? false;
}

const isStrict = (token: string): boolean => COMPACT.test(token) && token.split('.').every(endsOnByte);

function isTaken(token: string): boolean {
  try {
    const compact = splitToken(token);
    decodePayload(compact);
    decodeHeader(compact.header);
    return true;
  } catch (error) {
    // A header of the wrong members was read: its spelling was strict.
    return !isWorkloadIdentityError(error, 'token_malformed');
  }
}

// Letters, both alphabets of base64, padding, dots, white space, and characters whose low byte is a letter.
const near = fc.string({
  unit: fc.constantFrom(
    ...'AQgw09zZ-_+/=. \n\0',
    '\u00c1',
    '\u0141',
    '\u2041',
    '\ufeff',
    '\ud800',
    '\u{1f600}',
  ),
  maxLength: 12,
});
const segment = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 24 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
  fc.constant('e30'),
  near,
);
const token = fc.oneof(
  fc.tuple(fc.constantFrom('e30', 'eyJhIjoxfQ'), segment, segment).map((parts) => parts.join('.')),
  fc.array(segment, { maxLength: 5 }).map((parts) => parts.join('.')),
  near,
);

test('attack 32: a token is cut exactly where it is three segments of strict base64url', () => {
  fc.assert(
    fc.property(token, (text) => {
      const [header = ''] = text.split('.');
      const parses = isStrict(text) && isJson(Buffer.from(header, 'base64url'));
      expect(isTaken(text)).toBe(parses);
    }),
    { numRuns: 20_000 },
  );
});

test('attack 32: one changed character of a token is another token, or none', () => {
  const payload = fc.uint8Array({ minLength: 1, maxLength: 40 });
  const change = fc.string({ unit: 'binary', minLength: 0, maxLength: 2 });
  fc.assert(
    fc.property(payload, fc.nat(), change, (bytes, at, put) => {
      const before = `e30.${Buffer.from(bytes).toString('base64url')}.AAAA`;
      const where = at % before.length;
      const after = before.slice(0, where) + put + before.slice(where + 1);
      if (after === before || !isTaken(after)) return;
      expect(isStrict(after)).toBe(true);
      expect(after.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'))).not.toEqual(
        before.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1')),
      );
    }),
    { numRuns: 5_000 },
  );
});

function isJson(bytes: Uint8Array): boolean {
  try {
    const value: unknown = JSON.parse(
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes),
    );
    return value !== undefined;
  } catch {
    return false;
  }
}

test('a payload that is not UTF-8 is no JSON, and one that is comes out as it went in', () => {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const text = fc.string({ unit: 'binary' }).map((value) => Buffer.from(value));
  const replaced = fc.tuple(text, text).map((parts) => Buffer.concat([...parts, Buffer.from('\ufffd')]));
  const bytes = fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 24 }), text, replaced);
  fc.assert(
    fc.property(
      bytes.filter(({ length }) => length > 0),
      (payload) => {
        const token = `e30.${Buffer.from(payload).toString('base64url')}.AAAA`;
        let expected = '';
        try {
          expected = decoder.decode(payload);
        } catch {}
        expect(decodePayload(splitToken(token))).toBe(expected);
      },
    ),
    { numRuns: 10_000 },
  );
});
