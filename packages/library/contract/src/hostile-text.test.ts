import { describe, expect, it } from 'vitest';
import {
  isWorkloadIdentityError,
  parseSubjectPattern,
  parseTrustDomain,
  parseWorkloadId,
  readClaims,
  readHeader,
} from './index.ts';
import { claimsSchema, headerSchema, subjectPatternSchema, workloadIdSchema } from './schemas.ts';

const ID = 'spiffe://prod.example.com/orders';
const good = { ver: 1, iss: ID, sub: ID, aud: 'billing', iat: 100, exp: 400, jti: 'a'.repeat(16) };
const invalid = expect.objectContaining({ name: 'WorkloadIdentityError', code: 'claims_invalid' });

describe('readClaims and time', () => {
  const long = 'a'.repeat(1_048_576);
  const hostile = [
    long,
    `spiffe://${long}/a`,
    `spiffe://a/${long}`,
    `spiffe://a${'/a'.repeat(524_288)}`,
    `spiffe://a${'/..'.repeat(349_525)}`,
    `https://${long}`,
    `https://a${'/a'.repeat(524_288)}!`,
    `${long}\n`,
    '.'.repeat(1_048_576),
    '/'.repeat(1_048_576),
  ];

  function elapsed(payload: unknown): number {
    const start = performance.now();
    try {
      readClaims(payload);
    } catch {
      // Refused, as the test has seen.
    }
    return performance.now() - start;
  }

  it.each(['iss', 'sub', 'aud', 'jti', 'txn'])('attack 24: refuses 1 MiB of %s in under 5 ms', (name) => {
    for (const value of hostile) {
      const payload = { ...good, [name]: value };
      expect(() => readClaims(payload)).toThrow(invalid);
      expect(Math.min(...[1, 2, 3, 4, 5].map(() => elapsed(payload)))).toBeLessThan(5);
    }
  });

  it('attack 24: gives one answer a thousand times', () => {
    for (let at = 0; at < 1_000; at++) {
      expect(readClaims(good).sub).toBe(ID);
      expect(() => readClaims({ ...good, sub: `${ID}/` })).toThrow(invalid);
    }
  });
});

describe('1 MiB of hostile text', () => {
  const long = 'a'.repeat(1_048_576);
  const hostile = [
    long,
    `spiffe://${long}/a`,
    `spiffe://a${'/a'.repeat(524_288)}/`,
    `spiffe://a${'/..'.repeat(349_525)}`,
    `spiffe://a${'/a'.repeat(524_288)}/**`,
    `https://a${'/a'.repeat(524_288)}!`,
    `https://${'a.'.repeat(524_288)}`,
    `${'A'.repeat(1_048_575)}=`,
    '*'.repeat(1_048_576),
  ];
  const readers = {
    parseWorkloadId,
    parseTrustDomain,
    parseSubjectPattern,
    'workloadIdSchema.parse': (text: string) => workloadIdSchema.safeParse(text),
    'subjectPatternSchema.parse': (text: string) => subjectPatternSchema.safeParse(text),
    'claimsSchema.parse': (text: string) =>
      claimsSchema.safeParse({ ver: 1, iss: text, sub: text, aud: text, txn: text }),
    'headerSchema.parse': (text: string) =>
      headerSchema.safeParse({ typ: 'wid+jwt', alg: 'ES256', x5c: [text] }),
    'readHeader, kid': (text: string) => readHeader({ typ: 'wid+jwt', alg: 'ES256', kid: text }),
    'readHeader, x5c': (text: string) => readHeader({ typ: 'wid+jwt', alg: 'ES256', x5c: [text] }),
  };

  it.each(Object.entries(readers))('costs %s linear time', (_, read) => {
    for (const text of hostile) {
      const start = performance.now();
      try {
        read(text);
      } catch (error) {
        if (!isWorkloadIdentityError(error)) throw error;
      }
      // A quadratic match would take minutes.
      expect(performance.now() - start).toBeLessThan(500);
    }
  });
});
