import type { MintRequest } from '@workload-identity/core';
import { SERVICE } from './names.ts';

// As `JSON.stringify` writes the claims of a token without any of these.
const PLAIN_BYTES = 208;
const EXTENSION_BYTES = 3_900;

function extensionOf(bytes: number): Record<string, string> {
  const members: Record<string, string> = {};
  for (let left = bytes; left > 24; left -= 64) {
    members[`m${Object.keys(members).length}`] = 'x'.repeat(Math.max(1, Math.min(64, left) - 12));
  }
  return members;
}

/**
 * What to mint for a payload of about so many bytes: `ext` first, which the contract bounds at 4 KiB, then further
 * audiences, which it bounds at eight.
 */
export function requestOf(bytes: number): Partial<MintRequest> {
  const more = bytes - PLAIN_BYTES;
  if (more <= 0) return {};
  const extension = extensionOf(Math.min(more, EXTENSION_BYTES));
  const rest = more - EXTENSION_BYTES;
  if (rest <= 0) return { extension };
  const others = Math.ceil(rest / 2_000);
  const audiences = Array.from({ length: others }, (_, at) =>
    `https://audience-${at}.example.com/`.padEnd(Math.floor(rest / others) - 3, 'x'),
  );
  return { extension, audience: [SERVICE, ...audiences] };
}
