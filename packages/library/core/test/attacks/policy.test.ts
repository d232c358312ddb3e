import type { Denied } from '@workload-identity/contract';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { createMinter, HmacKey, KeyRing, type Minter, type ResolvedKey } from '../../src/index.ts';
import { BILLING, NOW, ORDERS, SHIPPING, STS } from '../support/names.ts';
import { verdict } from '../support/outcome.ts';
import { type SecretSigning, secretSigning } from '../support/signing.ts';
import { tokenOf } from '../support/tokens.ts';
import {
  bundleOf,
  envOf,
  issuing,
  makeWorld,
  open,
  sharing,
  verifierOf,
  type World,
} from '../support/world.ts';

let world: World;
let key: SecretSigning;
let minter: Minter;
const clock = (): number => NOW * 1000;
beforeAll(async () => {
  world = await makeWorld();
  key = secretSigning();
  minter = createMinter({
    issuer: ORDERS,
    signers: new KeyRing({ active: await HmacKey.fromSecret(key.secret), clock }),
    clock,
  });
});

describe('attack 49: every field means itself', () => {
  test('what is minted is what is verified, field by field', async () => {
    const verifier = verifierOf(await open(bundleOf([sharing(key)]), key));
    const jkt = 'J'.repeat(42).concat('E');
    const name = fc.stringMatching(/^[a-z0-9._:-]{1,64}$/);
    const service = fc.stringMatching(/^[a-z]{1,20}$/).map((word) => `spiffe://prod.example.com/${word}`);
    const text = fc.stringMatching(/^[\x21-\x7e]{1,40}$/);
    await fc.assert(
      fc.asyncProperty(
        fc.record(
          {
            audience: fc.array(text, { maxLength: 7 }).map((others) => [...others, BILLING]),
            lifetime: fc.integer({ min: 1, max: 3_600 }),
            roles: fc.array(name, { maxLength: 32 }),
            confirmation: fc.constant({ jkt }),
            actor: fc.record({ sub: service, iss: fc.constant(STS), act: fc.record({ sub: service }) }),
            transaction: text,
            attestation: fc.record({ method: name, issuer: text, subject: text }),
            extension: fc
              .dictionary(fc.string({ unit: 'grapheme', maxLength: 9 }), fc.jsonValue({ maxDepth: 3 }), {
                maxKeys: 4,
              })
              .filter((extension) => !JSON.stringify(Object.entries(extension)).includes('"__proto__"')),
          },
          { requiredKeys: ['audience'] },
        ),
        async (request) => {
          const minted = await minter.mint(request as Parameters<Minter['mint']>[0]);
          const bound = request.confirmation === undefined ? undefined : { provenKey: { jkt } };
          const identity = await verifier.verify(minted.token, bound);
          const { actor } = request;
          expect({ ...identity, claims: undefined }).toEqual({
            subject: ORDERS,
            trustDomain: 'prod.example.com',
            issuer: ORDERS,
            audience: request.audience,
            roles: request.roles ?? [],
            actors:
              actor === undefined ? [] : [{ subject: actor.sub, issuer: STS }, { subject: actor.act.sub }],
            ...(request.confirmation !== undefined && { confirmation: { jkt } }),
            tokenId: minted.tokenId,
            issuedAt: NOW,
            expiresAt: NOW + (request.lifetime ?? 300),
            rung: 'hmac',
            keyId: key.kid,
            claims: undefined,
          });
          expect(identity.claims).toMatchObject({
            ver: 1,
            ...(request.transaction !== undefined && { txn: request.transaction }),
            ...(request.attestation !== undefined && { att: request.attestation }),
          });
          // Cloned or serialised, it is still the same.
          const copy = JSON.parse(JSON.stringify(identity));
          expect(structuredClone({ ...identity })).toEqual(copy);
          expect(JSON.stringify(identity.claims.ext)).toEqual(
            JSON.stringify(JSON.parse(JSON.stringify(request.extension ?? null)) ?? undefined),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  const jti = 'token-identifier-1';
  const elsewhere: readonly (readonly [string, Denied])[] = [
    ['a key', { keys: [`${'K'.repeat(21)}A`] }],
    ['a token', { tokens: ['another-token-id-1'] }],
    ['a subject', { subjects: [SHIPPING] }],
    ['the past', { issuedBefore: new Date(NOW * 1000).toISOString() }],
  ];

  test.each(elsewhere)('a denial of %s that is not this one refuses nothing', async (_, denied) => {
    const source = await open(bundleOf([sharing(key)], { denied }), key);
    expect(await verdict(verifierOf(source), tokenOf(key, { jti }))).toBe('accepted');
  });

  test('a value in one list of denials counts for no other', async () => {
    const token = tokenOf(key, { jti: key.kid });
    const fields: readonly (readonly [Denied, string])[] = [
      [{ keys: [key.kid] }, 'denied'],
      [{ tokens: [key.kid] }, 'denied'],
      [{ tokens: ['K'.repeat(22)], keys: [`${'J'.repeat(21)}A`] }, 'accepted'],
      [{ subjects: [BILLING] }, 'accepted'],
      [{ subjects: [ORDERS] }, 'denied'],
    ];
    for (const [denied, expected] of fields) {
      const source = await open(bundleOf([sharing(key)], { denied }), key);
      expect([denied, await verdict(verifierOf(source), token)]).toEqual([denied, expected]);
    }
    const byToken = await open(bundleOf([sharing(key)], { denied: { tokens: [key.kid] } }), key);
    expect(await verdict(verifierOf(byToken), tokenOf(key, { jti }))).toBe('accepted');
  });

  test('a leaf is denied by each key of its path, and by no name in another list', async () => {
    const { ES256 } = world.pairs;
    const [own, above, anchor] = ['L', 'M', 'N'].map((letter) => `${letter.repeat(42)}A`) as [
      string,
      string,
      string,
    ];
    const resolve = (source: typeof world.source) => () => {
      const key = source.current().keys.get(ES256.kid) as ResolvedKey;
      const path = { authorities: key.authorities, notBefore: 0, notAfter: NOW * 2, permits: () => true };
      const leaf = { issuer: STS, usage: 'issuer', paths: [path] };
      return { ...key, keyId: own, lineage: [own, above, anchor], leaf };
    };
    for (const [denied, expected] of [
      [{ keys: [own] }, 'denied'],
      [{ keys: [above] }, 'denied'],
      [{ keys: [anchor] }, 'denied'],
      [{ keys: [`${'O'.repeat(42)}A`], tokens: [own] }, 'accepted'],
    ] as const) {
      const source = await open(bundleOf([issuing(ES256)], { denied }));
      const verifier = verifierOf(source, { chains: { resolve: resolve(source) as never } });
      const token = tokenOf(ES256, {}, { kid: undefined, x5c: ['MIIB'] });
      expect([denied, await verdict(verifier, token)]).toEqual([denied, expected]);
    }
  });

  test('tokens issued before a time are denied, to the second', async () => {
    const denied = { issuedBefore: new Date(NOW * 1000).toISOString() };
    const verifier = verifierOf(await open(bundleOf([sharing(key)], { denied }), key));
    expect(await verdict(verifier, tokenOf(key, { iat: NOW }))).toBe('accepted');
    expect(await verdict(verifier, tokenOf(key, { iat: NOW - 1 }))).toBe('denied');
  });
});

describe('attack 26: keys derived for one audience', () => {
  test('verify for it and for nobody else, and are no use to forge for others', async () => {
    const root = await HmacKey.fromSecret(key.secret);
    const derived = await root.forAudience(BILLING);
    const forBilling = secretSigning('HS256', Buffer.from(derived.exportForVerifier(), 'base64url'));
    const own = { secret: { env: envOf(forBilling.kid) }, audience: BILLING };
    const billing = await open(bundleOf([{ ...sharing(), keys: [own] }]), forBilling);
    const rooted = { secret: { env: envOf(key.kid) }, deriveFor: [BILLING, SHIPPING] };
    const everyone = await open(bundleOf([{ ...sharing(), keys: [rooted] }]), key);
    const says = (source: typeof billing, claims: object, audiences = [BILLING, SHIPPING]): Promise<string> =>
      verdict(verifierOf(source, { audiences }), tokenOf(forBilling, claims as never));
    for (const source of [billing, everyone]) {
      expect(await says(source, {})).toBe('accepted');
      expect(await says(source, { aud: [BILLING] })).toBe('accepted');
      expect(await says(source, { aud: SHIPPING })).toBe('audience_mismatch');
      expect(await says(source, { aud: [BILLING, SHIPPING] })).toBe('audience_mismatch');
      expect(await says(source, { aud: [SHIPPING, BILLING] })).toBe('audience_mismatch');
      expect(await says(source, {}, [SHIPPING])).toBe('audience_mismatch');
    }
    expect(await verdict(verifierOf(everyone), tokenOf(key))).toBe('key_unknown');
    expect(await verdict(verifierOf(billing), tokenOf(key))).toBe('key_unknown');
  });
});
