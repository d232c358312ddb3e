import { createHmac, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { AsymmetricKey, createMinter, KeyRing, type MintRequest } from '@workload-identity/core';
import type { Fleet } from '../fleet.ts';
import { BILLING, CHARGE, ORDERS, TRUST_DOMAIN } from '../names.ts';
import type { Platform } from '../platform.ts';
import type { Stage } from '../stage.ts';

/** An attack: what is sent to billing, and what must come of it. */
interface Attack {
  readonly name: string;
  readonly token: string;
  readonly status: 401 | 403;
  readonly code: string;
}

const HOUR_MS = 3_600_000;

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function payloadOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString()) as Record<
    string,
    unknown
  >;
}

/** Signs with HS256 and the public key as the secret: what a confused verifier would take. */
function confuse(token: string, key: AsymmetricKey): string {
  const pem = createPublicKey({ key: { ...key.publicJwk }, format: 'jwk' }).export({
    type: 'spki',
    format: 'pem',
  });
  const input = `${part({ alg: 'HS256', typ: 'wid+jwt', kid: key.keyId })}.${token.split('.')[1]}`;
  return `${input}.${createHmac('sha256', pem).update(input).digest('base64url')}`;
}

async function attacks(platform: Platform): Promise<readonly Attack[]> {
  const key = await AsymmetricKey.parse(readFileSync(platform.path('orders.pem'), 'utf8'));
  const request: MintRequest = { audience: BILLING, roles: [CHARGE] };
  const mint = async (changes: Partial<MintRequest>, signer = key, clock = Date.now): Promise<string> => {
    const minter = createMinter({ issuer: ORDERS, signers: new KeyRing({ active: signer }), clock });
    return (await minter.mint({ ...request, ...changes })).token;
  };
  const good = await mint({});
  const [header, , signature] = good.split('.');
  const promoted = part({ ...payloadOf(good), sub: `spiffe://${TRUST_DOMAIN}/admin` });
  const stranger = await AsymmetricKey.generate('ES256');
  return [
    {
      name: 'an expired token',
      token: await mint({}, key, () => Date.now() - HOUR_MS),
      status: 401,
      code: 'token_expired',
    },
    {
      name: 'a token for another audience',
      token: await mint({ audience: `spiffe://${TRUST_DOMAIN}/payroll` }),
      status: 401,
      code: 'audience_mismatch',
    },
    {
      name: 'a token whose subject was changed',
      token: `${header}.${promoted}.${signature}`,
      status: 401,
      code: 'signature_invalid',
    },
    {
      name: 'HS256 with the public key as secret',
      token: confuse(good, key),
      status: 401,
      code: 'algorithm_not_allowed',
    },
    { name: 'a key nobody knows', token: await mint({}, stranger), status: 401, code: 'key_unknown' },
    {
      name: 'a caller without the role',
      token: await mint({ roles: [] }),
      status: 403,
      code: 'not_authorized',
    },
  ];
}

/** Six attacks on billing; each is refused, with its code for the operator and less for the attacker. */
export async function sixAttacks(stage: Stage, platform: Platform, fleet: Fleet): Promise<void> {
  stage.act('Six attacks on billing');
  for (const { name, token, status, code } of await attacks(platform)) {
    const from = fleet.billing.reportCount;
    const response = await fetch(`${fleet.billingOrigin}/charges`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    });
    const answer = (await response.json()) as { code?: string };
    const event = await fleet.billing.report('refused', () => true, from);
    stage.check(
      `${name}: ${status}; the attacker reads "${answer.code}", the operator "${code}"`,
      response.status === status && event.code === code && answer.code !== undefined,
      { status: response.status, code: event.code },
    );
  }
}
