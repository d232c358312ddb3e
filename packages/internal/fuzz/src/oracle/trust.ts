import { createHash, createHmac, hkdfSync } from 'node:crypto';
import { contentsOf } from './chain.ts';
import { isMembers, type Json, type JsonMembers } from './json.ts';
import { type Alg, type Holds, holdsUnderKey, holdsUnderSecret, keyOfJwk } from './signature.ts';

/** An authority as the text of a bundle gives it. */
export interface OracleAuthority {
  readonly rung: string;
  readonly issuer: string;
  readonly subjects: readonly string[];
  /** Seconds since 1970. */
  readonly notAfter: number;
  /** Its anchors, as {@link contentsOf} has them. */
  readonly anchors: readonly string[];
  /** The https URLs whose leaves it accepts. */
  readonly services: readonly string[];
}

/** A key that a bundle trusts. */
export interface OracleKey {
  readonly rung: string;
  readonly kid: string;
  readonly alg: Alg;
  readonly audience: string | undefined;
  readonly authorities: OracleAuthority[];
  /** The secret it was derived from, wherever it was. */
  readonly comesFrom: string[];
  readonly holds: Holds;
}

/** What a bundle denies. */
export interface OracleDenied {
  readonly keys: ReadonlySet<string>;
  readonly tokens: ReadonlySet<string>;
  readonly subjects: readonly string[];
  readonly issuedBefore: number;
}

/** All that a bundle says, read by the contract and by nothing of the code under test. */
export interface OracleTrust {
  readonly trustDomain: string;
  readonly keys: ReadonlyMap<string, OracleKey>;
  readonly authorities: readonly OracleAuthority[];
  readonly denied: OracleDenied;
}

/** The text that a reference to a secret leads to. */
export type SecretText = (reference: string) => string;

const text = (value: Json | undefined): string => value as string;
const list = (value: Json | undefined): readonly Json[] =>
  Array.isArray(value) ? (value as readonly Json[]) : [];
const members = (value: Json | undefined): JsonMembers => (isMembers(value) ? value : new Map());
const seconds = (value: Json | undefined, otherwise: number): number =>
  value === undefined ? otherwise : Date.parse(text(value)) / 1000;

/** The identifier of an HMAC key (section 2.3). */
export const kidOfSecret = (secret: Uint8Array): string =>
  createHmac('sha256', secret)
    .update('workload-identity/v1/kid')
    .digest()
    .subarray(0, 16)
    .toString('base64url');

/** The key for one audience (section 2.3). */
export const secretFor = (secret: Uint8Array, audience: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', `workload-identity/v1/audience\0${audience}`, 32));

const THUMBPRINT: Readonly<Record<string, readonly string[]>> = {
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  RSA: ['e', 'kty', 'n'],
};

/** RFC 7638, with SHA-256. */
export function thumbprintOf(jwk: Readonly<Record<string, unknown>>): string {
  const names = THUMBPRINT[jwk['kty'] as string] ?? [];
  const written = names.map((name) => `${JSON.stringify(name)}:${JSON.stringify(jwk[name])}`);
  return createHash('sha256')
    .update(`{${written.join(',')}}`)
    .digest('base64url');
}

function anchorOf(pem: string): string {
  const lines = pem.trim().split('\n').slice(1, -1);
  return contentsOf(Buffer.from(lines.map((line) => line.trim()).join(''), 'base64'));
}

function authorityOf(value: JsonMembers): OracleAuthority {
  return {
    rung: text(value.get('rung')),
    issuer: text(value.get('issuer')),
    subjects: list(value.get('subjects')).map(text),
    notAfter: seconds(value.get('notAfter'), Number.POSITIVE_INFINITY),
    anchors: list(value.get('anchors')).map((pem) => anchorOf(text(pem))),
    services: list(value.get('services')).map(text),
  };
}

type Key = Omit<OracleKey, 'authorities' | 'rung'>;

function* hmacKeys(value: JsonMembers, secretText: SecretText): Generator<Key> {
  const alg = text(value.get('alg') ?? 'HS256') as 'HS256';
  const written = secretText(JSON.stringify(Object.fromEntries(members(value.get('secret')))));
  const secret = Buffer.from(written.trim().replaceAll('+', '-').replaceAll('/', '_'), 'base64url');
  const audiences = value.get('deriveFor');
  if (audiences === undefined) {
    const audience = value.get('audience') as string | undefined;
    yield { kid: kidOfSecret(secret), alg, audience, comesFrom: [], holds: holdsUnderSecret(alg, secret) };
    return;
  }
  for (const audience of list(audiences).map(text)) {
    const derived = secretFor(secret, audience);
    const holds = holdsUnderSecret('HS256', derived);
    yield { kid: kidOfSecret(derived), alg: 'HS256', audience, comesFrom: [kidOfSecret(secret)], holds };
  }
}

function publicKey(value: JsonMembers): Key {
  const jwk = Object.fromEntries(value);
  const alg = text(value.get('alg')) as 'ES256';
  // Made when it is asked for: a bundle may hold keys that nobody asks for, or that cannot be read.
  let holds: Holds | undefined;
  return {
    kid: thumbprintOf(jwk),
    alg,
    audience: undefined,
    comesFrom: [],
    holds: (input, signature) => {
      holds ??= holdsUnderKey(alg, keyOfJwk(jwk));
      return holds(input, signature);
    },
  };
}

function deniedOf(value: JsonMembers): OracleDenied {
  return {
    keys: new Set(list(value.get('keys')).map(text)),
    tokens: new Set(list(value.get('tokens')).map(text)),
    subjects: list(value.get('subjects')).map(text),
    issuedBefore: seconds(value.get('issuedBefore'), 0),
  };
}

/** Reads what a bundle trusts. Whether it may be loaded is another question: this takes what is there. */
export function readTrust(bundle: JsonMembers, secretText: SecretText): OracleTrust {
  const keys = new Map<string, OracleKey>();
  const authorities: OracleAuthority[] = [];
  for (const one of list(bundle.get('authorities')).map(members)) {
    const authority = authorityOf(one);
    authorities.push(authority);
    if (authority.rung === 'ca') continue;
    for (const given of list(one.get('keys')).map(members)) {
      const found = authority.rung === 'hmac' ? hmacKeys(given, secretText) : [publicKey(given)];
      for (const key of found) {
        const known = keys.get(key.kid);
        if (known === undefined)
          keys.set(key.kid, { ...key, rung: authority.rung, authorities: [authority] });
        else {
          known.authorities.push(authority);
          known.comesFrom.push(...key.comesFrom);
        }
      }
    }
  }
  const trustDomain = text(bundle.get('trustDomain'));
  return { trustDomain, keys, authorities, denied: deniedOf(members(bundle.get('denied'))) };
}
