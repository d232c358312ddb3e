import { BILLING, type Keys, type VectorKey } from './keys.ts';
import { padTo } from './padding.ts';
import { claimsOf, DOMAIN, headerOf, type Json, MINTER, mint, NOW, ORDERS, STS } from './setup.ts';
import { encode, inputOf, signature, tokenOf, withHigherS } from './sign.ts';
import { boundVectors, timeVectors } from './valid-presented.ts';
import type { AddValid, ValidVector } from './vector.ts';

/** The one member of `cnf` that counts. */
function methodOf(cnf: Json): Json {
  return Object.fromEntries(
    Object.entries(cnf).filter(([name]) => ['jkt', 'x5t#S256', 'jwk'].includes(name)),
  );
}

function expectation(claims: Json, key: VectorKey): Json {
  const actors: Json[] = [];
  for (
    let actor = claims.act as Json | undefined;
    actor !== undefined;
    actor = actor.act as Json | undefined
  ) {
    actors.push({ subject: actor.sub, ...(actor.iss === undefined ? {} : { issuer: actor.iss }) });
  }
  return {
    subject: claims.sub,
    issuer: claims.iss,
    audience: typeof claims.aud === 'string' ? [claims.aud] : claims.aud,
    roles: claims.roles ?? [],
    actors,
    ...(claims.cnf === undefined ? {} : { confirmation: methodOf(claims.cnf as Json) }),
    tokenId: claims.jti,
    issuedAt: claims.iat,
    expiresAt: claims.exp,
    rung: key.jwk.kty === 'oct' ? 'hmac' : 'asymmetric',
    keyId: key.kid,
  };
}

