import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ErrorCode, TrustBundle } from '@workload-identity/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type BundleEvent,
  type BundleSource,
  createBundleSource,
  createVerifier,
  type ResolvedKey,
  type TrustSnapshot,
} from '../../src/index.ts';
import { record } from '../support/channels.ts';
import { BILLING, NOW, ORDERS, SHIPPING } from '../support/names.ts';
import { outcomeOf, verdict } from '../support/outcome.ts';
import { type SecretSigning, secretSigning } from '../support/signing.ts';
import { segments, tokenOf } from '../support/tokens.ts';
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
let folder: string;
beforeAll(async () => {
  world = await makeWorld();
  folder = await mkdtemp(join(tmpdir(), 'workload-identity-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A source whose bundle a test exchanges. */
function exchangeable(first: TrustBundle, ...signings: SecretSigning[]) {
  const file = join(folder, `${Math.random()}.json`);
  const secrets = new Map(signings.map(({ kid, secret }) => [envOf(kid), secret.toString('base64')]));
  const write = async (text: string): Promise<void> => {
    await writeFile(`${file}.new`, text);
    await rename(`${file}.new`, file);
  };
  const source = createBundleSource({
    bundle: { file },
    readSecret: async (reference) => secrets.get(reference.env ?? '') ?? '',
    pollInterval: 0,
  });
  return {
    source,
    write,
    async put(bundle: TrustBundle) {
      await write(JSON.stringify(bundle));
      await source.reload();
    },
    async open() {
      await write(JSON.stringify(first));
      await source.ready();
    },
  };
}

function tally(outcomes: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

describe('attack 21: no two tokens share a cached verdict', () => {
  test('tokens that differ in any one byte, or in where they are cut, are looked at anew', async () => {
    const token = tokenOf(world.secrets.HS256);
    const verifier = verifierOf(world.source);
    expect(await outcomeOf(verifier.verify(token))).toBe('accepted');
    for (let at = 0; at < token.length; at++) {
      const other = token[at] === 'A' ? 'B' : 'A';
      expect(await outcomeOf(verifier.verify(token.slice(0, at) + other + token.slice(at + 1)))).not.toBe(
        'accepted',
      );
      expect(await outcomeOf(verifier.verify(token.slice(at + 1)))).not.toBe('accepted');
      expect(await outcomeOf(verifier.verify(token.slice(0, at)))).not.toBe('accepted');
    }
    expect(await outcomeOf(verifier.verify(token))).toBe('accepted');
  });

  test('tokens with the same last, first or middle segment are told apart', async () => {
    const verifier = verifierOf(world.source);
    const [a, b] = [
      tokenOf(world.secrets.HS256),
      tokenOf(world.secrets.HS256, { sub: SHIPPING, iss: SHIPPING }),
    ];
    const [one, two] = [await verifier.verify(a), await verifier.verify(b)];
    expect([one.subject, two.subject]).toEqual([ORDERS, SHIPPING]);
    const [header, payload] = segments(b);
    expect(await verdict(verifier, `${header}.${payload}.${segments(a)[2]}`)).toBe('signature_invalid');
    expect((await verifier.verify(a)).subject).toBe(ORDERS);
  });

  test('nobody can say how tokens are keyed, hashed or shared', () => {
    for (const name of ['cacheKeyBuilder', 'cacheKey', 'cache', 'cacheTTL', 'key', 'keys', 'hash']) {
      expect(() => verifierOf(world.source, { [name]: () => 'x' })).toThrow(
        new TypeError(`\`${name}\` is not an option`),
      );
    }
  });

  test('two verifiers share nothing, whatever they were asked before', async () => {
    const token = tokenOf(world.secrets.HS256, { exp: NOW + 3_600 });
    const rs256 = tokenOf(world.pairs.RS256, { exp: NOW + 3_600 });
    const accepting = verifierOf(world.source);
    expect(await verdict(accepting, token)).toBe('accepted');
    expect(await verdict(accepting, rs256)).toBe('accepted');
    expect(await verdict(verifierOf(world.source, { audiences: [ORDERS] }), token)).toBe('audience_mismatch');
    expect(await verdict(verifierOf(world.source, { maxLifetime: 300 }), token)).toBe('lifetime_exceeded');
    expect(await verdict(verifierOf(world.source, { acceptRs256: false }), rs256)).toBe(
      'algorithm_not_allowed',
    );
    expect(await verdict(verifierOf(await open(bundleOf([]))), token)).toBe('key_unknown');
    expect(await verdict(accepting, token)).toBe('accepted');
  });

  test('a narrower question about a cached token gets its own answer', async () => {
    const verifier = verifierOf(world.source, { audiences: [BILLING, SHIPPING] });
    const token = tokenOf(world.secrets.HS256);
    expect(await verdict(verifier, token)).toBe('accepted');
    expect(await verdict(verifier, token, { audience: SHIPPING })).toBe('audience_mismatch');
    expect(await verdict(verifier, token, { audience: [SHIPPING, BILLING] })).toBe('accepted');
    expect(await verdict(verifier, token, { provenKey: { jkt: 'A'.repeat(43) } })).toBe(
      'confirmation_mismatch',
    );
    expect(await verdict(verifier, token)).toBe('accepted');
  });

  test('what was refused is never remembered as accepted, and a bound token needs its proof every time', async () => {
    const verifier = verifierOf(world.source);
    const bound = tokenOf(world.secrets.HS256, { cnf: { jkt: 'A'.repeat(43) } });
    const proof = { provenKey: { jkt: 'A'.repeat(43) } };
    for (let round = 0; round < 2; round++) {
      expect(await verdict(verifier, bound)).toBe('confirmation_required');
      expect(await verdict(verifier, bound, { provenKey: { jkt: 'B'.repeat(43) } })).toBe(
        'confirmation_mismatch',
      );
      expect(await verdict(verifier, bound, { provenKey: { 'x5t#S256': 'A'.repeat(43) } })).toBe(
        'confirmation_mismatch',
      );
      expect(await verdict(verifier, bound, proof)).toBe('accepted');
    }
  });
});

describe('attack 23: what is withdrawn is refused at the next verification, cached or not', () => {
  const later = new Date((NOW + 1) * 1000).toISOString();
  const others = [`${ORDERS}/x`, SHIPPING];

  test.each<[string, ErrorCode, (key: SecretSigning) => Partial<TrustBundle>]>([
    ['the key', 'key_unknown', () => ({ authorities: [issuing(world.pairs.ES256)] })],
    ['every authority', 'key_unknown', () => ({ authorities: [] })],
    [
      'the subject',
      'subject_not_allowed',
      (key) => ({ authorities: [{ ...sharing(key), subjects: others }] }),
    ],
    ['the issuer', 'issuer_not_allowed', (key) => ({ authorities: [{ ...sharing(key), issuer: SHIPPING }] })],
    [
      'the authority, by its end',
      'authority_expired',
      (key) => ({ authorities: [{ ...sharing(key), notAfter: '2020-01-01T00:00:00Z' }] }),
    ],
    ['the key, by denial', 'denied', (key) => ({ denied: { keys: [key.kid] } })],
    ['the subject, by denial', 'denied', () => ({ denied: { subjects: [ORDERS] } })],
    ['all subjects, by denial', 'denied', () => ({ denied: { subjects: ['spiffe://prod.example.com/*'] } })],
    ['all tokens before now', 'denied', () => ({ denied: { issuedBefore: later } })],
  ])('%s: %s', async (_, code, withdraw) => {
    const key = secretSigning();
    const before = bundleOf([sharing(key)]);
    const bundle = exchangeable(before, key);
    await bundle.open();
    const verifier = verifierOf(bundle.source);
    const token = tokenOf(key);
    expect(await verdict(verifier, token)).toBe('accepted');
    await bundle.put({ ...before, ...withdraw(key), sequence: 2 });
    expect(await outcomeOf(verifier.verify(token))).toBe(code);
    expect(await outcomeOf(verifierOf(bundle.source).verify(token))).toBe(code);
    await bundle.put({ ...before, sequence: 3 });
    expect(await outcomeOf(verifier.verify(token))).toBe('accepted');
  });

  test('a token by its identifier', async () => {
    const key = secretSigning();
    const bundle = exchangeable(bundleOf([sharing(key)]), key);
    await bundle.open();
    const verifier = verifierOf(bundle.source);
    const [token, other] = [
      tokenOf(key, { jti: 'stolen-token-0001' }),
      tokenOf(key, { jti: 'stolen-token-0002' }),
    ];
    expect(await verdict(verifier, token)).toBe('accepted');
    await bundle.put(bundleOf([sharing(key)], { sequence: 2, denied: { tokens: ['stolen-token-0001'] } }));
    expect(await verdict(verifier, token)).toBe('denied');
    expect(await verdict(verifier, other)).toBe('accepted');
  });

  test('an authority that ends does so on the second, for cached tokens too', async () => {
    const key = secretSigning();
    const notAfter = new Date((NOW + 60) * 1000).toISOString();
    const source = await open(bundleOf([{ ...sharing(key), notAfter }]), key);
    let now = NOW;
    const verifier = verifierOf(source, { clock: () => now * 1000 });
    const token = tokenOf(key);
    for (const [at, expected] of [
      [NOW, 'accepted'],
      [NOW + 59.999, 'accepted'],
      [NOW + 60, 'authority_expired'],
      [NOW + 61, 'authority_expired'],
      [NOW + 59, 'accepted'],
    ] as const) {
      now = at;
      expect([at, await outcomeOf(verifier.verify(token))]).toEqual([at, expected]);
    }
  });
});

describe('attack 52: a bundle exchanged while verifications run', () => {
  // Under the first the subject is allowed and the token denied, under the second the other way round: a verification
  // that took the authority of one and the denials of the other would accept.
  test('each of 10,000 verifications uses one snapshot', async () => {
    const { ES256 } = world.pairs;
    const jti = 'denied-token-0001';
    const snapshots = await Promise.all(
      [
        bundleOf([issuing(ES256)], { denied: { tokens: [jti] } }),
        bundleOf([{ ...issuing(ES256), subjects: [SHIPPING] }]),
      ].map(async (bundle) => (await open(bundle)).current()),
    );
    let calls = 0;
    const source = { current: () => snapshots[calls++ % 2] as TrustSnapshot, heal: async () => false };
    const chains = {
      resolve: (_chain: unknown, _alg: unknown, snapshot: TrustSnapshot) =>
        new Promise<ResolvedKey>((resolve) =>
          setImmediate(() => resolve(snapshot.keys.get(ES256.kid) as ResolvedKey)),
        ),
    };
    const verifier = createVerifier({
      bundle: source as unknown as BundleSource,
      audiences: [BILLING],
      chains,
      clock: () => NOW * 1000,
    });
    const byChain = tokenOf(ES256, { jti }, { kid: undefined, x5c: ['MIIB'] });
    const byKey = tokenOf(ES256, { jti });
    const outcomes = await Promise.all(
      Array.from({ length: 10_000 }, (_, at) => outcomeOf(verifier.verify(at % 4 < 2 ? byChain : byKey))),
    );
    expect(tally(outcomes)).toEqual({ denied: 5_000, subject_not_allowed: 5_000 });
  });

  test('real reloads, and broken files between them, never refuse what every bundle accepts', async () => {
    const [old, young] = [secretSigning(), secretSigning()];
    const bundle = exchangeable(bundleOf([sharing(old, young)]), old, young);
    await bundle.open();
    const verifier = verifierOf(bundle.source, { cacheBytes: 4_096 });
    const tokens = [tokenOf(old), tokenOf(young), tokenOf(young, { aud: ORDERS })];
    const loads = record<BundleEvent>('bundle');
    const outcomes: string[] = [];
    for (let round = 0; round < 100; round++) {
      const verifying = Array.from({ length: 100 }, (_, at) =>
        outcomeOf(verifier.verify(tokens[at % 3] as string)),
      );
      if (round % 2 === 0) await bundle.put(bundleOf([sharing(young, old)], { sequence: 2 + round }));
      else {
        await bundle.write('{"version":1,');
        await bundle.source.reload();
      }
      outcomes.push(...(await Promise.all(verifying)));
    }
    loads.stop();
    expect(tally(outcomes)).toEqual({ accepted: 6_700, audience_mismatch: 3_300 });
    expect(loads.events.filter(({ outcome }) => outcome === 'loaded')).toHaveLength(50);
    expect(loads.events.filter(({ code }) => code === 'bundle_invalid')).toHaveLength(50);
    expect(bundle.source.status()).toMatchObject({
      state: 'stale',
      sequence: 100,
      error: { code: 'bundle_invalid' },
    });
  });
});
