import { randomBytes } from 'node:crypto';
import type { TrustBundle } from '@workload-identity/contract';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  AsymmetricKey,
  type BundleSource,
  createMinter,
  createVerifier,
  HmacKey,
  KeyRing,
  type Minter,
  type TrustSnapshot,
  type Verifier,
  type VerifyOptions,
} from '../src/index.ts';
import { BILLING, NOW, ORDERS, SHIPPING, STS } from './support/names.ts';
import { outcomeOf } from './support/outcome.ts';
import { type SecretSigning, secretSigning } from './support/signing.ts';
import { segments, tokenOf } from './support/tokens.ts';
import { bundleOf, issuing, makeWorld, open, sharing, verifierOf, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await makeWorld();
});

describe('any one-byte change of a valid token is refused', () => {
  const algorithms = ['HS256', 'HS384', 'HS512', 'ES256', 'ES384', 'Ed25519', 'PS256', 'RS256'] as const;

  test.each(algorithms)('%s, at every position', async (algorithm) => {
    const signing = world.all.find((one) => one.algorithm === algorithm);
    if (signing === undefined) throw new Error('no such key');
    const token = tokenOf(signing, { roles: ['reader'], ext: { a: 1 } });
    const verifier = verifierOf(world.source);
    expect(await outcomeOf(verifier.verify(token))).toBe('accepted');
    const bytes = Buffer.from(token);
    for (let at = 0; at < bytes.length; at++) {
      const before = bytes[at] as number;
      // Its neighbour in the alphabet, another bit, and bytes that belong nowhere.
      for (const changed of new Set([before ^ 1, before ^ 32, 0x41, 0x2e, 0x3d, 0x00, 0xff])) {
        if (changed === before) continue;
        bytes[at] = changed;
        const outcome = await outcomeOf(verifier.verify(bytes.toString('latin1')));
        expect([at, changed, outcome !== 'accepted' && !outcome.startsWith('thrown')]).toEqual([
          at,
          changed,
          true,
        ]);
      }
      bytes[at] = before;
      const [left, right] = [token.slice(0, at), token.slice(at)];
      for (const other of [`${left}A${right}`, left + right.slice(1)]) {
        const outcome = await outcomeOf(verifier.verify(other));
        expect([at, outcome !== 'accepted' && !outcome.startsWith('thrown')]).toEqual([at, true]);
      }
    }
    expect(await outcomeOf(verifier.verify(token))).toBe('accepted');
  });

  test('any change of any number of bytes, and any text at all', async () => {
    const verifier = verifierOf(world.source);
    const tokens = world.all.map((signing) => tokenOf(signing));
    const alphabet = [...'ABCDabcd0123-_.= '];
    const edits = fc.array(fc.tuple(fc.nat(), fc.constantFrom('', ...alphabet)), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...tokens), edits, async (token, changes) => {
        const letters = [...token];
        for (const [at, letter] of changes) letters[at % token.length] = letter;
        const changed = letters.join('');
        const outcome = await outcomeOf(verifier.verify(changed));
        expect(outcome === 'accepted').toBe(changed === token);
        expect(outcome).not.toMatch(/^thrown/);
      }),
      { numRuns: 2_000 },
    );
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
        expect(await outcomeOf(verifier.verify(text))).toBe('token_malformed');
      }),
    );
  });
});

describe('the cached and the uncached verdict agree', () => {
  const JTI = 'a-token-to-be-denied';
  let keys: readonly SecretSigning[];
  let snapshots: readonly TrustSnapshot[];
  let tokens: readonly string[];

  beforeAll(async () => {
    const [a, b] = [secretSigning(), secretSigning()];
    keys = [a, b];
    const pair = world.pairs.ES256;
    const ending = new Date((NOW + 200) * 1000).toISOString();
    const bundles: TrustBundle[] = [
      bundleOf([sharing(a, b), issuing(pair)]),
      bundleOf([sharing(b), issuing(pair)]),
      bundleOf([sharing(a), { ...issuing(pair), subjects: [SHIPPING] }]),
      bundleOf([sharing(a, b), issuing(pair)], { denied: { tokens: [JTI], subjects: [SHIPPING] } }),
      bundleOf([sharing(a, b)], {
        denied: { keys: [a.kid], issuedBefore: new Date(NOW * 1000).toISOString() },
      }),
      bundleOf([
        { ...sharing(a, b), notAfter: ending },
        { ...issuing(pair), issuer: BILLING },
      ]),
      bundleOf([]),
    ];
    snapshots = await Promise.all(bundles.map(async (bundle) => (await open(bundle, ...keys)).current()));
    tokens = [
      tokenOf(a),
      tokenOf(b),
      tokenOf(pair),
      tokenOf(a, { jti: JTI }),
      tokenOf(a, { iat: NOW - 100, exp: NOW + 10 }),
      tokenOf(b, { iss: SHIPPING, sub: SHIPPING, aud: [BILLING, ORDERS] }),
      tokenOf(pair, { sub: SHIPPING, nbf: NOW + 60 }),
      tokenOf(a, { cnf: { jkt: 'A'.repeat(43) } }),
      tokenOf(b, { aud: ORDERS, exp: NOW + 3_600 }),
      `${tokenOf(a)}A`,
    ];
  });

  const audience = fc.constantFrom<VerifyOptions>(
    {},
    { audience: ORDERS },
    { audience: BILLING },
    { provenKey: { jkt: 'A'.repeat(43) } },
    { audience: [BILLING, ORDERS], provenKey: { 'x5t#S256': 'A'.repeat(43) } },
  );
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ token: fc.nat({ max: 9 }), options: audience }) },
    { weight: 2, arbitrary: fc.record({ advance: fc.constantFrom(1, 10, 59, 100, 301, -1, -60, -400) }) },
    { weight: 1, arbitrary: fc.record({ reload: fc.nat({ max: 6 }) }) },
  );

  test('over any sequence of questions, clock changes and reloads', async () => {
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        let now = NOW;
        let current = snapshots[0] as TrustSnapshot;
        const bundle = { current: () => current, heal: async () => false } as unknown as BundleSource;
        const make = (cacheBytes: number): Verifier =>
          createVerifier({ bundle, audiences: [BILLING, ORDERS], cacheBytes, clock: () => now * 1000 });
        const verifiers = [make(2 ** 20), make(0), make(7_000)];
        for (const one of steps) {
          if ('advance' in one) now += one.advance;
          else if ('reload' in one) current = snapshots[one.reload] as TrustSnapshot;
          else {
            const ask = (verifier: Verifier) =>
              outcomeOf(verifier.verify(tokens[one.token] as string, one.options));
            const [cached, uncached, small] = await Promise.all(verifiers.map(ask));
            seen.set(uncached as string, (seen.get(uncached as string) ?? 0) + 1);
            expect([cached, small]).toEqual([uncached, uncached]);
          }
        }
      }),
      { numRuns: 400 },
    );
    // It would say little if the sequences never got anywhere.
    expect([...seen.keys()].sort()).toEqual([
      'accepted',
      'audience_mismatch',
      'authority_expired',
      'confirmation_mismatch',
      'confirmation_required',
      'denied',
      'issuer_not_allowed',
      'key_unknown',
      'signature_invalid',
      'subject_not_allowed',
      'token_expired',
      'token_not_yet_valid',
    ]);
  });

  test('the cache was asked at all', async () => {
    const verifier = verifierOf(world.source);
    const token = tokenOf(world.secrets.HS256);
    const first = await verifier.verify(token);
    expect(await verifier.verify(token)).toBe(first);
    const uncached = verifierOf(world.source, { cacheBytes: 0 });
    expect(await uncached.verify(token)).not.toBe(await uncached.verify(token));
  });
});

