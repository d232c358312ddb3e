import { createPublicKey, type KeyObject } from 'node:crypto';
import { WorkloadIdentityError } from '@workload-identity/contract';
import { CURVES, type CurveEntry } from './curves.ts';
import { failureCode } from './failure-code.ts';
import type { KeySettings } from './options.ts';
import type { Token } from './token.ts';

/** The public half of a key pair on a token. */
export interface TokenPublicKey {
  readonly curve: CurveEntry;
  readonly key: KeyObject;
  readonly spki: Uint8Array;
}

const refuse = (detail: string) => new WorkloadIdentityError('key_invalid', { detail });

function read({ calls, session }: Token, object: Buffer, type: number): Buffer | undefined {
  try {
    return calls.C_GetAttributeValue(session, object, [{ type }])[0]?.value;
  } catch (error) {
    if (failureCode(error) === 'CKR_ATTRIBUTE_TYPE_INVALID') return undefined;
    throw error;
  }
}

/** Finds EC keys, up to three: enough to see that there is not exactly one. */
export function findKeys(
  { library, calls, session }: Token,
  half: 'private' | 'public',
  { label, id }: KeySettings,
): Buffer[] {
  const template = [
    { type: library.CKA_CLASS, value: half === 'private' ? library.CKO_PRIVATE_KEY : library.CKO_PUBLIC_KEY },
    { type: library.CKA_KEY_TYPE, value: library.CKK_EC },
    ...(label === undefined ? [] : [{ type: library.CKA_LABEL, value: label }]),
    ...(id === undefined ? [] : [{ type: library.CKA_ID, value: id }]),
  ];
  calls.C_FindObjectsInit(session, template);
  try {
    return calls.C_FindObjects(session, 3);
  } finally {
    calls.C_FindObjectsFinal(session);
  }
}

function theOne(name: string, half: 'private' | 'public', found: readonly Buffer[]): Buffer {
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  if (first !== undefined)
    throw refuse(`${name}: the token has several ${half} EC keys of this name; name the key by label and id`);
  throw refuse(
    half === 'private'
      ? `${name}: the token has no private EC key of this name. Create one with createPkcs11KeyPair, or compare label and id`
      : `${name}: the token has the private key but no public key object beside it. Import it with the same CKA_ID`,
  );
}

/** Finds the private key, and the public key that belongs to it. @throws WorkloadIdentityError `key_invalid` */
export function findKeyPair(token: Token, name: string, settings: KeySettings) {
  const privateKey = theOne(name, 'private', findKeys(token, 'private', settings));
  const id = read(token, privateKey, token.library.CKA_ID);
  const same = id === undefined || id.length === 0 ? settings : { label: undefined, id };
  return { privateKey, publicKey: theOne(name, 'public', findKeys(token, 'public', same)) };
}

/** CKA_EC_POINT is an OCTET STRING around the point; some tokens leave the wrapping off. */
function pointOf(value: Buffer, { half }: CurveEntry): Buffer {
  const point = 2 * half + 1;
  const wrapped = value.length === point + 2 && value[0] === 0x04 && value[1] === point;
  return wrapped ? value.subarray(2) : value;
}

/** Reads the public key object as certificates write it. @throws WorkloadIdentityError `key_invalid` */
export function readPublicKey(token: Token, name: string, object: Buffer): TokenPublicKey {
  const params = read(token, object, token.library.CKA_EC_PARAMS);
  const curve = Object.values(CURVES).find((entry) => params?.equals(entry.params));
  if (curve === undefined)
    throw refuse(`${name} is on a curve other than P-256 and P-384. Create one on P-256`);
  const point = pointOf(read(token, object, token.library.CKA_EC_POINT) ?? Buffer.of(), curve);
  const spki = Buffer.concat([curve.spkiPrefix, point]);
  try {
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    // Node reads hybrid points too, which certificates do not have (RFC 5480 section 2.2).
    const uncompressed = point[0] === 0x04;
    if (uncompressed && key.export({ format: 'der', type: 'spki' }).equals(spki)) return { curve, key, spki };
  } catch {
    // Said below.
  }
  throw refuse(`${name}: the public key object on the token is damaged`);
}

/** Reads an attribute that is true or false; undefined where the token does not say. */
export function readFlag(token: Token, object: Buffer, type: number): boolean | undefined {
  const value = read(token, object, type);
  return value === undefined || value.length !== 1 ? undefined : value[0] !== 0;
}
