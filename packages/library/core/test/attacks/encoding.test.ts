import { beforeAll, describe, expect, test } from 'vitest';
import { verdict } from '../support/outcome.ts';
import { claimsOf, headerOf, segments, signRaw, tokenOf } from '../support/tokens.ts';
import { makeWorld, verifierOf, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await makeWorld();
});

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Signs a header or payload exactly as it is written. */
async function signed(parts: {
  header?: string | Uint8Array;
  payload?: string | Uint8Array;
}): Promise<string> {
  const { HS256 } = world.secrets;
  const header = parts.header ?? JSON.stringify(headerOf(HS256));
  const payload = parts.payload ?? JSON.stringify(claimsOf(HS256));
  return verdict(verifierOf(world.source), signRaw(HS256, header, payload));
}

/** JSON of an object whose members are written as given, so that a name can stand in it twice. */
function written(members: object, ...more: readonly string[]): string {
  return `${JSON.stringify(members).slice(0, -1)},${more.join(',')}}`;
}

describe('attack 30: duplicate members', () => {
  const header = (...more: string[]): string => written(headerOf(world.secrets.HS256), ...more);
  const payload = (...more: string[]): string => written(claimsOf(world.secrets.HS256), ...more);

  test('in the header are refused, escaped or not', async () => {
    for (const more of [
      '"alg":"HS256"',
      '"alg":"none"',
      '"\\u0061lg":"HS256"',
      '"al\\u0067":"HS256"',
      '"typ":"wid+jwt"',
      '"unknown":1,"unknown":1',
      '"kid":"x"',
      '"a":{"b":1,"b":2}',
    ]) {
      expect([more, await signed({ header: header(more) })]).toEqual([more, 'token_malformed']);
    }
  });

  test('in the payload are refused, escaped, nested or unknown', async () => {
    for (const more of [
      '"iss":"spiffe://prod.example.com/orders"',
      '"\\u0069ss":"spiffe://prod.example.com/admin"',
      '"\\u0069\\u0073\\u0073":"x"',
      '"exp":9999999999',
      '"ex\\u0070":1',
      '"unknown":1,"unknown":1',
      '"ext":{"a":1,"a":1}',
      '"ext":{"a":[{"b":1,"\\u0062":1}]}',
      '"cnf":{"jkt":"a","jkt":"b"}',
      '"act":{"sub":"x","sub":"y"}',
      '"ext":{"":1,"":2}',
      '"__proto__":{},"__proto__":{}',
      '"ext":{"__proto__":1,"\\u005f_proto__":2}',
      '"sub":1',
      '"ext":{"a":{"a":1},"b":{"a":1,"a":1}}',
      '"ext":{"\\"":1,"\\"":2}',
      '"ext":{"\\\\":1,"\\\\":2}',
    ]) {
      expect([more, await signed({ payload: payload(more) })]).toEqual([more, 'token_malformed']);
    }
  });

  test('are told from equal names in other objects, and from text that looks like members', async () => {
    for (const more of [
      '"ext":{"a":{"a":{"a":1}}}',
      '"ext":{"a":"\\"a\\":1,\\"a\\":2"}',
      '"ext":{"a:":":","b":["a","a"]}',
      '"ext":{"a":"\\\\","b":"\\\\\\"","c":"\\\\\\\\"}',
      '"ext":{"a":"{[:]}"}',
      '"toString":1,"constructor":{}',
    ]) {
      expect([more, await signed({ payload: payload(more) })]).toEqual([more, 'accepted']);
    }
  });

  test('escaped members are read as themselves, whatever anybody had this process parse before', async () => {
    const { HS256 } = world.secrets;
    const names = Object.keys(claimsOf(HS256));
    const bound = payload('"\\u0063nf":{"jkt":"A"}').replace('"A"', `"${'A'.repeat(43)}"`);
    for (let round = 0; round < 20; round++) {
      // What V8 keeps of these makes JSON.parse read the names below as a backslash.
      for (const at of names.keys()) {
        const before = names.slice(0, at + 1).map((name) => `"${name}":1`);
        JSON.parse(`{${[...before, '"\\\\":0'].join()}}`);
      }
      expect(await signed({ payload: bound })).toBe('confirmation_required');
      expect(await signed({ payload: payload('"\\u0073ub":"spiffe://prod.example.com/admin"') })).toBe(
        'token_malformed',
      );
      expect(await signed({ payload: payload('"\\u006ebf":1900000000') })).toBe('claims_invalid');
    }
  });

  test('a member called __proto__ is one like any other', async () => {
    expect(await signed({ payload: payload('"__proto__":{"aud":"x"}') })).toBe('accepted');
    const { aud, ...rest } = claimsOf(world.secrets.HS256);
    const inherited = written(rest, `"__proto__":{"aud":${JSON.stringify(aud)}}`);
    expect(await signed({ payload: inherited })).toBe('claims_invalid');
    const { alg, ...others } = headerOf(world.secrets.HS256);
    expect(await signed({ header: written(others, `"__proto__":{"alg":"${alg}"}`) })).toBe(
      'algorithm_not_allowed',
    );
    expect(await signed({ header: header('"__proto__":{"crit":[]}') })).toBe('accepted');
  });
});