describe('what is minted is verified', () => {
  const clock = (): number => NOW * 1000;
  const name = fc.stringMatching(/^[A-Za-z0-9._-]{1,12}$/).filter((part) => part !== '.' && part !== '..');
  const service = fc
    .array(name, { minLength: 1, maxLength: 4 })
    .map((path) => `spiffe://prod.example.com/${path.join('/')}`);
  const visible = fc.stringMatching(/^[\x21-\x7e]{1,60}$/);
  const text = fc.stringMatching(/^[\x20-\x7e]{1,60}$/);
  const role = fc.stringMatching(/^[a-z0-9._:-]{1,20}$/);
  const request = fc.record(
    {
      audience: fc.oneof(visible, fc.uniqueArray(visible, { minLength: 1, maxLength: 8 })),
      subject: service,
      lifetime: fc.integer({ min: 1, max: 3_600 }),
      roles: fc.array(role, { maxLength: 32 }),
      actor: fc.record({ sub: service, iss: fc.constantFrom(STS, ORDERS) }, { requiredKeys: ['sub'] }),
      transaction: visible,
      attestation: fc.record({ method: role, issuer: text, subject: text }),
      extension: fc
        .dictionary(
          fc.string({ unit: 'grapheme' }),
          fc.jsonValue({ maxDepth: 5 }).filter((value) => !JSON.stringify(value).includes('"__proto__"')),
          { maxKeys: 5 },
        )
        .filter((extension) => !Object.hasOwn(extension, '__proto__')),
    },
    { requiredKeys: ['audience', 'subject'] },
  );

  test.each(['HS256', 'HS512', 'ES256', 'Ed25519'] as const)(
    '%s: any claims within the limits',
    async (algorithm) => {
      const hmac = algorithm === 'HS256' || algorithm === 'HS512';
      const secret = secretSigning(algorithm === 'HS512' ? 'HS512' : 'HS256');
      const key = hmac
        ? await HmacKey.fromSecret(secret.secret, secret.algorithm)
        : await AsymmetricKey.generate(algorithm);
      const ring = new KeyRing<HmacKey | AsymmetricKey>({ active: key, clock });
      const authority = hmac
        ? { ...sharing(secret), issuer: STS }
        : ring.authority(STS, ['spiffe://prod.example.com/*']);
      const source = await open(bundleOf([authority]), secret);
      const minter: Minter = createMinter({ issuer: STS, signers: ring, clock, randomBytes });
      await fc.assert(
        fc.asyncProperty(request, async (asked) => {
          const audiences = typeof asked.audience === 'string' ? [asked.audience] : asked.audience;
          const minted = await minter.mint(asked as Parameters<Minter['mint']>[0]);
          const verifier = createVerifier({ bundle: source, audiences: audiences.slice(-1), clock });
          const identity = await verifier.verify(minted.token);
          expect(segments(minted.token)).toHaveLength(3);
          const { sub, aud, iat, exp, jti, roles, act, txn, att, ext } = identity.claims;
          expect({ sub, aud, iat, exp, jti }).toEqual({
            sub: asked.subject,
            aud: asked.audience,
            iat: NOW,
            exp: NOW + (asked.lifetime ?? 300),
            jti: minted.tokenId,
          });
          // As text: what is read has no prototype, and JSON knows no minus zero.
          expect(JSON.stringify({ roles, act, txn, att, ext })).toBe(
            JSON.stringify({
              roles: asked.roles,
              act: asked.actor,
              txn: asked.transaction,
              att: asked.attestation,
              ext: asked.extension,
            }),
          );
        }),
        { numRuns: 250 },
      );
    },
  );
});
