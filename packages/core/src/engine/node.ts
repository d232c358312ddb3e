import { createHash, createHmac, hkdfSync, randomBytes, sign, timingSafeEqual, verify } from 'node:crypto';
import { toDer, toRaw } from './ecdsa-der.ts';
import type { Engine, EngineKey, TokenSigner } from './engine.ts';
import { type NodeHandle, nodeKeys } from './node-keys.ts';

function hmac({ hash, key }: NodeHandle, input: string): Buffer {
  return createHmac(hash as string, key)
    .update(input, 'latin1')
    .digest();
}

function signature(handle: NodeHandle, input: string): Buffer {
  if (handle.kind === 'oct') return hmac(handle, input);
  const made = sign(handle.hash, Buffer.from(input, 'latin1'), handle.scheme);
  return handle.kind === 'EC' ? toRaw(made, (handle.signatureBytes as number) / 2) : made;
}

function signer(key: EngineKey, header: Readonly<Record<string, unknown>>): TokenSigner {
  const handle = key.handle as NodeHandle;
  const prefix = `${Buffer.from(JSON.stringify(header)).toString('base64url')}.`;
  return (payload) => {
    const input = prefix + Buffer.from(payload).toString('base64url');
    return `${input}.${signature(handle, input).toString('base64url')}`;
  };
}

function verifyToken(key: EngineKey, token: string, signingInputLength: number): boolean {
  const handle = key.handle as NodeHandle;
  const { kind, signatureBytes } = handle;
  const given = Buffer.from(token.slice(signingInputLength + 1), 'base64url');
  if (signatureBytes !== undefined && given.length !== signatureBytes) return false;
  const input = token.slice(0, signingInputLength);
  if (kind === 'oct') return timingSafeEqual(hmac(handle, input), given);
  return verify(
    handle.hash,
    Buffer.from(input, 'latin1'),
    handle.scheme,
    kind === 'EC' ? toDer(given) : given,
  );
}

/** The engine on Node: `node:crypto`, synchronous, keys and options prepared once. */
export const engine: Engine = {
  ...nodeKeys,
  signer,
  verify: verifyToken,
  sha256: (data) => createHash('sha256').update(data).digest(),
  hmacSha256: (secret, data) => createHmac('sha256', secret).update(data).digest(),
  hkdfSha256: (secret, info, length) =>
    new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(), info, length)),
  randomBytes: (length) => randomBytes(length),
};
