import { beforeAll, describe, expect, test } from 'vitest';
import type { ChainResolver } from '../../src/index.ts';
import { NOW } from '../support/names.ts';
import { verdict } from '../support/outcome.ts';
import { b64, claimsOf, headerOf, segments, signRaw, tokenOf } from '../support/tokens.ts';
import { makeWorld, verifierOf, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await makeWorld();
});

/** What a verifier says to a good token whose header has these members, signed by every kind of key. */
async function says(header: Record<string, unknown>): Promise<string> {
  const verifier = verifierOf(world.source);
  const outcomes = new Set<string>();
  for (const signing of world.all) outcomes.add(await verdict(verifier, tokenOf(signing, {}, header)));
  return [...outcomes].join(' and ');
}

describe('attack 18: crit', () => {
  test.each([
    ['unknown', { crit: ['https://example.com/unknown'], 'https://example.com/unknown': true }],
    ['empty', { crit: [] }],
    ['duplicate', { crit: ['exp', 'exp'], exp: 1 }],
    ['no array', { crit: 'exp', exp: 1 }],
    ['an object', { crit: { 0: 'exp' } }],
    ['null', { crit: null }],
    ['false', { crit: false }],
    ['a registered header', { crit: ['alg'] }],
    ['an absent header', { crit: ['absent'] }],
    ['b64', { crit: ['b64'], b64: true }],
    ['itself', { crit: ['crit'] }],
  ])('%s is refused', async (_, header) => {
    expect(await says(header)).toBe('header_invalid');
  });
});

describe('attack 19: b64', () => {
  test.each([
    { b64: false },
    { b64: false, crit: ['b64'] },
    { b64: true },
    { b64: true, crit: ['b64'] },
    { b64: null },
  ])('%j is refused', async (header) => {
    expect(await says(header)).toBe('header_invalid');
  });

  test('an unencoded payload is refused, with dots and without', async () => {
    const { HS256 } = world.secrets;
    const verifier = verifierOf(world.source);
    for (const changes of [{ b64: false, crit: ['b64'] }, { b64: false }]) {
      const header = b64(JSON.stringify(headerOf(HS256, changes)));
      const says = (payload: string): Promise<string> =>
        verdict(verifier, `${header}.${payload}.${b64(HS256.sign(`${header}.${payload}`))}`);
      for (const payload of [JSON.stringify(claimsOf(HS256)), 'a.b.c', '$.02']) {
        expect([payload, await says(payload)]).toEqual([payload, 'token_malformed']);
      }
      expect(await says('unencoded-text--')).toBe('header_invalid');
    }
  });

  test('a detached payload is refused', async () => {
    const { HS256 } = world.secrets;
    const verifier = verifierOf(world.source);
    const [header, payload] = segments(tokenOf(HS256));
    for (const input of [`${header}.`, `${header}.${payload}`]) {
      expect(await verdict(verifier, `${header}..${b64(HS256.sign(input))}`)).toBe('token_malformed');
    }
  });
});

describe('attack 34: encrypted tokens, bombs, tokens in tokens', () => {
  test('five parts are refused, as encryption or not', async () => {
    const verifier = verifierOf(world.source);
    const header = b64(JSON.stringify({ alg: 'dir', enc: 'A128GCM', typ: 'wid+jwt' }));
    for (const token of [
      `${header}..iv.text.tag`,
      `${header}.key.iv.text.tag`,
      `${tokenOf(world.secrets.HS256)}.a.b`,
    ]) {
      expect(await verdict(verifier, token)).toBe('token_malformed');
    }
  });

  test.each([
    { zip: 'DEF' },
    { enc: 'A256GCM' },
    { p2c: 2 ** 31 },
    { p2s: 'AAAA' },
    { epk: {} },
    { zip: null },
    { enc: '' },
    { p2c: 0 },
  ])('the header %j is refused', async (header) => {
    expect(await says(header)).toBe('header_invalid');
  });

  test('a token as payload of a token is refused', async () => {
    const { HS256 } = world.secrets;
    const verifier = verifierOf(world.source);
    const inner = tokenOf(HS256);
    const header = JSON.stringify(headerOf(HS256, { cty: 'JWT' }));
    for (const payload of [inner, JSON.stringify(inner)]) {
      const outcome = await verdict(verifier, signRaw(HS256, header, payload));
      expect(outcome).toBe(payload === inner ? 'token_malformed' : 'claims_invalid');
    }
  });

  test('the JSON serialisations are refused', async () => {
    const [header, payload, signature] = segments(tokenOf(world.secrets.HS256));
    const verifier = verifierOf(world.source);
    const flat = { protected: header, payload, signature };
    for (const form of [flat, { payload, signatures: [{ protected: header, signature }] }]) {
      expect(await verdict(verifier, JSON.stringify(form))).toBe('token_malformed');
      expect(await verdict(verifier, form as never)).toBe('token_malformed');
    }
  });
});

