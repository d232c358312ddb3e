import { beforeAll, describe, expect, test } from 'vitest';
import type { LeafPath, ResolvedKey, ResolvedLeaf } from '../../src/index.ts';
import { NOW, ORDERS } from '../support/names.ts';
import { outcomeOf, verdict } from '../support/outcome.ts';
import { claimsOf, headerOf, signRaw, tokenOf } from '../support/tokens.ts';
import { makeWorld, verifierOf, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await makeWorld();
});

const says = (claims: Record<string, unknown>): Promise<string> =>
  verdict(verifierOf(world.source), tokenOf(world.secrets.HS256, claims));

describe('attack 28: times that are missing, no numbers, or beyond bounds', () => {
  test.each(['exp', 'iat'])('%s', async (name) => {
    for (const value of [undefined, null, `${NOW}`, '1e9', NOW + 0.5, -1, 2 ** 60, [], [NOW], {}, true, '']) {
      expect([value, await says({ [name]: value })]).toEqual([value, 'claims_invalid']);
    }
  });

  test('numbers JSON can spell and no clock can show', async () => {
    const { HS256 } = world.secrets;
    for (const number of [
      '1e400',
      '-1e400',
      '1e-400',
      '-0',
      '1e9',
      '253402300800',
      '9007199254740993',
      '-1',
      '0.5',
    ]) {
      const claims = JSON.stringify(claimsOf(HS256, { exp: '@' })).replace('"@"', number);
      const outcome = await verdict(
        verifierOf(world.source),
        signRaw(HS256, JSON.stringify(headerOf(HS256)), claims),
      );
      expect([number, outcome]).toEqual([number, 'claims_invalid']);
    }
  });

  test('a lifetime beyond the limit, whatever else', async () => {
    expect(await says({ exp: NOW + 3_600 })).toBe('accepted');
    expect(await says({ exp: NOW + 3_601 })).toBe('lifetime_exceeded');
    expect(await says({ exp: 253_402_300_799 })).toBe('lifetime_exceeded');
    expect(await says({ iat: 0 })).toBe('lifetime_exceeded');
    const strict = verifierOf(world.source, { maxLifetime: 60 });
    expect(await verdict(strict, tokenOf(world.secrets.HS256, { exp: NOW + 60 }))).toBe('accepted');
    expect(await verdict(strict, tokenOf(world.secrets.HS256, { exp: NOW + 61 }))).toBe('lifetime_exceeded');
  });

  test('times that contradict each other', async () => {
    expect(await says({ exp: NOW })).toBe('claims_invalid');
    expect(await says({ exp: NOW - 1 })).toBe('claims_invalid');
    expect(await says({ nbf: NOW + 300 })).toBe('claims_invalid');
    expect(await says({ nbf: NOW + 301 })).toBe('claims_invalid');
    expect(await says({ nbf: NOW - 1_000 })).toBe('accepted');
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, undefined])(
    'a clock that yields %s makes every token refused',
    async (now) => {
      const verifier = verifierOf(world.source, { clock: () => now as number });
      for (const token of [tokenOf(world.secrets.HS256), tokenOf(world.secrets.HS256, { iat: 0, exp: 1 })]) {
        expect(await verdict(verifier, token)).not.toBe('accepted');
      }
    },
  );
});

describe('attack 29: the clock', () => {
  let now = NOW;
  const moved = async (at: number, token: string, changes = {}): Promise<string> => {
    now = at;
    return outcomeOf(verifierOf(world.source, { clock: () => now * 1000, ...changes }).verify(token));
  };

  test.each([0, 1, 10, 60])('the end of a token, to the second, with a leeway of %d', async (leeway) => {
    const token = tokenOf(world.secrets.HS256);
    const exp = NOW + 300;
    const kept = verifierOf(world.source, { clock: () => now * 1000, leeway });
    for (const [at, expected] of [
      [exp - 1, 'accepted'],
      [exp + leeway - 1, 'accepted'],
      [exp + leeway - 0.001, 'accepted'],
      [exp + leeway, 'token_expired'],
      [exp + leeway + 1, 'token_expired'],
      [exp + leeway + 100_000, 'token_expired'],
    ] as const) {
      expect([at, await moved(at, token, { leeway })]).toEqual([at, expected]);
      expect([at, await outcomeOf(kept.verify(token))]).toEqual([at, expected]);
    }
  });

  test.each([0, 1, 10, 60])('its beginning, to the second, with a leeway of %d', async (leeway) => {
    for (const [claims, start] of [
      [{}, NOW],
      [{ nbf: NOW + 100 }, NOW + 100],
      [{ nbf: NOW - 100 }, NOW],
    ] as const) {
      const token = tokenOf(world.secrets.HS256, claims);
      expect(await moved(start - leeway - 1, token, { leeway })).toBe('token_not_yet_valid');
      expect(await moved(start - leeway - 0.001, token, { leeway })).toBe('token_not_yet_valid');
      expect(await moved(start - leeway, token, { leeway })).toBe('accepted');
      expect(await moved(start, token, { leeway })).toBe('accepted');
    }
  });

  test('a cached token obeys the same bounds when the clock goes on, back an hour, and on again', async () => {
    const token = tokenOf(world.secrets.HS256);
    const verifier = verifierOf(world.source, { clock: () => now * 1000 });
    for (const [at, expected] of [
      [NOW, 'accepted'],
      [NOW + 309, 'accepted'],
      [NOW - 3_600, 'token_not_yet_valid'],
      [NOW - 10, 'accepted'],
      [NOW + 310, 'token_expired'],
      [NOW + 309, 'accepted'],
      [NOW - 11, 'token_not_yet_valid'],
      [NOW + 299, 'accepted'],
    ] as const) {
      now = at;
      expect([at, await outcomeOf(verifier.verify(token))]).toEqual([at, expected]);
    }
  });
});

