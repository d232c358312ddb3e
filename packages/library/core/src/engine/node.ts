import { createHash, createHmac, hkdfSync, sign, verify } from 'node:crypto';
import { encodeSegment } from '../jws/base64url.ts';
import { toDer, toRaw } from './ecdsa-der.ts';
import type { Engine, EngineKey, MaybePromise, ThreadPool, TokenSigner } from './engine.ts';
import { type NodeHandle, nodeKeys } from './node-keys.ts';
import { sameMac } from './same-mac.ts';
import { SealedKey } from './sealed-key.ts';
import { poolPolicy } from './thread-pool.ts';
import { tokenId } from './token-id.ts';

function signature(handle: NodeHandle, input: string): string {
  if (handle.mac !== undefined) return handle.mac(input, input.length);
  const made = sign(handle.hash, Buffer.from(input, 'latin1'), handle.key);
  const raw = handle.kind === 'EC' ? toRaw(made, (handle.signatureBytes as number) / 2) : made;
  return raw.toString('base64url');
}

function signer(key: EngineKey, header: Readonly<Record<string, unknown>>): TokenSigner {
  const handle = SealedKey.open<NodeHandle>(key);
  const prefix = `${Buffer.from(JSON.stringify(header)).toString('base64url')}.`;
  return (payload) => {
    const input = prefix + encodeSegment(payload);
    return `${input}.${signature(handle, input)}`;
  };
}

function verifyToken(
  key: EngineKey,
  token: string,
  signingInputLength: number,
  threadPool: ThreadPool = 'never',
): MaybePromise<boolean> {
  const { hash, key: verifier, kind, mac, signatureBytes } = SealedKey.open<NodeHandle>(key);
  const text = token.slice(signingInputLength + 1);
  if (mac !== undefined) return sameMac(mac(token, signingInputLength), text);
  const given = Buffer.from(text, 'base64url');
  if (signatureBytes !== undefined && given.length !== signatureBytes) return false;
  const data = Buffer.from(token.slice(0, signingInputLength), 'latin1');
  const signed = kind === 'EC' ? toDer(given) : given;
  if (!poolPolicy.wants(threadPool)) return verify(hash, data, verifier, signed);
  return poolPolicy.run((done) => verify(hash, data, verifier, signed, done));
}

/** The engine on Node: `node:crypto`, keys and options prepared once; synchronous, but for what goes to the thread pool. */
export const engine: Engine = {
  ...nodeKeys,
  signer,
  verify: verifyToken,
  sha256: (data) => createHash('sha256').update(data).digest(),
  hmacSha256: (secret, data) => createHmac('sha256', secret).update(data).digest(),
  hkdfSha256: (secret, info, length) =>
    new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(), info, length)),
  tokenId,
};