export function validVectors(keys: Keys): readonly ValidVector[] {
  const vectors: ValidVector[] = [];

  const add: AddValid = (id, comment, key, changes = {}, header = {}, overrides) => {
    const claims = claimsOf(id, changes);
    const token = mint(id, key, changes, header);
    vectors.push({
      id,
      comment,
      token,
      ...(overrides === undefined ? {} : { overrides }),
      expect: expectation(claims, key),
    });
  };
  const raw = (id: string, comment: string, key: VectorKey, token: string, changes: Json = {}) => {
    vectors.push({ id, comment, token, expect: expectation(claimsOf(id, changes), key) });
  };

  const shared = keys['shared-hs256'];
  const es256 = keys['orders-es256'];

  // Every algorithm
  add('hs256-self', 'HS256, shared key: the holder speaks for itself', shared);
  add('hs384-self', 'HS384, shared key of 48 bytes', keys['shared-hs384']);
  add('hs512-self', 'HS512, shared key of 64 bytes', keys['shared-hs512']);
  add('hs256-minter', 'HS256, one minter asserts an exact subject', keys.minter, { iss: MINTER });
  add('hs256-minter-prefix', 'HS256, one minter asserts a subject below a prefix', keys.minter, {
    iss: MINTER,
    sub: `${DOMAIN}/jobs/nightly/7`,
  });
  add(
    'hs256-audience-root',
    'Key derived for the audience; the verifier holds the root',
    keys['scoped-billing'],
    { iss: MINTER },
  );
  add(
    'hs256-audience-derived',
    'Key derived for the audience; the verifier holds nothing else',
    keys['edge-billing'],
    {
      iss: MINTER,
    },
  );
  add('hs256-audience-array', 'Audience-scoped key, its one audience as an array', keys['edge-billing'], {
    iss: MINTER,
    aud: [BILLING],
  });
  add('es256', 'ES256, a workload signs for itself', es256);
  add('es384', 'ES384', keys['orders-es384']);
  add('ed25519', 'Ed25519 under its own name', keys['orders-ed25519']);
  add('eddsa', 'Ed25519 under its older name EdDSA', keys['orders-ed25519'], {}, { alg: 'EdDSA' });
  add('ps256', 'PS256, salt of 32 bytes', keys['orders-ps256']);
  add(
    'rs256-accepted',
    'RS256 at a verifier that was told to take it',
    keys['orders-rs256'],
    {},
    {},
    { acceptRs256: true },
  );
  add('es256-child', 'A workload asserts an identifier below its own, as its authority allows', es256, {
    sub: `${ORDERS}/worker/1`,
  });
  add(
    'sts-prefix',
    'A token service, named by its URL, asserts a subject below a prefix',
    keys['sts-es256'],
    {
      iss: STS,
      sub: `${DOMAIN}/ci/build/42`,
    },
  );
  add('sts-exact', 'A token service asserts an exact subject', keys['sts-es256'], { iss: STS });

  // Every claim
  add('audiences', 'Eight audiences, one of them the verifier', shared, {
    aud: [...Array.from({ length: 7 }, (_, at) => `${DOMAIN}/service-${at}`), BILLING],
  });
  add('audience-url', 'The verifier answers to a URL as well', shared, {
    aud: 'https://billing.example.com',
  });
  add('nbf', 'nbf in the past', shared, { nbf: NOW - 30 });
  add('roles', 'Roles', shared, { roles: ['reader', 'ledger:write', 'team.a_b-c'] });
  add('roles-none', 'An empty list of roles', shared, { roles: [] });
  add('roles-32', 'As many roles as are allowed', shared, {
    roles: Array.from({ length: 32 }, (_, at) => `role-${at}`),
  });
  add('actors', 'Four actors deep', shared, {
    act: {
      sub: `${DOMAIN}/gateway`,
      iss: STS,
      act: { sub: `${DOMAIN}/scheduler`, act: { sub: STS, act: { sub: `${DOMAIN}/cron` } } },
    },
  });
  add('txn', 'A transaction identifier', shared, { txn: 'urn:example:txn/2026-01-01?7' });
  add('att', 'An attestation', shared, {
    att: {
      method: 'kubernetes',
      issuer: 'https://cluster.example.com',
      subject: 'system:serviceaccount:prod:orders',
    },
  });
  add('ext', 'Claims of the service, as deep as is allowed', shared, {
    ext: {
      tenant: 'a',
      flags: [true, false, null],
      nested: { 3: { 4: { 5: { 6: [8.5] } } } },
      text: 'grün €',
    },
  });
  add('ext-4096', 'ext of exactly 4096 bytes', shared, { ext: { pad: 'p'.repeat(4_086) } });
  add(
    'unknown-members',
    'Claims and header members no version knows are ignored',
    shared,
    { future: { a: [1] }, scope: 'x' },
    {
      cty: 'json',
      future: true,
    },
  );
  add('prototype-members', 'Claims named like members of a prototype are ignored', shared, {
    constructor: { roles: ['admin'] },
    toString: 1,
  });

  const polluting = JSON.stringify(claimsOf('proto-member')).replace(
    '{',
    '{"__proto__":{"roles":["admin"]},',
  );
  raw(
    'proto-member',
    'A member named __proto__ is ignored like any other',
    shared,
    tokenOf(JSON.stringify(headerOf(shared)), polluting, shared),
  );

  // Limits, from the inside
  const padded = (pad: string) => mint('token-16384', shared, { pad });
  raw('token-16384', 'A token of exactly 16384 characters', shared, padTo(padded, 16_384));
  const bytes = JSON.stringify(headerOf(shared, { pad: '' })).length;
  add('header-8192', 'A header of exactly 8192 bytes', shared, {}, { pad: 'p'.repeat(8_192 - bytes) });
  add('identifier-2048', 'A subject of exactly 2048 characters', shared, {
    iss: `${DOMAIN}/${'a'.repeat(2_048 - DOMAIN.length - 1)}`,
    sub: `${DOMAIN}/${'a'.repeat(2_048 - DOMAIN.length - 1)}`,
  });
  add('lifetime-3600', 'The longest lifetime', shared, { iat: NOW - 600, exp: NOW + 3_000 });

  timeVectors(keys, add);
  boundVectors(keys, add);

  // Other spellings of the same
  const spaced = (value: Json) => `\n ${JSON.stringify(value, null, '\t')} \r\n`;
  raw(
    'json-space',
    'White space in both JSON texts',
    shared,
    tokenOf(spaced(headerOf(shared)), spaced(claimsOf('json-space')), shared),
  );
  const escapedName = JSON.stringify(claimsOf('json-escapes'))
    .replace('"sub"', '"\\u0073ub"')
    .replaceAll('/', '\\/');
  raw(
    'json-escapes',
    'Escapes in names and values',
    shared,
    tokenOf(JSON.stringify(headerOf(shared)), escapedName, shared),
  );
  const input = inputOf(JSON.stringify(headerOf(es256)), JSON.stringify(claimsOf('es256-higher-s')));
  raw(
    'es256-higher-s',
    'The higher value of s verifies like the lower one: nothing may rely on a signature being unique',
    es256,
    `${input}.${encode(withHigherS(signature(input, es256)))}`,
  );
  return vectors;
}
