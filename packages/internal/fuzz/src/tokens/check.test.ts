import { beforeAll, describe, expect, it } from 'vitest';
import { segment } from '../corpus/hostile.ts';
import { BILLING, NOW, ORDERS } from '../world/names.ts';
import { makeWorld, type Profile, type Signing, type World } from '../world/world.ts';
import { problemOf } from './check.ts';

let world: World;
let profile: Profile;
let signing: Signing;
beforeAll(async () => {
  world = await makeWorld();
  [profile, signing] = [world.profiles[0] as Profile, world.signings[0] as Signing];
});

function tokenOf(changes: Readonly<Record<string, unknown>> = {}): string {
  const { alg, kid } = signing;
  const claims = {
    ver: 1,
    iss: ORDERS,
    sub: ORDERS,
    aud: BILLING,
    iat: NOW,
    exp: NOW + 100,
    jti: 'token-0123456789',
    ...changes,
  };
  const input = `${segment(JSON.stringify({ typ: 'wid+jwt', alg, kid }))}.${segment(JSON.stringify(claims))}`;
  return `${input}.${signing.sign(input).toString('base64url')}`;
}

/** The verdict of a verifier that does something else than this project's. */
const withVerifier = (verify: (token: string) => unknown): Profile => ({
  ...profile,
  verifier: { verify: async (token: string) => (await verify(token)) as never } as never,
});
const problem = (one: Profile, token: string): Promise<string | undefined> =>
  problemOf(one, token, undefined, new Map());

describe('a verdict on a token', () => {
  it('is right where the oracle says the same', async () => {
    expect(await problem(profile, tokenOf())).toBeUndefined();
    expect(await problem(profile, tokenOf({ exp: NOW - 100 }))).toBeUndefined();
    expect(await problem(profile, 'a.b.c')).toBeUndefined();
  });

  it('is wrong where a token is accepted that the oracle refuses', async () => {
    const identity = await profile.verifier.verify(tokenOf());
    expect(
      await problem(
        withVerifier(() => identity),
        `${tokenOf()}A`,
      ),
    ).toContain('accepted; the oracle refuses it');
  });

  it('is wrong where a token is refused that the oracle accepts, or for another reason', async () => {
    const refusing = withVerifier((token) => profile.verifier.verify(`${token}.`));
    expect(await problem(refusing, tokenOf())).toBe('refused with token_malformed; the oracle accepts it');
    expect(await problem(refusing, tokenOf({ exp: NOW - 20, iat: NOW - 30 }))).toBe(
      'refused with token_malformed; the oracle refuses it with token_expired',
    );
  });

  it('is wrong where the identity is another one', async () => {
    const other = await profile.verifier.verify(tokenOf({ roles: ['admin'] }));
    expect(
      await problem(
        withVerifier(() => other),
        tokenOf(),
      ),
    ).toMatch(/^accepted with another identity: claims: /);
  });

  it('is wrong where the identity can be changed', async () => {
    const thawed = async (token: string) => {
      const identity = await profile.verifier.verify(token);
      return Object.assign(Object.create(null), identity);
    };
    expect(await problem(withVerifier(thawed), tokenOf())).toContain('frozen: false and not true');
  });

  it('is wrong where the second answer is another one', async () => {
    let asked = 0;
    const flapping = withVerifier((token) => profile.verifier.verify(asked++ === 0 ? token : 'x'));
    expect(await problem(flapping, tokenOf())).toBe('first accepted, then token_malformed');
  });

  it('is wrong where an error is none of this project', async () => {
    const broken = withVerifier(() => {
      throw new RangeError('out of range');
    });
    expect(await problem(broken, tokenOf())).toContain('an error of another kind: RangeError: out of range');
  });

  it('is wrong where it takes too long, three times in a row', async () => {
    const slow = withVerifier((token) => {
      const before = process.threadCpuUsage();
      while (process.threadCpuUsage(before).user < 60_000);
      return profile.verifier.verify(token);
    });
    expect(await problem(slow, tokenOf())).toMatch(/^takes [0-9]+ ms$/);
  });
});
