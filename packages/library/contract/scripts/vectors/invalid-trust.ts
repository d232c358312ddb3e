import type { KeyName, Keys } from './keys.ts';
import {
  DENIED_TOKEN,
  DOMAIN,
  type Json,
  MINTER,
  mint,
  NOW,
  ORDERS,
  type Overrides,
  STS,
  SUSPENDED,
} from './setup.ts';
import type { Add } from './vector.ts';

type ProvenKey = NonNullable<Overrides['provenKey']>;

/** What the authority of the key does not allow. */
export function authorityVectors(keys: Keys, add: Add): void {
  const put = (code: string) => (id: string, comment: string, key: KeyName, claims: Json, overrides?: Json) =>
    add(id, code, comment, mint(id, keys[key], claims), overrides);

  const ended = put('authority_expired');
  const retired = { iss: `${DOMAIN}/retired-minter` };
  ended('authority-ended', 'The authority ended ten minutes ago', 'retired-es256', retired);
  ended(
    'authority-ends-now',
    'The authority ends in this very second',
    'retired-es256',
    { ...retired, iat: NOW - 660, exp: NOW - 500 },
    { now: NOW - 600 },
  );

  const issuer = put('issuer_not_allowed');
  issuer('issuer-self-other', 'The holder of a shared key signs in another name', 'shared-hs256', {
    iss: `${DOMAIN}/billing`,
  });
  issuer('issuer-self-minter', 'The holder of a shared key signs as the minter', 'shared-hs256', {
    iss: MINTER,
  });
  issuer('issuer-self-service', 'The holder of a shared key signs as the token service', 'shared-hs256', {
    iss: STS,
  });
  issuer('issuer-minter-self', 'The key of a minter signs in the name of the subject', 'minter', {
    iss: ORDERS,
  });
  issuer('issuer-minter-longer', 'An identifier below that of the minter', 'minter', { iss: `${MINTER}/x` });
  issuer('issuer-minter-prefix', 'An identifier that the minter begins with', 'minter', {
    iss: MINTER.slice(0, -1),
  });
  issuer('issuer-service-other-key', 'The key of a workload signs as the token service', 'orders-es256', {
    iss: STS,
  });
  issuer('issuer-workload-other-key', 'The key of the token service signs as a workload', 'sts-es256', {
    iss: ORDERS,
  });
  for (const [id, iss] of Object.entries({
    port: `${STS}:443`,
    path: `${STS}/tenant`,
    suffix: `${STS}.evil.example`,
    prefix: STS.slice(0, -1),
    'as-identifier': 'spiffe://sts.example.com/sts',
  })) {
    issuer(`issuer-service-${id}`, `The URL of the token service: ${id}`, 'sts-es256', {
      iss,
      sub: `${DOMAIN}/ci/build`,
    });
  }

  const subject = put('subject_not_allowed');
  const other = 'spiffe://staging.example.com/orders';
  subject('subject-other', 'A workload speaks for another one', 'orders-es256', { sub: `${DOMAIN}/billing` });
  subject('subject-longer', 'A name that begins like the allowed one', 'orders-es256', {
    sub: `${ORDERS}-admin`,
  });
  subject('subject-case', 'The allowed name in another case', 'orders-es256', { sub: `${DOMAIN}/Orders` });
  subject('subject-minter', 'The minter asserts what is not on its list', 'minter', {
    iss: MINTER,
    sub: `${DOMAIN}/billing`,
  });
  subject('subject-minter-exact', 'The minter asserts a name below an exact one', 'minter', {
    iss: MINTER,
    sub: `${ORDERS}/worker`,
  });
  subject('subject-prefix-itself', 'The prefix itself is not below the prefix', 'minter', {
    iss: MINTER,
    sub: `${DOMAIN}/jobs`,
  });
  subject('subject-prefix-longer', 'A name that begins like the prefix', 'minter', {
    iss: MINTER,
    sub: `${DOMAIN}/jobsx/1`,
  });
  subject('subject-service', 'The token service asserts what is not on its list', 'sts-es256', {
    iss: STS,
    sub: `${DOMAIN}/billing`,
  });
  subject('subject-other-domain', 'A subject of another trust domain', 'sts-es256', { iss: STS, sub: other });
  subject(
    'subject-other-domain-self',
    'A workload of another trust domain speaks for itself',
    'shared-hs256',
    { iss: other, sub: other },
  );
  const suffix = 'spiffe://prod.example.com.evil.example/orders';
  subject('subject-domain-suffix', 'A trust domain that begins like the right one', 'shared-hs256', {
    iss: suffix,
    sub: suffix,
  });
}

/** What the bundle denies, and tokens bound to a key. */
export function denialVectors(keys: Keys, add: Add): void {
  const denied = (id: string, comment: string, key: KeyName, claims: Json) =>
    add(id, 'denied', comment, mint(id, keys[key], claims));
  denied('denied-key', 'Its key is denied', 'denied-es256', { iss: `${DOMAIN}/lost` });
  denied('denied-token', 'Its identifier is denied', 'shared-hs256', { jti: DENIED_TOKEN });
  const exact = `${DOMAIN}/compromised`;
  denied('denied-subject', 'Its subject is denied', 'shared-hs256', { iss: exact, sub: exact });
  const below = `${DOMAIN}/decommissioned/a/b`;
  denied('denied-subject-prefix', 'Its subject is below a denied prefix', 'shared-hs256', {
    iss: below,
    sub: below,
  });
  denied('denied-issuer', 'Its issuer is denied, and speaks for another', 'suspended-es256', {
    iss: SUSPENDED,
  });
  denied('denied-actor', 'Its actor is denied', 'shared-hs256', { act: { sub: exact } });
  denied('denied-actor-issuer', 'The issuer of its actor is denied', 'shared-hs256', {
    act: { sub: `${DOMAIN}/gateway`, iss: SUSPENDED },
  });
  denied('denied-root', 'The secret its key is derived from is denied', 'scoped-lost', { iss: MINTER });
  denied('denied-issued-before', 'Issued a second before the time from which tokens count', 'shared-hs256', {
    iat: NOW - 1_801,
  });

  const shared = keys['shared-hs256'];
  const { kid: jkt } = keys.presenter;
  const { kty, crv, x, y } = keys.presenter.jwk;
  const hash = 'A'.repeat(43);
  const bound: Json = { jkt: { jkt }, x5t: { 'x5t#S256': hash }, jwk: { jwk: { kty, crv, x, y } } };
  for (const [id, cnf] of Object.entries(bound)) {
    add(
      `cnf-${id}-bearer`,
      'confirmation_required',
      `Bound by ${id}, and nothing was proven`,
      mint(`cnf-${id}-bearer`, shared, { cnf }),
    );
  }
  const mismatch = (id: string, comment: string, cnf: unknown, provenKey: ProvenKey) =>
    add(id, 'confirmation_mismatch', comment, mint(id, shared, { cnf }), { provenKey });
  mismatch('cnf-other-key', 'Another key was proven', { jkt }, { jkt: hash });
  mismatch('cnf-jwk-other-key', 'Another key was proven', bound.jwk, { jkt: hash });
  mismatch(
    'cnf-other-certificate',
    'Another certificate was presented',
    { 'x5t#S256': hash },
    { 'x5t#S256': jkt },
  );
  mismatch('cnf-other-kind', 'Bound to a key, and a certificate was presented', { jkt }, { 'x5t#S256': jkt });
  mismatch('cnf-absent', 'A key was proven, and the token is bound to none', undefined, { jkt });
}
