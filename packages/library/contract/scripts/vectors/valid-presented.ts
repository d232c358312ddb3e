import { createHash } from 'node:crypto';
import type { Keys } from './keys.ts';
import { DOMAIN, NOW } from './setup.ts';
import type { AddValid } from './vector.ts';

/** Times, from the inside: a second more or less, and each would be refused. */
export function timeVectors(keys: Keys, add: AddValid): void {
  const shared = keys['shared-hs256'];
  add('expired-within-leeway', 'Expired 9 seconds ago, with a leeway of 10', shared, {
    iat: NOW - 300,
    exp: NOW - 9,
  });
  add('iat-within-leeway', 'Issued 10 seconds in the future, with a leeway of 10', shared, { iat: NOW + 10 });
  add('nbf-within-leeway', 'Valid in 10 seconds, with a leeway of 10', shared, { nbf: NOW + 10 });
  add(
    'last-second',
    'One second before it expires, without leeway',
    shared,
    {},
    {},
    { now: NOW + 239, leeway: 0 },
  );
  add(
    'leeway-60',
    'Expired 59 seconds ago, with a leeway of 60',
    shared,
    { iat: NOW - 300, exp: NOW - 59 },
    {},
    { leeway: 60 },
  );
  add('issued-at-the-limit', 'Issued in the very second `issuedBefore` names', shared, { iat: NOW - 1_800 });
  add(
    'authority-last-second',
    'One second before the authority ends',
    keys['retired-es256'],
    {
      iss: `${DOMAIN}/retired-minter`,
      iat: NOW - 660,
      exp: NOW - 500,
    },
    {},
    { now: NOW - 601 },
  );
}

/** Bound tokens, each with the key that was proven. */
export function boundVectors(keys: Keys, add: AddValid): void {
  const shared = keys['shared-hs256'];
  const { kid: jkt } = keys.presenter;
  const { kty, crv, x, y } = keys.presenter.jwk;
  const x5t = createHash('sha256').update('a client certificate').digest('base64url');
  add(
    'cnf-jkt',
    'Bound by thumbprint, and the key was proven',
    shared,
    { cnf: { jkt } },
    {},
    { provenKey: { jkt } },
  );
  add(
    'cnf-jwk',
    'Bound by the key itself, and the key was proven',
    shared,
    { cnf: { jwk: { kty, crv, x, y } } },
    {},
    {
      provenKey: { jkt },
    },
  );
  add(
    'cnf-x5t',
    'Bound to a client certificate, and it was presented',
    shared,
    { cnf: { 'x5t#S256': x5t } },
    {},
    {
      provenKey: { 'x5t#S256': x5t },
    },
  );
  const ignored = { kid: 'presenter-1', future: { jwk: null } };
  add(
    'cnf-and-unknown',
    'A key identifier and members no version knows beside the one method: ignored',
    shared,
    { cnf: { jkt, ...ignored } },
    {},
    { provenKey: { jkt } },
  );
  add(
    'cnf-x5t-and-unknown',
    'The same beside the thumbprint of a certificate, in another order',
    shared,
    { cnf: { ...ignored, 'x5t#S256': x5t } },
    {},
    { provenKey: { 'x5t#S256': x5t } },
  );
}
