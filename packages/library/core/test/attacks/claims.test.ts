import { beforeAll, describe, expect, test } from 'vitest';
import { BILLING, NOW, ORDERS, STS } from '../support/names.ts';
import { verdict } from '../support/outcome.ts';
import { claimsOf, headerOf, signRaw, tokenOf } from '../support/tokens.ts';
import { bundleOf, issuing, makeWorld, open, verifierOf, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await makeWorld();
});

const says = (claims: Record<string, unknown>): Promise<string> =>
  verdict(verifierOf(world.source), tokenOf(world.secrets.HS256, claims));

/** A payload exactly as it is written. */
const written = (payload: string): Promise<string> =>
  verdict(
    verifierOf(world.source),
    signRaw(world.secrets.HS256, JSON.stringify(headerOf(world.secrets.HS256)), payload),
  );

/** Spellings a careless comparison would take for the same name. */
function nearMisses(name: string): readonly string[] {
  return [
    ...[
      `${name}/`,
      `${name}x`,
      `${name}/x`,
      name.slice(0, -1),
      name.slice(1),
      `x${name}`,
      ` ${name}`,
      `${name} `,
    ],
    ...[
      name.toUpperCase(),
      name.replace('prod', 'Prod'),
      name.replace('spiffe', 'SPIFFE'),
      `${name}?`,
      `${name}#`,
    ],
    ...[name.replace('example.com', 'example.com:443'), name.replace('example.com', 'example.com.')],
    ...[name.replace('example', 'ex%61mple'), name.replace('/o', '/%6f'), name.replace('/b', '/%62')],
    ...[name.replace('e', 'е'), name.replace('i', 'ı'), name.replace('s', 'ſ'), name.replace('o', 'ο')],
    ...[
      `${name}\0`,
      `${name}\n`,
      `${name},${name}`,
      name.replace('//', '/'),
      name.replace('.com/', '.com//'),
    ],
    ...[`${name}/.`, `${name}/..`, `${name}/../billing`, name.normalize('NFKD').replace('.', '．')],
  ].filter((near) => near !== name);
}

describe('attack 24: comparisons without regular expressions', () => {
  test('the same token gets the same answer a thousand times, cached or not', async () => {
    for (const cacheBytes of [0, 2 ** 20]) {
      const verifier = verifierOf(world.source, { cacheBytes });
      const [good, bad] = [
        tokenOf(world.secrets.HS256),
        tokenOf(world.secrets.HS256, { aud: `${BILLING}/` }),
      ];
      for (let round = 0; round < 500; round++) {
        expect(await verdict(verifier, good)).toBe('accepted');
        expect(await verdict(verifier, bad)).toBe('audience_mismatch');
      }
    }
  });

  test('what a regular expression would match is one name like any other', async () => {
    for (const aud of [
      '.*',
      '^.*$',
      'spiffe://prod.example.com/.*',
      'spiffe://prod.example.com/*',
      '*',
      '[^]*',
    ]) {
      expect([aud, await says({ aud })]).toEqual([aud, 'audience_mismatch']);
    }
    expect(await says({ aud: BILLING.replace('.example', 'xexample') })).toBe('audience_mismatch');
    for (const sub of ['spiffe://prod.example.com/*', 'spiffe://prod.example.com/.*', '*']) {
      expect(await says({ sub, iss: sub })).toBe('claims_invalid');
    }
  });

  test('the longest names that almost match are judged in a few milliseconds', async () => {
    const long = `spiffe://prod.example.com/${'a-.'.repeat(600)}`;
    for (const claims of [
      { sub: `${long}!`, iss: `${long}!` },
      { sub: `${long}/..`, iss: `${long}/..` },
      { iss: `https://${'a.'.repeat(126)}/${'a/'.repeat(700)}` },
      { sub: `spiffe://${'/a'.repeat(900)}/` },
      { aud: Array(8).fill(`${'x'.repeat(1_000)} `) },
      { roles: Array(32).fill(`${'a:'.repeat(40)}!`) },
      { jti: `${'a.'.repeat(4_000)}!` },
    ]) {
      const token = tokenOf(world.secrets.HS256, claims);
      const verifier = verifierOf(world.source);
      expect(await verdict(verifier, token)).toBe('claims_invalid');
      let best = Number.POSITIVE_INFINITY;
      for (let run = 0; run < 15; run++) {
        const start = performance.now();
        await verdict(verifier, token);
        best = Math.min(best, performance.now() - start);
      }
      expect(best).toBeLessThan(5);
    }
  });
});

