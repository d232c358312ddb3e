import { createHash, verify } from 'node:crypto';
import { WorkloadIdentityError } from '@workload-identity/contract';
import type { CurveEntry } from './curves.ts';
import type { TokenPublicKey } from './key-pair.ts';
import type { Token } from './token.ts';

/** One number of a signature, as DER: positive, and as short as it can be. */
function integer(bytes: Buffer): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const rest = bytes.subarray(start);
  const pad = (rest[0] ?? 0) >= 0x80 ? [0] : [];
  return Buffer.from([0x02, rest.length + pad.length, ...pad, ...rest]);
}

/** The signature of a token, R and S of the same length, as certificates write it (RFC 3279 section 2.2.3). */
export function derSignature(raw: Buffer): Buffer {
  const half = raw.length / 2;
  const numbers = Buffer.concat([integer(raw.subarray(0, half)), integer(raw.subarray(half))]);
  return Buffer.concat([Buffer.from([0x30, numbers.length]), numbers]);
}

/** The hash is taken here and signed as it is, unless the token signs only what it hashes itself. */
function inputFor({ library, calls, slot }: Token, curve: CurveEntry, tbs: Uint8Array) {
  const offered = calls.C_GetMechanismList(slot);
  if (offered.includes(library.CKM_ECDSA))
    return { mechanism: library.CKM_ECDSA, data: createHash(curve.hash).update(tbs).digest() };
  if (offered.includes(library[curve.hashing]))
    return { mechanism: library[curve.hashing], data: Buffer.from(tbs) };
  throw new WorkloadIdentityError('key_invalid', {
    detail: `the token offers neither CKM_ECDSA nor ${curve.hashing}`,
  });
}

/**
 * Signs with a key of the token, and verifies what came back before anyone sees it.
 * @throws WorkloadIdentityError `key_invalid`
 */
export function signWith(
  token: Token,
  name: string,
  privateKey: Buffer,
  { curve, key }: TokenPublicKey,
  tbs: Uint8Array,
): Uint8Array {
  const { calls, session } = token;
  const { mechanism, data } = inputFor(token, curve, tbs);
  calls.C_SignInit(session, { mechanism }, privateKey);
  const raw = calls.C_Sign(session, data, Buffer.alloc(2 * curve.half));
  const signature = derSignature(raw);
  if (verify(curve.hash, tbs, key, signature)) return new Uint8Array(signature);
  throw new WorkloadIdentityError('key_invalid', {
    detail: `${name} returned a signature that is not by its public key. It was not used. Check that private and public key with this name are one pair`,
  });
}
