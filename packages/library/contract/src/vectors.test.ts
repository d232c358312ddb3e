import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { calculateJwkThumbprint, compactVerify, errors, importJWK, type JWK } from 'jose';
import { describe, expect, it } from 'vitest';
import { VECTORS, vectorFiles } from '../scripts/vectors/files.ts';
import {
  ERROR_CODES,
  type ErrorCode,
  isWorkloadIdentityError,
  readClaims,
  readHeader,
  type TrustBundle,
} from './index.ts';
import { claimsSchema, headerSchema, parseTrustBundle } from './schemas.ts';

interface Vector {
  readonly id: string;
  readonly token: string;
  readonly code?: ErrorCode;
  readonly expect?: Readonly<Record<string, unknown>>;
}

interface VectorFile {
  readonly setup: { readonly secrets: Readonly<Record<string, string>> };
  readonly vectors: readonly Vector[];
}

interface Key {
  readonly id: string;
  readonly alg: string;
  readonly kid: string;
  readonly jwk: JWK;
}

const read = <T>(name: string): T => JSON.parse(readFileSync(new URL(name, VECTORS), 'utf8')) as T;
const schema = (name: string) => {
  const file = new URL(`../schemas/${name}.schema.json`, import.meta.url);
  return new Ajv2020({ strict: true, allErrors: true, strictRequired: false, strictTypes: false }).compile(
    JSON.parse(readFileSync(file, 'utf8')) as object,
  );
};

const valid = read<VectorFile>('valid.json');
const invalid = read<VectorFile>('invalid.json');
const bundle = read<TrustBundle>('bundle.json');
const { keys } = read<{ keys: readonly Key[] }>('keys.json');
const byKid = new Map(keys.map((key) => [key.kid, key]));

const decode = (token: string, at: 0 | 1): unknown =>
  JSON.parse(Buffer.from(token.split('.')[at] ?? '', 'base64url').toString('utf8'));

/** Verifies the signature alone, with another library and the key the token names. */
async function holds(token: string): Promise<boolean> {
  const { kid, alg } = decode(token, 0) as { kid: string; alg: string };
  const key = byKid.get(kid);
  if (key === undefined) throw new Error(`no key ${kid}`);
  const { d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...jwk } = key.jwk;
  try {
    await compactVerify(token, await importJWK(jwk, alg), { algorithms: [alg] });
    return true;
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) return false;
    throw error;
  }
}

const withCodes = (...codes: ErrorCode[]) =>
  invalid.vectors.filter(({ code }) => codes.includes(code as ErrorCode));

describe('the frozen vectors', () => {
  it('are what their generator writes', async () => {
    for (const [name, text] of await vectorFiles()) {
      expect(readFileSync(new URL(name, VECTORS), 'utf8') === text, name).toBe(true);
    }
  });

  it('are many, and each has an identifier of its own', () => {
    expect(valid.vectors.length).toBeGreaterThanOrEqual(40);
    expect(invalid.vectors.length).toBeGreaterThanOrEqual(400);
    for (const { vectors } of [valid, invalid]) {
      expect(new Set(vectors.map(({ id }) => id)).size).toBe(vectors.length);
    }
  });

  it('name codes of the table, and every code a token alone can cause', () => {
    const named = new Set(invalid.vectors.map(({ code }) => code));
    for (const code of named) expect(Object.keys(ERROR_CODES)).toContain(code);
    const elsewhere: readonly string[] = [
      'credential_missing',
      'credential_ambiguous',
      'chain_invalid',
      'chain_untrusted',
      'leaf_expired',
      'rung_unsupported',
    ];
    const expected = Object.entries(ERROR_CODES)
      .filter(
        ([code, { category }]) => ['credential', 'trust'].includes(category) && !elsewhere.includes(code),
      )
      .map(([code]) => code);
    expect([...named].sort()).toEqual(expected.sort());
  });

  it('cover every algorithm', () => {
    const used = new Set(valid.vectors.map(({ token }) => (decode(token, 0) as { alg: string }).alg));
    const all = ['HS256', 'HS384', 'HS512', 'ES256', 'ES384', 'Ed25519', 'EdDSA', 'PS256', 'RS256'];
    expect([...used].sort()).toEqual(all.sort());
  });

  it('share a bundle that is valid, and have each of its secrets', () => {
    expect(parseTrustBundle(bundle)).toEqual(bundle);
    const named = bundle.authorities.flatMap((authority) =>
      authority.rung === 'hmac' ? authority.keys.map(({ secret }) => secret.env) : [],
    );
    for (const { setup } of [valid, invalid]) expect(Object.keys(setup.secrets).sort()).toEqual(named.sort());
  });

  it('have key identifiers that follow from the keys', async () => {
    for (const { jwk, kid, id } of keys) {
      if (jwk.kty === 'oct') {
        const secret = Buffer.from(jwk.k ?? '', 'base64url');
        const mac = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, [
          'sign',
        ]);
        const label = new TextEncoder().encode('workload-identity/v1/kid');
        const bytes = Buffer.from(await crypto.subtle.sign('HMAC', mac, label));
        expect(kid, id).toBe(bytes.subarray(0, 16).toString('base64url'));
      } else {
        expect(kid, id).toBe(await calculateJwkThumbprint(jwk));
      }
    }
  });
});

