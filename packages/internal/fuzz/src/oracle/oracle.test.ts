import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { strictBase64, strictBase64url } from './base64url.ts';
import { decide, type OracleSetup, type Proven } from './decide.ts';
import { type JsonMembers, strictJson } from './json.ts';
import { readTrust } from './trust.ts';

const read = (name: string): string =>
  readFileSync(new URL(import.meta.resolve(`@workload-identity/contract/vectors/v1/${name}`)), 'utf8');

type Setup = Pick<OracleSetup, 'now' | 'audiences' | 'leeway' | 'maxLifetime' | 'acceptRs256'>;

interface Vector {
  readonly id: string;
  readonly token: string;
  readonly overrides?: Partial<Setup> & { readonly provenKey?: Proven };
  readonly expect?: Readonly<Record<string, unknown>>;
  readonly code?: string;
}

interface File {
  readonly setup: Setup & { readonly bundle: string; readonly secrets: Readonly<Record<string, string>> };
  readonly vectors: readonly Vector[];
}

describe('the oracle', () => {
  const json = (text: string): string | undefined => {
    try {
      return JSON.stringify(JSON.parse(text));
    } catch {
      return undefined;
    }
  };
  const plain = (value: unknown): unknown => {
    if (value instanceof Map)
      return Object.fromEntries([...value].map(([name, inner]) => [name, plain(inner)]));
    return Array.isArray(value) ? value.map(plain) : value;
  };

  it('reads JSON as JSON.parse does, but for what the contract refuses', () => {
    const unit = fc.constantFrom(...'{}[]":,\\/ua10eE+-. \n', 'é', '\ud83d\ude00');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit, maxLength: 14 }),
          fc.jsonValue({ maxDepth: 4 }).map((one) => JSON.stringify(one)),
        ),
        (text) => {
          const value = strictJson(text, 64);
          if (value !== undefined) expect(JSON.stringify(plain(value))).toBe(json(text));
        },
      ),
      { numRuns: 5_000 },
    );
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (one) => {
        expect(JSON.stringify(plain(strictJson(JSON.stringify(one), 64)))).toBe(JSON.stringify(one));
      }),
    );
  });

  it.each([
    '{"a":1,"a":1}',
    '{"a":1,"\\u0061":1}',
    '"\\ud800"',
    '[1,]',
    '01',
    '\ufeff1',
    '1 1',
    '',
    '[[[1]]]',
    "'a'",
    '"\t"',
  ])('refuses %j', (text) => {
    expect(strictJson(text, 2)).toBeUndefined();
  });

  it('reads base64 in one spelling alone', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (given) => {
        const bytes = Buffer.from(given);
        expect(strictBase64url(bytes.toString('base64url'))).toEqual(bytes);
        expect(strictBase64(bytes.toString('base64'))).toEqual(bytes);
      }),
    );
    for (const text of ['A', 'AB', 'AA=', 'AAB', 'AA A', 'AA+A'])
      expect(strictBase64url(text)).toBeUndefined();
    for (const text of ['', 'AA', 'AAA', 'AB==', 'A===', 'AA-A', 'AAAA\n'])
      expect(strictBase64(text)).toBeUndefined();
  });
});

describe('the oracle over the frozen vectors', () => {
  const valid = JSON.parse(read('valid.json')) as File;
  const invalid = JSON.parse(read('invalid.json')) as File;
  const bundle = strictJson(read(valid.setup.bundle), 16) as JsonMembers;
  const secretText = (written: string): string =>
    valid.setup.secrets[(JSON.parse(written) as { env: string }).env] as string;
  const trust = readTrust(bundle, secretText);
  const book = { issued: new Map(), paths: new Map() };

  const verdict = ({ setup }: File, { token, overrides = {} }: Vector) => {
    const { provenKey, ...changes } = overrides;
    return decide(token, { ...setup, ...changes, trust, book, readsChains: false }, provenKey);
  };

  it.each(valid.vectors)('accepts $id', (vector) => {
    const decision = verdict(valid, vector);
    if (decision.refused !== undefined) expect.fail(`refused with ${decision.refused}`);
    const { claims, rung, keyId } = decision;
    const { iss, sub, aud, jti, iat, exp } = claims;
    expect(vector.expect).toMatchObject({
      ...{
        rung,
        keyId,
        issuer: iss,
        subject: sub,
        audience: aud,
        tokenId: jti,
        issuedAt: iat,
        expiresAt: exp,
      },
      actors: claims.actors.map((actor) => ({ subject: actor.get('sub') })),
    });
  });

  it.each(invalid.vectors)('refuses $id', (vector) => {
    const { refused = ['accepted'] } = verdict(invalid, vector);
    expect(refused).toContain(vector.code);
    expect(refused.length).toBeLessThanOrEqual(2);
  });
});