describe('attack 25: claims of another type', () => {
  const others: readonly unknown[] = [
    undefined,
    null,
    0,
    true,
    [],
    {},
    '',
    [ORDERS],
    { toString: ORDERS },
    { length: 1, 0: ORDERS },
    [[ORDERS]],
  ];

  test.each(['iss', 'sub', 'jti'])('%s', async (name) => {
    for (const value of others)
      expect([value, await says({ [name]: value })]).toEqual([value, 'claims_invalid']);
  });

  test('ver', async () => {
    for (const ver of [undefined, null, '1', [1], true, {}, 1.5, '1.0']) {
      expect([ver, await says({ ver })]).toEqual([ver, 'claims_invalid']);
    }
    for (const ver of [0, 2, -1, 10, 2 ** 53]) expect(await says({ ver })).toBe('version_unsupported');
  });

  test.each(['[]', '"text"', '1', 'null', 'true', '-0', '[{"iss":"x"}]', '{}'])(
    'the payload %s',
    async (payload) => {
      expect(await written(payload)).toBe('claims_invalid');
    },
  );

  test('optional claims are read strictly or not at all', async () => {
    for (const [name, value] of [
      ['nbf', `${NOW}`],
      ['nbf', null],
      ['nbf', NOW + 0.5],
      ['roles', 'admin'],
      ['roles', ['Admin']],
      ['roles', ['']],
      ['roles', [null]],
      ['roles', { 0: 'admin', length: 1 }],
      ['roles', Array(33).fill('a')],
      ['act', 'x'],
      ['act', {}],
      ['act', { sub: 'x' }],
      ['act', { sub: ORDERS, iss: 1 }],
      ['act', { sub: ORDERS, act: null }],
      ['txn', ''],
      ['txn', 'a b'],
      ['txn', 1],
      ['att', {}],
      ['att', { method: 'x', issuer: 'y' }],
      ['ext', []],
      ['ext', 'x'],
      ['ext', null],
      ['ext', { a: 'x'.repeat(4_096) }],
    ] as const) {
      expect([name, value, await says({ [name]: value })]).toEqual([name, value, 'claims_invalid']);
    }
    const actor = (depth: number): object => ({ sub: ORDERS, ...(depth > 1 && { act: actor(depth - 1) }) });
    expect(await says({ act: actor(4) })).toBe('accepted');
    expect(await says({ act: actor(5) })).toBe('claims_invalid');
  });
});

describe('attack 26: names that almost match', () => {
  test('an audience', async () => {
    for (const aud of nearMisses(BILLING)) {
      const outcome = await says({ aud });
      expect([aud, ['audience_mismatch', 'claims_invalid'].includes(outcome)]).toEqual([aud, true]);
      const among = await says({ aud: [aud, 'spiffe://prod.example.com/another'] });
      expect([aud, ['audience_mismatch', 'claims_invalid'].includes(among)]).toEqual([aud, true]);
    }
  });

  test('an issuer, on either rung', async () => {
    for (const iss of nearMisses(STS)) {
      const outcome = await verdict(verifierOf(world.source), tokenOf(world.pairs.ES256, { iss }));
      expect([iss, ['issuer_not_allowed', 'claims_invalid'].includes(outcome)]).toEqual([iss, true]);
    }
    for (const iss of nearMisses(ORDERS)) {
      const outcome = await says({ iss, sub: ORDERS });
      expect([iss, ['issuer_not_allowed', 'claims_invalid'].includes(outcome)]).toEqual([iss, true]);
    }
  });

  test('a subject, against an exact one and against a prefix', async () => {
    const pair = world.pairs.ES256;
    const exact = await open(bundleOf([{ ...issuing(pair), subjects: [ORDERS] }]));
    const below = await open(bundleOf([{ ...issuing(pair), subjects: [`${ORDERS}/*`] }]));
    for (const sub of nearMisses(ORDERS)) {
      const outcome = await verdict(verifierOf(exact), tokenOf(pair, { sub }));
      expect([sub, ['subject_not_allowed', 'claims_invalid'].includes(outcome)]).toEqual([sub, true]);
    }
    for (const sub of [ORDERS, `${ORDERS}x`, `${ORDERS}-x/y`, 'spiffe://prod.example.com/x/orders/y']) {
      expect([sub, await verdict(verifierOf(below), tokenOf(pair, { sub }))]).toEqual([
        sub,
        'subject_not_allowed',
      ]);
    }
    expect(await verdict(verifierOf(below), tokenOf(pair, { sub: `${ORDERS}/a/b` }))).toBe('accepted');
  });

  test('another trust domain is refused, however close its name', async () => {
    for (const domain of [
      'prod.example.co',
      'prod.example.com.evil.example',
      'xprod.example.com',
      'example.com',
      'prod-example.com',
    ]) {
      const sub = `spiffe://${domain}/orders`;
      expect(await says({ sub, iss: sub })).toBe('subject_not_allowed');
    }
  });
});

describe('attack 27: audiences', () => {
  test.each([
    ['missing', undefined],
    ['null', null],
    ['empty text', ''],
    ['an empty list', []],
    ['a list of null', [null]],
    ['a list of lists', [[BILLING]]],
    ['a number', 1],
    ['an object', { 0: BILLING }],
    ['true', true],
    ['one good and one null', [BILLING, null]],
    ['one good and one empty', [BILLING, '']],
    ['nine', [BILLING, ...'abcdefgh']],
    ['too long', 'x'.repeat(2_049)],
  ])('%s is refused', async (_, aud) => {
    expect(await says({ aud })).toBe('claims_invalid');
  });

  test('one of several is enough, and it must be one of this verifier', async () => {
    const verifier = verifierOf(world.source, { audiences: [BILLING, 'https://billing.example.com'] });
    const to = (aud: unknown): Promise<string> => verdict(verifier, tokenOf(world.secrets.HS256, { aud }));
    expect(await to(BILLING)).toBe('accepted');
    expect(await to([BILLING])).toBe('accepted');
    expect(await to(['a', 'b', BILLING])).toBe('accepted');
    expect(await to('https://billing.example.com')).toBe('accepted');
    expect(await to(['a', 'b'])).toBe('audience_mismatch');
    expect(await to(ORDERS)).toBe('audience_mismatch');
  });
});

test('attack 34: a token whose claims break the contract is refused by its signature first', async () => {
  const { HS256 } = world.secrets;
  const forged = tokenOf({ ...HS256, sign: () => Buffer.alloc(32) }, { ver: 2, aud: 'x', exp: 1 });
  expect(await verdict(verifierOf(world.source), forged)).toBe('signature_invalid');
  expect(Object.keys(claimsOf(HS256))).toContain('ver');
});