describe('attack 17: a token and the leaf that signed it', () => {
  type Changes = Partial<ResolvedLeaf & LeafPath>;
  const leafOf = ({ issuer = ORDERS, usage = 'self', ...path }: Changes = {}): ResolvedLeaf => ({
    issuer,
    usage,
    paths: [{ notBefore: NOW - 1_000, notAfter: NOW + 1_000, authorities: [], permits: () => true, ...path }],
  });

  async function judged(leaf: Changes, claims: object = {}, at = NOW): Promise<string> {
    const { ES256 } = world.pairs;
    const held = [...world.source.current().keys.values()].find(({ keyId }) => keyId === ES256.kid);
    const authority = {
      rung: 'ca',
      issuer: 'certificate',
      subjects: held?.authorities[0]?.subjects ?? [],
    } as const;
    const key = {
      ...(held as ResolvedKey),
      rung: 'ca',
      authorities: [authority],
      leaf: leafOf({ ...leaf, authorities: [authority] }),
    } as const;
    const chains = { resolve: (): ResolvedKey => key };
    const verifier = verifierOf(world.source, { chains, clock: () => at * 1000 });
    return verdict(verifier, tokenOf(ES256, { iss: ORDERS, ...claims }, { kid: undefined, x5c: ['MIIB'] }));
  }

  test('within it, the token is accepted', async () => {
    expect(await judged({})).toBe('accepted');
    expect(await judged({ notBefore: NOW, notAfter: NOW + 300 })).toBe('accepted');
  });

  test('a token that began before the leaf or ends after it is refused', async () => {
    expect(await judged({ notBefore: NOW + 1 })).toBe('leaf_expired');
    expect(await judged({ notBefore: NOW - 1, notAfter: NOW + 299 })).toBe('leaf_expired');
    expect(await judged({}, { iat: NOW - 1_001, exp: NOW + 1 })).toBe('leaf_expired');
    expect(await judged({}, { exp: NOW + 1_001 })).toBe('leaf_expired');
  });

  test('the leeway is for the token alone: a leaf that ended a second ago is refused', async () => {
    const leaf = { notAfter: NOW + 300 };
    expect(await judged(leaf, {}, NOW + 300)).toBe('accepted');
    expect(await judged(leaf, {}, NOW + 301)).toBe('leaf_expired');
    expect(await judged({ notBefore: NOW }, {}, NOW)).toBe('accepted');
    expect(await judged({ notBefore: NOW }, {}, NOW - 1)).toBe('leaf_expired');
  });

  test('times that are no numbers refuse', async () => {
    expect(await judged({ notAfter: Number.NaN })).toBe('leaf_expired');
    expect(await judged({ notBefore: Number.NaN })).toBe('leaf_expired');
  });

  test('the issuer is the leaf, a self leaf asserts itself, an issuer leaf what its constraints permit', async () => {
    expect(await judged({ issuer: `${ORDERS}/x` })).toBe('issuer_not_allowed');
    expect(await judged({}, { sub: `${ORDERS}/x` })).toBe('subject_not_allowed');
    const issuer = { usage: 'issuer', permits: (subject: string) => subject === `${ORDERS}/x` } as const;
    expect(await judged(issuer, { sub: `${ORDERS}/x` })).toBe('accepted');
    expect(await judged(issuer, { sub: `${ORDERS}/y` })).toBe('subject_not_allowed');
    expect(await judged({ ...issuer, permits: () => true }, { sub: 'spiffe://other.example.com/x' })).toBe(
      'subject_not_allowed',
    );
  });

  test('attack 03: a resolver that answers with a key for another algorithm is not followed', async () => {
    const { ES256, Ed25519 } = world.pairs;
    const keys = world.source.current().keys;
    const other = { ...(keys.get(Ed25519.kid) as ResolvedKey), leaf: leafOf() };
    const disguised = { ...other, algorithm: 'ES256' } as const;
    for (const key of [other, disguised]) {
      const verifier = verifierOf(world.source, { chains: { resolve: () => key } });
      const token = tokenOf(ES256, {}, { kid: undefined, x5c: ['MIIB'] });
      expect(await verdict(verifier, token)).toBe('algorithm_not_allowed');
    }
  });
});
