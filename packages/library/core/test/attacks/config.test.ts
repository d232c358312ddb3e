import { beforeAll, describe, expect, test } from 'vitest';
import {
  createBundleSource,
  createVerifier,
  type VerifierOptions,
  type VerifyOptions,
} from '../../src/index.ts';
import { BILLING, ORDERS } from '../support/names.ts';
import { outcomeOf, verdict } from '../support/outcome.ts';
import { tokenOf } from '../support/tokens.ts';
import { makeWorld, verifierOf, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await makeWorld();
});

describe('attack 43: a verifier without what it must be told', () => {
  test.each([undefined, null, 'options', 1, []])('%j instead of settings', (options) => {
    expect(() => createVerifier(options as never)).toThrow(TypeError);
  });

  test.each([undefined, null, {}, 'bundle.json', { current: true }])('the bundle %j', (bundle) => {
    expect(() => createVerifier({ bundle, audiences: [BILLING] } as never)).toThrow(/`bundle` is required/);
  });

  test.each([
    ...[
      undefined,
      null,
      BILLING,
      [],
      [''],
      [null],
      [undefined],
      [1],
      ['two words'],
      { 0: BILLING, length: 1 },
    ],
    ...[[BILLING, ''], ['x'.repeat(2_049)], new Set([BILLING]), ['ü']],
  ])('the audiences %j', (audiences) => {
    expect(() => verifierOf(world.source, { audiences: audiences as never })).toThrow(
      /`audiences` is required/,
    );
  });
});

describe('attack 28: settings that are no numbers, or beyond bounds', () => {
  const wrong: readonly (readonly [keyof VerifierOptions, readonly unknown[]])[] = [
    ['leeway', [Number.NaN, Number.POSITIVE_INFINITY, -1, 60.1, 61, '10', null, true, [10], {}]],
    ['maxLifetime', [Number.NaN, Number.POSITIVE_INFINITY, 0, -1, 3_601, '60', null, true]],
    ['cacheBytes', [Number.NaN, Number.POSITIVE_INFINITY, -1, '0', null]],
    ['acceptRs256', ['true', 1, null, {}]],
    ['chains', [null, {}, true, { resolve: true }]],
    ['clock', [0, '0', {}, null]],
  ];

  test.each(wrong)('%s', (name, values) => {
    for (const value of values) {
      expect(() => verifierOf(world.source, { [name]: value }), `${name} ${String(value)}`).toThrow(
        expect.objectContaining({ name: 'TypeError', message: expect.stringContaining(`\`${name}\``) }),
      );
    }
  });

  test('the bounds themselves are accepted', async () => {
    for (const changes of [
      { leeway: 0 },
      { leeway: 60 },
      { maxLifetime: 300 },
      { maxLifetime: 3_600 },
      { cacheBytes: 0 },
    ]) {
      expect(await verdict(verifierOf(world.source, changes), tokenOf(world.secrets.HS256))).toBe('accepted');
    }
  });

  test.each(['pollInterval', 'healInterval'])('%s of a bundle source', (name) => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, -1, 86_401, '5', null]) {
      expect(() => createBundleSource({ bundle: world.bundle, [name]: value })).toThrow(TypeError);
    }
  });

  test('other settings of a bundle source', () => {
    for (const options of [
      undefined,
      {},
      { bundle: 'bundle.json' },
      { bundle: null },
      { bundle: world.bundle, readSecret: {} },
      { bundle: world.bundle, check: true },
      { bundle: world.bundle, clock: 0 },
    ]) {
      expect(() => createBundleSource(options as never)).toThrow(TypeError);
    }
  });
});

describe('attack 27: an expectation that is misspelt is not one that is unused', () => {
  test.each([
    'audience',
    'issuer',
    'issuers',
    'algorithms',
    'clockTolerance',
    'maxAge',
    'Audiences',
    'cache',
    'ignoreExpiration',
  ])('the setting %s', (name) => {
    expect(() => verifierOf(world.source, { [name]: BILLING })).toThrow(
      new TypeError(`\`${name}\` is not an option`),
    );
  });

  test.each([
    'audiences',
    'aud',
    'issuer',
    'subject',
    'algorithms',
    'clockTimestamp',
    'leeway',
    'ignoreExpiration',
    'complete',
  ])('the option %s of one verification', async (name) => {
    const asked = verifierOf(world.source).verify(tokenOf(world.secrets.HS256), { [name]: BILLING } as never);
    await expect(asked).rejects.toThrow(new TypeError(`\`${name}\` is not an option`));
  });

  test('the setting of a bundle source that checks its anchors', () => {
    expect(() => createBundleSource({ bundle: world.bundle, checks: () => undefined } as never)).toThrow(
      new TypeError('`checks` is not an option'),
    );
  });

  test('one verification may narrow the audiences, and never widen or void them', async () => {
    const verifier = verifierOf(world.source);
    const token = tokenOf(world.secrets.HS256);
    for (const audience of [
      ORDERS,
      [BILLING, ORDERS],
      '',
      [],
      [''],
      null,
      false,
      0,
      {},
      [null],
      [[BILLING]],
      ['*'],
    ]) {
      await expect(verifier.verify(token, { audience } as never)).rejects.toThrow(TypeError);
      await expect(
        verifier.verify(tokenOf(world.secrets.HS256, { aud: ORDERS }), { audience } as never),
      ).rejects.toThrow(TypeError);
    }
    for (const options of ['x', 1, true, null, [BILLING]]) {
      await expect(verifier.verify(token, options as never)).rejects.toThrow(TypeError);
    }
  });

  test('settings changed after they were given change nothing', async () => {
    const audiences = [BILLING];
    const options = { bundle: world.source, audiences, leeway: 0, clock: () => 1_800_000_000_000 };
    const verifier = createVerifier(options);
    audiences.push(ORDERS);
    options.leeway = 60;
    const before = tokenOf(world.secrets.HS256, { iat: 1_800_000_001 });
    expect(await outcomeOf(verifier.verify(before))).toBe('token_not_yet_valid');
    expect(await outcomeOf(verifier.verify(tokenOf(world.secrets.HS256, { aud: ORDERS })))).toBe(
      'audience_mismatch',
    );
  });
});

