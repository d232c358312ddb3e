import type { ProvenKey } from '@workload-identity/core';
import type { JsonObject } from '../compare/document.ts';
import { BILLING, hashOf, NOW, ORDERS, STS, TRUST_DOMAIN } from './names.ts';

/** One token that is minted by every signer of one release and verified by the other. */
export interface TokenCase {
  /** The claim it is about, or what else. */
  readonly name: string;
  /** Claims beside those every token has. */
  readonly claims: JsonObject;
  readonly lifetime?: number;
  /** Signed as it stands: the minter takes no request for it. */
  readonly raw?: true;
  /** What a verifier keeps of the claims. Default: all. */
  readonly kept?: JsonObject;
  readonly provenKey?: ProvenKey;
}

const jkt = hashOf('a key of the presenter');
const x5t = hashOf('a certificate of the presenter');
// The key of RFC 7638 section 3.1 has this thumbprint.
const rsa = {
  kty: 'RSA',
  e: 'AQAB',
  n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
};
const RSA_THUMBPRINT = 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs';

const id = (path: string): string => `spiffe://${TRUST_DOMAIN}/${path}`;
const chainOfActors = {
  sub: id('gateway'),
  iss: STS,
  act: { sub: id('scheduler'), act: { sub: STS, act: { sub: id('cron') } } },
};
const att = {
  method: 'kubernetes',
  issuer: 'https://cluster.example.com',
  subject: 'system:serviceaccount:prod:orders',
};
const ext = { tenant: 'a', flags: [true, false, null], nested: { text: 'grün €', number: 8.5 } };
const roles = Array.from({ length: 32 }, (_, at) => `role-${at}`);
const future = { a: [1] };

/** Every claim, at its limits where it has some, alone and together. */
export const TOKENS: readonly TokenCase[] = [
  { name: 'required claims alone', claims: {} },
  {
    name: '`aud`: eight',
    claims: { aud: [...Array.from({ length: 7 }, (_, at) => id(`service-${at}`)), BILLING] },
  },
  { name: '`aud`: one, as an array', claims: { aud: [BILLING] } },
  { name: '`exp`: after one second', claims: {}, lifetime: 1 },
  { name: '`exp`: after one hour', claims: {}, lifetime: 3_600 },
  { name: '`nbf`', claims: { nbf: NOW }, raw: true },
  { name: '`roles`: 32', claims: { roles } },
  { name: '`roles`: none', claims: { roles: [] } },
  { name: '`cnf`: `jkt`', claims: { cnf: { jkt } }, provenKey: { jkt } },
  { name: '`cnf`: `x5t#S256`', claims: { cnf: { 'x5t#S256': x5t } }, provenKey: { 'x5t#S256': x5t } },
  { name: '`cnf`: `jwk`', claims: { cnf: { jwk: rsa } }, provenKey: { jkt: RSA_THUMBPRINT } },
  { name: '`act`: four deep', claims: { act: chainOfActors } },
  { name: '`txn`', claims: { txn: 'urn:example:txn/2026-01-01?7' } },
  { name: '`att`', claims: { att } },
  { name: '`ext`', claims: { ext } },
  { name: '`ext`: 4096 bytes', claims: { ext: { pad: 'p'.repeat(4_086) } } },
  {
    name: 'all optional claims',
    claims: { nbf: NOW, roles, cnf: { jkt }, act: chainOfActors, txn: 'txn-1', att, ext },
    raw: true,
    provenKey: { jkt },
  },
  {
    name: 'claims and members nobody knows',
    claims: { future, cnf: { jkt, kid: 'a', future }, act: { sub: ORDERS, future }, att: { ...att, future } },
    raw: true,
    kept: { cnf: { jkt }, act: { sub: ORDERS }, att },
    provenKey: { jkt },
  },
];

/** A token with a claim that today's contract has and the release does not: the release must ignore it. */
export function tokenWithNewClaim(name: string, value: JsonObject[string]): TokenCase {
  return { name: `\`${name}\`, new`, claims: { [name]: value }, kept: {} };
}