describe('headers that name keys elsewhere', () => {
  test.each(['jku', 'x5u', 'x5t', 'x5t#S256', 'jwk'])(
    'attack 08: %s is refused, whatever it holds',
    async (name) => {
      for (const value of ['https://evil.example/keys', 'http://127.0.0.1/', '', null, [], {}]) {
        expect(await says({ [name]: value })).toBe('header_invalid');
      }
    },
  );
});

describe('the type of a token', () => {
  test.each([
    ...[
      undefined,
      null,
      '',
      'JWT',
      'jwt',
      'at+jwt',
      'dpop+jwt',
      'wit+jwt',
      'wpt+jwt',
      'JOSE',
      'application/wid+jwt',
    ],
    ...[
      'WID+JWT',
      'wid+JWT',
      'wid+jwt ',
      ' wid+jwt',
      'wid+jwt;v=1',
      'wid jwt',
      'wid+jwt\u0000',
      ['wid+jwt'],
      1,
      {},
    ],
  ])('%j is refused', async (typ) => {
    expect(await says({ typ })).toBe('type_unsupported');
  });

  test('the header is judged before the signature, and its refused members before its type', async () => {
    const [, payload] = segments(tokenOf(world.secrets.HS256));
    const header = (members: object): string => b64(JSON.stringify(members));
    const verifier = verifierOf(world.source);
    const unsigned = (members: object): Promise<string> =>
      verdict(verifier, `${header(members)}.${payload}.AAAA`);
    expect(await unsigned({ typ: 'JWT', alg: 'none', crit: [] })).toBe('header_invalid');
    expect(await unsigned({ typ: 'JWT', alg: 'none' })).toBe('type_unsupported');
    expect(await unsigned({ typ: 'wid+jwt', alg: 'none' })).toBe('algorithm_not_allowed');
    expect(await unsigned({ typ: 'wid+jwt', alg: 'HS256' })).toBe('header_invalid');
    expect(await unsigned(headerOf(world.secrets.HS256))).toBe('signature_invalid');
  });

  test('members it does not know are ignored, and signed', async () => {
    expect(await says({ unknown: { a: [1] }, cty: 'x', exp: 1, iss: 'x', sub: 'y' })).toBe('accepted');
  });
});

describe('attack 36: what a chain resolver is asked', () => {
  const chain = ['MIIB', 'MIIC'];

  async function asked(header: object): Promise<unknown[][]> {
    const calls: unknown[][] = [];
    const chains: ChainResolver = {
      resolve: (...given) => {
        calls.push(given);
        throw new Error('asked');
      },
    };
    const verifier = verifierOf(world.source, { chains });
    const token = tokenOf(world.pairs.ES256, {}, { kid: undefined, x5c: chain, ...header });
    await verifier.verify(token).catch(() => undefined);
    return calls;
  }

  test('it gets the chain, the algorithm, the trust and the time, and nothing else of the token', async () => {
    const snapshot = world.source.current();
    expect(await asked({ evil: 'x', iss: 'y', toString: 'z' })).toEqual([[chain, 'ES256', snapshot, NOW]]);
    const [[given] = []] = await asked({});
    expect(Object.isFrozen(given)).toBe(true);
    expect((given as string[]).every((text) => typeof text === 'string')).toBe(true);
    expect(Object.isFrozen(snapshot)).toBe(true);
  });

  test.each([
    ['a header key', { jwk: { kty: 'EC' } }],
    ['a kid beside it', { kid: 'A'.repeat(22) }],
    ['a symmetric algorithm', { alg: 'HS256' }],
    ['no certificate', { x5c: [] }],
    ['four certificates', { x5c: Array(4).fill('MIIB') }],
    ['base64url', { x5c: ['MII-'] }],
    ['white space', { x5c: ['MIIB\n'] }],
    ['another type', { x5c: [1] }],
    ['a text', { x5c: 'MIIB' }],
  ])('it is not asked about %s', async (_, header) => {
    expect(await asked(header)).toEqual([]);
  });

  test('without a resolver such a token is refused', async () => {
    const token = tokenOf(world.pairs.ES256, {}, { kid: undefined, x5c: chain });
    expect(await verdict(verifierOf(world.source), token)).toBe('rung_unsupported');
  });
});
