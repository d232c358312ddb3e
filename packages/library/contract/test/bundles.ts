import { expect } from 'vitest';
import { isWorkloadIdentityError } from '../src/index.ts';
import { parseTrustBundle } from '../src/schemas.ts';

export const DOMAIN = 'spiffe://prod.example.com';
export const ec = { kty: 'EC', alg: 'ES256', crv: 'P-256', x: 'A'.repeat(43), y: 'B'.repeat(43) };
export const pem = `-----BEGIN CERTIFICATE-----\n${'MIIB'.repeat(16)}\n-----END CERTIFICATE-----\n`;

export type Changes = Record<string, unknown>;

export const hmac = (changes: Changes = {}) => ({
  rung: 'hmac',
  issuer: 'self',
  keys: [{ secret: { env: 'SHARED' } }],
  subjects: [`${DOMAIN}/*`],
  ...changes,
});
export const asymmetric = (changes: Changes = {}) => ({
  rung: 'asymmetric',
  issuer: `${DOMAIN}/orders`,
  keys: [ec],
  subjects: [`${DOMAIN}/orders`],
  ...changes,
});
export const ca = (changes: Changes = {}) => ({
  rung: 'ca',
  issuer: 'certificate',
  anchors: [pem],
  subjects: [`${DOMAIN}/*`],
  ...changes,
});
export const bundle = (changes: Changes = {}) => ({
  version: 1,
  trustDomain: 'prod.example.com',
  sequence: 7,
  authorities: [hmac(), asymmetric(), ca()],
  ...changes,
});

/** The mistakes found in a bundle, one per line. */
export function mistakes(value: unknown): readonly string[] {
  try {
    parseTrustBundle(value);
  } catch (error) {
    if (!isWorkloadIdentityError(error, 'bundle_invalid')) throw error;
    const lines = error.message.split('\n');
    expect(lines[0]).toBe(
      `The trust bundle is not valid: ${lines.length - 2} mistake${lines.length === 3 ? '' : 's'}`,
    );
    return lines.slice(1, -1).map((line) => line.trim());
  }
  return [];
}

/** Expects exactly one mistake, and says where. */
export function mistake(value: unknown, at: string): string {
  const found = mistakes(value);
  expect(found).toHaveLength(1);
  expect(found[0]?.startsWith(`${at}: found `), found[0]).toBe(true);
  return found[0] ?? '';
}
