import { randomBytes } from 'node:crypto';
import { WorkloadIdentityError } from '@workload-identity/contract';
import { CURVES } from './curves.ts';
import { checkCustody } from './custody.ts';
import { explain } from './explain.ts';
import { findKeys, readPublicKey } from './key-pair.ts';
import { openModule } from './module.ts';
import {
  copyOptions,
  nameOf,
  type Pkcs11Algorithm,
  type Pkcs11KeyPairOptions,
  readKeyOptions,
  readTokenOptions,
} from './options.ts';
import { closeToken, openToken, readPin, type Token } from './token.ts';

/** A key pair that was created in a token. */
export interface Pkcs11KeyPair {
  /** CKA_ID of both keys, in hex. */
  readonly keyId: string;
  readonly algorithm: Pkcs11Algorithm;
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
}

function generate(token: Token, label: string, id: Buffer, params: Buffer) {
  const { library, calls, session } = token;
  const both = [
    { type: library.CKA_TOKEN, value: true },
    { type: library.CKA_LABEL, value: label },
    { type: library.CKA_ID, value: id },
  ];
  return calls.C_GenerateKeyPair(
    session,
    { mechanism: library.CKM_EC_KEY_PAIR_GEN },
    [...both, { type: library.CKA_EC_PARAMS, value: params }, { type: library.CKA_VERIFY, value: true }],
    [
      ...both,
      { type: library.CKA_PRIVATE, value: true },
      { type: library.CKA_SENSITIVE, value: true },
      { type: library.CKA_EXTRACTABLE, value: false },
      { type: library.CKA_SIGN, value: true },
    ],
  );
}

function create(token: Token, name: string, label: string, id: Buffer, params: Buffer) {
  for (const half of ['private', 'public'] as const) {
    for (const named of [
      { label, id: undefined },
      { label: undefined, id },
    ]) {
      if (findKeys(token, half, named).length === 0) continue;
      throw new WorkloadIdentityError('key_invalid', {
        detail: `${name} exists already. Nothing was changed; choose another label or id`,
      });
    }
  }
  const pair = generate(token, label, id, params);
  try {
    checkCustody(token, name, pair.privateKey, false);
    return readPublicKey(token, name, pair.publicKey);
  } catch (error) {
    for (const half of [pair.privateKey, pair.publicKey]) token.calls.C_DestroyObject(token.session, half);
    throw error;
  }
}

/**
 * Creates an EC key pair in a token, for {@link pkcs11CaKey}. The private key is not extractable, and sensitive; what the
 * token says of that is read back, and a key of which it says otherwise is destroyed again.
 * @throws TypeError when an option is misused
 * @throws WorkloadIdentityError as {@link pkcs11CaKey} does; `key_invalid` also when a key of this label or id exists
 */
export async function createPkcs11KeyPair(given: Pkcs11KeyPairOptions): Promise<Pkcs11KeyPair> {
  const options = copyOptions(given);
  const settings = readTokenOptions(options, []);
  const { id = randomBytes(16) } = readKeyOptions(options);
  const { keyLabel, algorithm = 'ECDSA_P256_SHA256' } = options;
  if (keyLabel === undefined) throw new TypeError('`keyLabel` is required');
  const name = nameOf(options);
  const pin = await readPin(settings);
  const module = await openModule(settings.module);
  try {
    const token = openToken(module, settings, pin, true);
    try {
      const { spki } = create(token, name, keyLabel, id, CURVES[algorithm].params);
      return { keyId: id.toString('hex'), algorithm, spki: Uint8Array.from(spki) };
    } finally {
      closeToken(token);
    }
  } catch (error) {
    throw explain(name, error);
  } finally {
    module.release();
  }
}
