import { type CompactJWSHeaderParameters, CompactSign, compactVerify, errors } from 'jose';
import { toBase64url } from '../jws/base64url.ts';
import type { Engine, EngineKey, TokenSigner } from './engine.ts';
import { cryptoKeyOf, webKeys } from './web-keys.ts';

const utf8 = new TextEncoder();

function signer(key: EngineKey, header: Readonly<Record<string, unknown>>): TokenSigner {
  return (payload) =>
    new CompactSign(utf8.encode(payload))
      .setProtectedHeader(header as unknown as CompactJWSHeaderParameters)
      .sign(cryptoKeyOf(key));
}

async function verify(key: EngineKey, token: string): Promise<boolean> {
  // Both names of the one algorithm (RFC 9864).
  const algorithms = key.algorithm === 'Ed25519' ? ['Ed25519', 'EdDSA'] : [key.algorithm];
  try {
    await compactVerify(token, cryptoKeyOf(key), { algorithms });
    return true;
  } catch (error) {
    if (error instanceof errors.JOSEError) return false;
    throw error;
  }
}

// WebCrypto takes bytes that nobody else can change meanwhile.
function own(data: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(data);
}

/** The engine on WebCrypto, over jose: for runtimes without `node:crypto`. */
export const engine: Engine = {
  ...webKeys,
  signer,
  verify,
  async sha256(data) {
    return new Uint8Array(await crypto.subtle.digest('SHA-256', own(data)));
  },
  async hmacSha256(secret, data) {
    const parameters = { name: 'HMAC', hash: 'SHA-256' };
    const key = await crypto.subtle.importKey('raw', own(secret), parameters, false, ['sign']);
    return new Uint8Array(await crypto.subtle.sign('HMAC', key, own(data)));
  },
  async hkdfSha256(secret, info, length) {
    const key = await crypto.subtle.importKey('raw', own(secret), 'HKDF', false, ['deriveBits']);
    const parameters = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: own(info) };
    return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, length * 8));
  },
  tokenId: () => toBase64url(crypto.getRandomValues(new Uint8Array(16))),
};