describe('the valid vectors', () => {
  it.each(valid.vectors)(
    '$id verifies with another library and keeps the contract',
    async ({ token, expect: expected }) => {
      expect(await holds(token)).toBe(true);
      const header = readHeader(decode(token, 0));
      const claims = readClaims(decode(token, 1));
      expect(expected).toMatchObject({
        subject: claims.sub,
        issuer: claims.iss,
        audience: typeof claims.aud === 'string' ? [claims.aud] : claims.aud,
        roles: claims.roles ?? [],
        tokenId: claims.jti,
        issuedAt: claims.iat,
        expiresAt: claims.exp,
        keyId: header.keyId,
      });
    },
  );

  it('pass the JSON Schemas', () => {
    const claims = schema('claims');
    const header = schema('header');
    for (const { id, token } of valid.vectors) {
      expect(claims(decode(token, 1)), `${id}: ${JSON.stringify(claims.errors)}`).toBe(true);
      expect(header(decode(token, 0)), `${id}: ${JSON.stringify(header.errors)}`).toBe(true);
    }
  });

  it('have a bundle that passes its JSON Schema', () => {
    const validate = schema('trust-bundle');
    expect(validate(bundle), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...bundle, sequence: -1 })).toBe(false);
    expect(validate({ ...bundle, extra: 1 })).toBe(false);
  });
});

// What relates two claims, or counts bytes, no JSON Schema can say.
const BEYOND_SCHEMA = new Set([
  'claims-exp-before-iat',
  'claims-exp-equals-iat',
  'claims-exp-negative-zero',
  'claims-nbf-equals-exp',
  'claims-nbf-after-exp',
  'claims-ext-bytes-4097',
  'claims-ext-bytes-in-utf-8',
]);

describe('the invalid vectors', () => {
  it('carry a signature that another library refuses, where that is the point', async () => {
    for (const { id, token } of withCodes('signature_invalid')) expect(await holds(token), id).toBe(false);
  });

  it('are correctly signed where something else is the point', async () => {
    const claims = withCodes('claims_invalid', 'version_unsupported');
    const time = withCodes('token_expired', 'token_not_yet_valid', 'lifetime_exceeded');
    const trust = withCodes(
      'audience_mismatch',
      'authority_expired',
      'issuer_not_allowed',
      'subject_not_allowed',
    );
    const rest = withCodes('denied', 'confirmation_required', 'confirmation_mismatch', 'type_unsupported');
    for (const { id, token } of [...claims, ...time, ...trust, ...rest])
      expect(await holds(token), id).toBe(true);
  });

  it('keep the contract where the verifier decides', () => {
    const codes: ErrorCode[] = [
      'token_expired',
      'lifetime_exceeded',
      'audience_mismatch',
      'denied',
      'key_unknown',
    ];
    for (const { token } of withCodes(
      ...codes,
      'issuer_not_allowed',
      'subject_not_allowed',
      'signature_invalid',
    )) {
      expect(() => readHeader(decode(token, 0))).not.toThrow();
      expect(() => readClaims(decode(token, 1))).not.toThrow();
    }
  });

  it.each(withCodes('claims_invalid', 'version_unsupported'))(
    '$id is refused by value types and schemas',
    (vector) => {
      const payload = decode(vector.token, 1);
      expect(() => readClaims(payload)).toThrow(expect.objectContaining({ code: vector.code }));
      expect(claimsSchema.safeParse(payload).success).toBe(false);
    },
  );

  it('break the JSON Schema of the claims, or a rule beyond it', () => {
    const claims = schema('claims');
    for (const { id, token } of withCodes('claims_invalid', 'version_unsupported')) {
      expect(claims(decode(token, 1)), id).toBe(BEYOND_SCHEMA.has(id));
    }
  });

  it('break the rules and the JSON Schema of the header', () => {
    const header = schema('header');
    for (const { id, token, code } of withCodes('header_invalid', 'type_unsupported')) {
      const document = decode(token, 0);
      expect(header(document), id).toBe(false);
      expect(headerSchema.safeParse(document).success, id).toBe(false);
      const caught = (() => {
        try {
          return readHeader(document);
        } catch (error) {
          return error;
        }
      })();
      expect(isWorkloadIdentityError(caught, code), id).toBe(true);
    }
  });
});