describe('attack 39: bound tokens', () => {
  const [a, b] = ['A'.repeat(43), `${'B'.repeat(42)}A`];
  const says = (cnf: unknown, provenKey?: unknown): Promise<string> => {
    const options = (provenKey === undefined ? undefined : { provenKey }) as VerifyOptions | undefined;
    return verdict(verifierOf(world.source), tokenOf(world.secrets.HS256, { cnf }), options);
  };

  test('are refused as plain bearer tokens', async () => {
    for (const cnf of [{ jkt: a }, { 'x5t#S256': a }, { jwk: world.pairs.ES256.jwk }]) {
      expect(await says(cnf)).toBe('confirmation_required');
    }
  });

  test('are accepted with the very key, by its own kind of proof', async () => {
    expect(await says({ jkt: a }, { jkt: a })).toBe('accepted');
    expect(await says({ 'x5t#S256': a }, { 'x5t#S256': a })).toBe('accepted');
    expect(await says({ jwk: world.pairs.ES256.jwk }, { jkt: world.pairs.ES256.kid })).toBe('accepted');
    expect(await says({ jwk: world.pairs.PS256.jwk }, { jkt: world.pairs.PS256.kid })).toBe('accepted');
    expect(await says({ jwk: world.pairs.Ed25519.jwk }, { jkt: world.pairs.Ed25519.kid })).toBe('accepted');
  });

  test('may say more than this version reads, but never less than one key it can check', async () => {
    expect(await says({ jkt: a, unknown: 1 })).toBe('confirmation_required');
    expect(await says({ jkt: a, unknown: 1 }, { jkt: a })).toBe('accepted');
  });

  test('are refused with another key, another kind of proof, or none', async () => {
    for (const [cnf, proof] of [
      [{ jkt: a }, { jkt: b }],
      [{ jkt: a }, { 'x5t#S256': a }],
      [{ 'x5t#S256': a }, { jkt: a }],
      [{ 'x5t#S256': a }, { 'x5t#S256': b }],
      [{ jwk: world.pairs.ES256.jwk }, { jkt: world.pairs.ES384.kid }],
      [{ jwk: world.pairs.ES256.jwk }, { 'x5t#S256': world.pairs.ES256.kid }],
      [{ jkt: a }, {}],
      [{ jkt: a }, { jkt: undefined }],
      [{ jkt: a }, { jkt: [a] }],
      [{ jwk: world.pairs.ES256.jwk }, {}],
    ]) {
      expect([cnf, proof, await says(cnf, proof)]).toEqual([cnf, proof, 'confirmation_mismatch']);
    }
  });

  test('a proof for a token that is bound to nothing is refused', async () => {
    for (const proof of [{ jkt: a }, { 'x5t#S256': a }, {}])
      expect(await says(undefined, proof)).toBe('confirmation_mismatch');
  });

  test('a binding that names no key, or more than one, is a broken token and no bearer token', async () => {
    for (const cnf of [
      {},
      null,
      [],
      a,
      { jkt: '' },
      { jkt: null },
      { jkt: `${a}=` },
      { jkt: a, 'x5t#S256': a },
      { jkt: a, jwk: world.pairs.ES256.jwk },
      { unknown: a },
      { kid: a },
      { jku: 'https://evil.example' },
      { jwk: {} },
      { jwk: { kty: 'oct', k: 'AAAA' } },
      { jwk: { ...world.pairs.ES256.jwk, d: 'AAAA' } },
    ]) {
      expect([cnf, await says(cnf)]).toEqual([cnf, 'claims_invalid']);
      expect([cnf, await says(cnf, { jkt: a })]).toEqual([cnf, 'claims_invalid']);
    }
  });
});
