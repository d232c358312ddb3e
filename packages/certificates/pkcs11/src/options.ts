import type { CaAlgorithm } from '@workload-identity/ca';
import type { SecretReference } from '@workload-identity/contract';
import { readSecret, type SecretReader } from '@workload-identity/core';
import { describeLabel } from '@workload-identity/core/sources';

/** Where a key is: the module of the HSM's maker, and the token in it. */
export interface Pkcs11TokenOptions {
  /** Path of the PKCS#11 module, a shared library, such as `/usr/lib/softhsm/libsofthsm2.so`. */
  readonly module: string;
  /** Label of the token. Give either this or `slot`. */
  readonly tokenLabel?: string;
  /** Identifier of the slot the token is in. Give either this or `tokenLabel`, which survives a reordering of slots. */
  readonly slot?: number;
  /** Where the user PIN is. It is read for each login and not kept. */
  readonly pin: SecretReference;
  /** How the PIN is read. Default: from the environment or a file. */
  readonly readSecret?: SecretReader;
}

/** The signatures an HSM makes for certificates. */
export type Pkcs11Algorithm = Extract<CaAlgorithm, 'ECDSA_P256_SHA256' | 'ECDSA_P384_SHA384'>;

/** Settings of {@link pkcs11CaKey}. */
export interface Pkcs11CaKeyOptions extends Pkcs11TokenOptions {
  /** CKA_LABEL of the key pair. Give this, `keyId`, or both. */
  readonly keyLabel?: string;
  /** CKA_ID of the key pair, in hex. */
  readonly keyId?: string;
  /** What the key must be for. Default: what its curve is for, P-256 or P-384. */
  readonly algorithm?: Pkcs11Algorithm;
  /**
   * Accepts a key that can leave the HSM or may once have been outside of it: one that is extractable, was imported, or of
   * which the token does not say. Default false.
   */
  readonly allowExtractableKey?: boolean;
}

/** Settings of {@link createPkcs11KeyPair}. */
export interface Pkcs11KeyPairOptions extends Pkcs11TokenOptions {
  /** CKA_LABEL of both keys, which no EC key on the token may have yet. */
  readonly keyLabel: string;
  /** CKA_ID of both keys, in hex. Default: 16 random bytes. */
  readonly keyId?: string;
  /** Default `ECDSA_P256_SHA256`. */
  readonly algorithm?: Pkcs11Algorithm;
}

/** Where a key is, with every default in place. */
export interface TokenSettings {
  readonly module: string;
  readonly tokenLabel: string | undefined;
  readonly slot: number | undefined;
  readonly pin: SecretReference;
  readonly readSecret: SecretReader;
}

/** By what a key pair is found. */
export interface KeySettings {
  readonly label: string | undefined;
  readonly id: Buffer | undefined;
}

const TOKEN_NAMES = ['module', 'tokenLabel', 'slot', 'pin', 'readSecret'];
const KEY_NAMES = ['keyLabel', 'keyId', 'algorithm'];
const ALGORITHMS: readonly unknown[] = ['ECDSA_P256_SHA256', 'ECDSA_P384_SHA384', undefined];
const HEX = /^(?:[0-9a-f]{2}){1,64}$/i;

function need(condition: boolean, message: string): void {
  if (!condition) throw new TypeError(message);
}

const isText = (value: unknown, most: number): boolean =>
  typeof value === 'string' && value !== '' && value.length <= most && !/\p{Cc}/u.test(value);

// Hex that is a number of the length of a PIN may be one, and 32 bytes of it may be a key.
const SHOWN_ID = /^(?![0-9]{4,16}$)[0-9a-f]{2,40}$/i;

/** A key for the operator, by its labels. What may be a secret that was written in their place is not shown. */
export function nameOf({ tokenLabel, slot, keyLabel, keyId = '' }: Pkcs11CaKeyOptions): string {
  const token = tokenLabel === undefined ? `slot ${slot}` : describeLabel(tokenLabel);
  const id = SHOWN_ID.test(keyId) ? keyId : '(an id that is not shown)';
  return `pkcs11 ${token}/${keyLabel === undefined ? id : describeLabel(keyLabel)}`;
}

/** Copies the settings, so that only what the caller wrote counts. @throws TypeError */
export function copyOptions<T extends Pkcs11TokenOptions>(options: T): T {
  need(typeof options === 'object' && options !== null, 'settings are required: an object');
  return Object.assign(Object.create(null), options) as T;
}

/** Reads where the key is. @throws TypeError */
export function readTokenOptions(options: Pkcs11TokenOptions, names: readonly string[]): TokenSettings {
  const unknown = Object.keys(options).find(
    (name) => ![...TOKEN_NAMES, ...KEY_NAMES, ...names].includes(name),
  );
  need(unknown === undefined, `\`${unknown}\` is not an option`);
  const { module, tokenLabel, slot, pin } = options;
  need(isText(module, 4096) && module.startsWith('/'), '`module` is the absolute path of a PKCS#11 module');
  need((tokenLabel === undefined) !== (slot === undefined), 'give either `tokenLabel` or `slot`');
  need(tokenLabel === undefined || isText(tokenLabel, 32), '`tokenLabel` is a text of at most 32 characters');
  need(slot === undefined || (Number.isSafeInteger(slot) && slot >= 0), '`slot` is the number of a slot');
  need(
    typeof pin === 'object' && pin !== null,
    '`pin` is a reference: {"env": …} or {"file": …}, never the PIN',
  );
  return { module, tokenLabel, slot, pin, readSecret: options.readSecret ?? readSecret };
}

/** Reads by what the key pair is found. @throws TypeError */
export function readKeyOptions({ keyLabel, keyId, algorithm }: Partial<Pkcs11KeyPairOptions>): KeySettings {
  need(keyLabel !== undefined || keyId !== undefined, 'give `keyLabel`, `keyId` or both');
  need(keyLabel === undefined || isText(keyLabel, 256), '`keyLabel` is a text of at most 256 characters');
  need(keyId === undefined || HEX.test(keyId), '`keyId` is hex, at most 64 bytes');
  need(ALGORITHMS.includes(algorithm), '`algorithm` is ECDSA_P256_SHA256 or ECDSA_P384_SHA384');
  return { label: keyLabel, id: keyId === undefined ? undefined : Buffer.from(keyId, 'hex') };
}
