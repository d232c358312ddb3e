import { BILLING } from '../vectors/keys.ts';
import { DOMAIN, NOW } from '../vectors/setup.ts';
import type { Authorities } from './authorities.ts';
import { DAY, leafExtensions, makeIssuer, makeLeaf } from './certificates.ts';
import type { CaKeys } from './keys.ts';
import type { AddInvalid, TokenChanges } from './mint.ts';

/** Tokens that the leaf of a good chain may not sign. */
export function invalidTokens(keys: CaKeys, made: Authorities, add: AddInvalid): void {
  const { root, intermediate } = made;
  const token = (
    id: string,
    code: Parameters<AddInvalid>[1],
    comment: string,
    changes: TokenChanges,
    key = keys.workload,
  ) => add(`token-${id}`, code, comment, [makeLeaf(`token-${id}`, intermediate, key), intermediate], changes);
  const admin = `${DOMAIN}/admin`;

  token('issuer-other', 'issuer_not_allowed', 'iss is not the URI of the leaf', { claims: { iss: admin } });
  token('issuer-and-subject-other', 'issuer_not_allowed', 'Neither iss nor sub is the URI of the leaf', {
    claims: { iss: admin, sub: admin },
  });
  token('subject-other', 'subject_not_allowed', 'A self leaf asserts another subject', {
    claims: { sub: admin },
  });
  token('signature', 'signature_invalid', 'Signed by another key than that of the leaf', { key: keys.other });
  token('algorithm-es384', 'algorithm_not_allowed', 'ES384, and a leaf on P-256', {
    header: { alg: 'ES384' },
  });
  token('algorithm-ed25519', 'algorithm_not_allowed', 'Ed25519, and a leaf on P-256', {
    header: { alg: 'Ed25519' },
  });
  token(
    'algorithm-rs256',
    'algorithm_not_allowed',
    'RS256, and an RSA leaf',
    { header: { alg: 'RS256' } },
    keys['workload-rsa'],
  );
  token('kid-beside-x5c', 'header_invalid', 'kid beside x5c', { header: { kid: keys.workload.kid } });
  token('x5t-beside-x5c', 'header_invalid', 'x5t#S256 beside x5c', {
    header: { 'x5t#S256': 'A'.repeat(43) },
  });
  token('jwk-beside-x5c', 'header_invalid', 'jwk beside x5c', { header: { jwk: { kty: 'EC' } } });
  token('type', 'type_unsupported', 'The type of another token', { header: { typ: 'JWT' } });
  token('expired', 'token_expired', 'Ended at the leeway, under a leaf that holds', {
    claims: { iat: NOW - 300, exp: NOW - 10 },
  });
  token('not-yet-valid', 'token_not_yet_valid', 'Signed a second after the leeway', {
    claims: { iat: NOW + 11 },
  });
  token('audience', 'audience_mismatch', 'For another audience', { claims: { aud: `${BILLING}/2` } });

  const leaf = (id: string, from: number, until: number) =>
    makeLeaf(`token-${id}`, root, keys.workload, { from, until });
  add('token-outlives-leaf', 'leaf_expired', 'exp is a second after notAfter', [
    leaf('outlives-leaf', NOW - 600, NOW + 239),
  ]);
  add('token-before-leaf', 'leaf_expired', 'iat is a second before notBefore', [
    leaf('before-leaf', NOW - 59, NOW + 3_600),
  ]);
  const ending = makeIssuer(root, 'Ending CA', keys.intermediate, { from: NOW - DAY, until: NOW + 239 });
  add('token-outlives-intermediate', 'leaf_expired', 'exp is a second after notAfter of the intermediate', [
    makeLeaf('token-outlives-intermediate', ending, keys.workload),
    ending,
  ]);
  const identity = `${DOMAIN}/ending/orders`;
  add(
    'token-outlives-anchor',
    'subject_not_allowed',
    'The authority that may assert the subject holds only the old anchor of the CA, which ends before the token',
    [
      makeLeaf('token-outlives-anchor', made.renewedRoot, keys.workload, {
        extensions: leafExtensions(identity),
      }),
    ],
    { claims: { iss: identity, sub: identity } },
  );
  add('token-authority-ended', 'authority_expired', 'Its authority accepts nothing any more', [
    makeLeaf('token-authority-ended', made.retiredRoot, keys.workload),
  ]);
}