describe('attack 31: text that is no Unicode', () => {
  const within = (bytes: readonly number[]): Uint8Array => {
    const text = JSON.stringify(claimsOf(world.secrets.HS256, { ext: { a: '@' } }));
    const at = text.lastIndexOf('@');
    return Buffer.concat([
      Buffer.from(text.slice(0, at)),
      Buffer.from(bytes),
      Buffer.from(text.slice(at + 1)),
    ]);
  };

  test.each([
    ['an overlong slash', [0xc0, 0xaf]],
    ['an overlong slash of three', [0xe0, 0x80, 0xaf]],
    ['an overlong NUL', [0xc0, 0x80]],
    ['an encoded surrogate', [0xed, 0xa0, 0x80]],
    ['a lone continuation', [0x80]],
    ['a sequence cut short', [0xe2, 0x82]],
    ['beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
    ['0xff', [0xff]],
    ['a raw NUL', [0]],
    ['a raw line break', [0x0a]],
  ])('%s is refused', async (_, bytes) => {
    expect(await signed({ payload: within(bytes) })).toBe('token_malformed');
  });

  test('good UTF-8 at the same place is accepted', async () => {
    for (const text of ['ü', '€', '😀', '\u{fffd}'])
      expect(await signed({ payload: within([...Buffer.from(text)]) })).toBe('accepted');
  });

  test('a byte order mark, UTF-16 and UTF-32 are refused', async () => {
    const text = JSON.stringify(claimsOf(world.secrets.HS256));
    for (const payload of [
      Buffer.from(`\u{feff}${text}`),
      Buffer.from(text, 'utf16le'),
      Buffer.from(`\u{feff}${text}`, 'utf16le'),
    ]) {
      expect(await signed({ payload })).toBe('token_malformed');
    }
    expect(await signed({ header: `\u{feff}${JSON.stringify(headerOf(world.secrets.HS256))}` })).toBe(
      'token_malformed',
    );
  });

  test('an escaped lone surrogate is refused in values and in names, known and unknown', async () => {
    for (const more of [
      '"ext":{"a":"\\ud800"}',
      '"ext":{"a":"\\udc00\\ud800"}',
      '"ext":{"\\ud800":1}',
      '"unknown":"\\udfff"',
      '"unknown":[["\\ud83d"]]',
      '"\\ud800":1',
    ]) {
      const payload = written(claimsOf(world.secrets.HS256), more);
      expect([more, await signed({ payload })]).toEqual([more, 'token_malformed']);
    }
    const pair = written(claimsOf(world.secrets.HS256), '"ext":{"a":"\\ud83d\\ude00"}');
    expect(await signed({ payload: pair })).toBe('accepted');
  });
});

describe('attack 32: other spellings of base64url', () => {
  test('padding, the other alphabet, white space and control characters are refused in every segment', async () => {
    const verifier = verifierOf(world.source);
    for (const signing of [world.secrets.HS256, world.pairs.ES256, world.pairs.PS256]) {
      const parts = segments(tokenOf(signing));
      for (const at of [0, 1, 2]) {
        for (const junk of [
          '=',
          '==',
          '+',
          '/',
          ' ',
          '\n',
          '\r\n',
          '\t',
          '\0',
          '%3D',
          'ü',
          '\u{200b}',
          ',',
          '~',
        ]) {
          for (const place of [0, 5, parts[at]?.length]) {
            const changed = parts.map((part, index) =>
              index === at ? part.slice(0, place) + junk + part.slice(place) : part,
            );
            expect(await verdict(verifier, changed.join('.'))).toBe('token_malformed');
          }
        }
      }
    }
  });

  test('bits beyond the last byte are refused in every segment', async () => {
    const verifier = verifierOf(world.source);
    let changed = 0;
    // Payloads of every length, so that each segment ends on two and on three letters.
    for (const filler of ['', 'a', 'ab']) {
      const parts = segments(tokenOf(world.secrets.HS384, { txn: `x${filler}` }, { filler }));
      const others = segments(tokenOf(world.secrets.HS256, { txn: `x${filler}` }, { filler }));
      for (const token of [parts, others]) {
        for (const at of [0, 1, 2] as const) {
          const bytes = Buffer.from(token[at], 'base64url');
          for (const letter of ALPHABET) {
            const respelled = token[at].slice(0, -1) + letter;
            if (respelled === token[at] || !Buffer.from(respelled, 'base64url').equals(bytes)) continue;
            changed++;
            const twin = token.with(at, respelled).join('.');
            expect(await verdict(verifier, twin)).toBe('token_malformed');
          }
        }
      }
    }
    expect(changed).toBeGreaterThan(30);
  });

  test('a letter too many or too few is refused', async () => {
    const verifier = verifierOf(world.source);
    const parts = segments(tokenOf(world.secrets.HS256));
    for (const at of [0, 1, 2] as const) {
      for (const part of [
        `${parts[at]}A`,
        `${parts[at]}AA`,
        `${parts[at]}AAA`,
        parts[at].slice(0, -1),
        `A${parts[at]}`,
      ]) {
        expect(await verdict(verifier, parts.with(at, part).join('.'))).not.toBe('accepted');
      }
    }
  });

  test('white space and quotes around a token, and a scheme before it, are refused', async () => {
    const verifier = verifierOf(world.source);
    const token = tokenOf(world.secrets.HS256);
    for (const around of [
      ` ${token}`,
      `${token} `,
      `${token}\n`,
      `"${token}"`,
      `Bearer ${token}`,
      `${token}.`,
      `.${token}`,
      `${token};`,
    ]) {
      expect(await verdict(verifier, around)).toBe('token_malformed');
    }
  });
});
