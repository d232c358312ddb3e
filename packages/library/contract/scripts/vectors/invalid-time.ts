import { type Keys, LEDGER } from './keys.ts';
import { DOMAIN, type Json, mint, NOW, ORDERS } from './setup.ts';
import type { Add } from './vector.ts';

/** Claims that are well formed and not true now, or not for this verifier. */
export function timeAndAudienceVectors(keys: Keys, add: Add): void {
  const shared = keys['shared-hs256'];
  const time = (id: string, code: string, comment: string, claims: Json, overrides?: Json) =>
    add(id, code, comment, mint(id, shared, claims), overrides);
  time('expired', 'token_expired', 'Expired an hour ago', { iat: NOW - 1_700, exp: NOW - 1_400 });
  time('expired-at-leeway', 'token_expired', 'Expired 10 seconds ago, with a leeway of 10', {
    iat: NOW - 300,
    exp: NOW - 10,
  });
  time(
    'expired-now',
    'token_expired',
    'Expires in this very second, without leeway',
    { iat: NOW - 300, exp: NOW },
    { leeway: 0 },
  );
  time(
    'expired-at-leeway-60',
    'token_expired',
    'Expired 60 seconds ago, with a leeway of 60',
    { iat: NOW - 300, exp: NOW - 60 },
    { leeway: 60 },
  );
  time(
    'expired-clock-ahead',
    'token_expired',
    'The clock of the verifier is an hour ahead',
    {},
    { now: NOW + 3_600 },
  );
  time('iat-future', 'token_not_yet_valid', 'Issued 11 seconds in the future, with a leeway of 10', {
    iat: NOW + 11,
  });
  time('iat-future-nbf-past', 'token_not_yet_valid', 'Issued in the future, though nbf is in the past', {
    iat: NOW + 11,
    nbf: NOW - 60,
  });
  time(
    'iat-future-no-leeway',
    'token_not_yet_valid',
    'Issued in a second, without leeway',
    { iat: NOW + 1 },
    { leeway: 0 },
  );
  time('nbf-future', 'token_not_yet_valid', 'Valid in 11 seconds, with a leeway of 10', { nbf: NOW + 11 });
  time(
    'clock-behind',
    'token_not_yet_valid',
    'The clock of the verifier is an hour behind',
    {},
    { now: NOW - 3_600 },
  );
  time('lifetime-3601', 'lifetime_exceeded', 'A lifetime of an hour and a second', {
    iat: NOW - 601,
    exp: NOW + 3_000,
  });
  time('lifetime-year', 'lifetime_exceeded', 'A lifetime of a year', { exp: NOW + 31_536_000 });
  time(
    'lifetime-configured',
    'lifetime_exceeded',
    'Longer than this verifier takes',
    {},
    { maxLifetime: 299 },
  );

  const billing = `${DOMAIN}/billing`;
  const audiences: Json = {
    other: LEDGER,
    others: [LEDGER, ORDERS],
    prefix: billing.slice(0, -1),
    longer: `${billing}x`,
    below: `${billing}/admin`,
    above: DOMAIN,
    'trailing-slash': `${billing}/`,
    case: `${DOMAIN}/Billing`,
    star: `${DOMAIN}/*`,
    query: `${billing}?`,
    percent: `${DOMAIN}/%62illing`,
    'other-domain': 'spiffe://staging.example.com/billing',
    'url-port': 'https://billing.example.com:443',
    'url-slash': 'https://billing.example.com/',
    'url-case': 'https://Billing.example.com',
    'url-scheme': 'http://billing.example.com',
    list: `${billing},${LEDGER}`,
  };
  for (const [id, aud] of Object.entries(audiences)) {
    add(`audience-${id}`, 'audience_mismatch', `aud: ${id}`, mint(`audience-${id}`, shared, { aud }));
  }
  const scoped = (
    id: string,
    comment: string,
    key: 'scoped-ledger' | 'edge-billing',
    claims: Json,
    overrides?: Json,
  ) =>
    add(
      id,
      'audience_mismatch',
      comment,
      mint(id, keys[key], { iss: `${DOMAIN}/platform/minter`, ...claims }),
      overrides,
    );
  scoped(
    'scoped-other-audience',
    'A key derived for another audience signs for this one',
    'scoped-ledger',
    {},
  );
  scoped('scoped-own-audience', 'A key derived for another audience signs for that one', 'scoped-ledger', {
    aud: LEDGER,
  });
  scoped('scoped-two-audiences', 'A key derived for one audience signs for two', 'edge-billing', {
    aud: [billing, LEDGER],
  });
}
