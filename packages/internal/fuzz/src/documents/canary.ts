import { createHash } from 'node:crypto';
import { pairKey } from '../world/keys.ts';

/** A secret that was put where none belongs. No part of it may be in anything that is written down. */
export interface Canary {
  readonly name: string;
  /** As it stands in a document. */
  readonly value: unknown;
  /** The texts of which no part may be shown. */
  readonly secrets: readonly string[];
}

const bytes = createHash('sha256').update('a secret in the wrong place').digest();
const { privateKey } = pairKey('ES256', 'a key in the wrong place');
const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
const jwk = privateKey.export({ format: 'jwk' }) as Readonly<Record<string, string>>;
const body = pem.split('\n').slice(1, -2).join('');
const token = `eyJhbGciOiJIUzI1NiJ9.${bytes.toString('base64url')}.${bytes.toString('base64url')}`;

const text = (name: string, value: string, secrets: readonly string[] = [value]): Canary => ({
  name,
  value,
  secrets,
});

/** Secrets that cannot be taken for anything else. */
export const CANARIES: readonly Canary[] = [
  text('base64', bytes.toString('base64')),
  text('base64url', bytes.toString('base64url')),
  text('hex', bytes.toString('hex')),
  text('PEM', pem, [body]),
  text('PEM on one line', pem.replaceAll('\n', ' '), [body]),
  text('a JWK as text', JSON.stringify(jwk), [jwk['d'] as string]),
  { name: 'a JWK', value: jwk, secrets: [jwk['d'] as string] },
  { name: 'a JWK in a list', value: [jwk], secrets: [jwk['d'] as string] },
  text('a token', token, [bytes.toString('base64url')]),
];

/** Secrets that a person chose: they may be put where a reference to one belongs. */
export const SHORT_CANARIES: readonly Canary[] = [
  text('a passphrase', 'correct horse battery staple'),
  text('a password', 'Tr0ub4dor&3'),
  text('a PIN', '4711-0815'),
];

const WINDOW = 10;
// Whatever is shown of a secret in one piece is found from 13 characters on, and a short secret as a whole.
const STEP = 4;

/** The part of a secret that stands in a text, if one does. */
export function leakOf(written: string, { secrets }: Canary): string | undefined {
  for (const secret of secrets) {
    const size = Math.min(WINDOW, secret.length);
    for (let at = 0; at + size <= secret.length; at += STEP) {
      const part = secret.slice(at, at + size);
      if (written.includes(part)) return part;
    }
  }
  return undefined;
}

/** All that somebody could log of an error. */
export function writtenOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, stack = '', cause } = error;
  const more = JSON.stringify(error, Object.getOwnPropertyNames(error)) ?? '';
  return [message, stack, more, cause === undefined ? '' : writtenOf(cause)].join('\n');
}
