import type { Random } from '../random.ts';
import { BILLING, DENIED, NOW, ORDERS, OTHER_DOMAIN, SHIPPING, STS } from '../world/names.ts';
import { type Draft, indexOf, type Member, type Mutation, parsedValue, put } from './draft.ts';
import { ANY, BROKEN, CLAIM_VALUES, nested } from './values.ts';

type Part = 'header' | 'claims';

/** A change of members: what is written after it has to be signed again. */
const onMembers = (name: string, apply: Mutation['apply']): Mutation => ({
  name,
  apply(draft, random, scene) {
    draft.changed = true;
    apply(draft, random, scene);
  },
});

function someMember(members: readonly Member[], random: Random): number {
  return members.length === 0 ? -1 : random.int(members.length);
}

/** Writes a name with some of its letters as escapes, which is the same name. */
export function escaped(name: string, random: Random): string {
  const plain = name.slice(1, -1);
  if (plain.includes('\\')) return name;
  const letters = plain.split('').map((letter) => {
    const code = letter.charCodeAt(0).toString(16).padStart(4, '0');
    return random.chance(0.4) ? `\\u${random.chance(0.5) ? code : code.toUpperCase()}` : letter;
  });
  return `"${letters.join('')}"`;
}

const NEAR: readonly ((name: string) => string)[] = [
  (name) => `"${name.slice(1, -1).toUpperCase()}"`,
  (name) => `"${name.slice(1, -1)} "`,
  (name) => `" ${name.slice(1, -1)}"`,
  (name) => `"${name.slice(1, -1)}\\u0000"`,
  (name) => `"${name.slice(1, -1)}\u200b"`,
  (name) => `"${name.slice(1, -2)}"`,
  (name) => name.slice(1, -1),
  (name) => `'${name.slice(1, -1)}'`,
];

/** What can be done to any object. */
const generic = (part: Part): readonly Mutation[] => [
  onMembers(`${part}: a member is left out`, (draft, random) => {
    const at = someMember(draft[part], random);
    if (at >= 0) draft[part].splice(at, 1);
  }),
  onMembers(`${part}: a member has any value`, (draft, random) => {
    const at = someMember(draft[part], random);
    if (at >= 0) draft[part][at] = [(draft[part][at] as Member)[0], random.pick(ANY)];
  }),
  onMembers(`${part}: a member has no value`, (draft, random) => {
    const at = someMember(draft[part], random);
    if (at >= 0) draft[part][at] = [(draft[part][at] as Member)[0], random.pick(BROKEN)];
  }),
  onMembers(`${part}: a member stands twice`, (draft, random) => {
    const at = someMember(draft[part], random);
    if (at < 0) return;
    const [name, value] = draft[part][at] as Member;
    const again: Member = [
      random.chance(0.5) ? escaped(name, random) : name,
      random.chance(0.5) ? value : random.pick(ANY),
    ];
    draft[part].splice(random.int(draft[part].length + 1), 0, again);
  }),
  onMembers(`${part}: a name is escaped`, (draft, random) => {
    const at = someMember(draft[part], random);
    if (at < 0) return;
    const [name, value] = draft[part][at] as Member;
    draft[part][at] = [escaped(name, random), value];
  }),
  onMembers(`${part}: a text is escaped`, (draft, random) => {
    const at = someMember(draft[part], random);
    if (at < 0) return;
    const [name, value] = draft[part][at] as Member;
    if (value.startsWith('"')) draft[part][at] = [name, escaped(value, random)];
  }),
  onMembers(`${part}: a name is nearly another`, (draft, random) => {
    const at = someMember(draft[part], random);
    if (at < 0) return;
    const [name, value] = draft[part][at] as Member;
    draft[part][at] = [random.pick(NEAR)(name), value];
  }),
  onMembers(`${part}: another order`, (draft, random) => {
    const members = draft[part];
    for (let at = members.length - 1; at > 0; at--) {
      const other = random.int(at + 1);
      [members[at], members[other]] = [members[other] as Member, members[at] as Member];
    }
  }),
  onMembers(`${part}: a member nobody knows`, (draft, random) => {
    const name = random.pick([
      'unknown',
      '',
      'cty',
      'é',
      'a'.repeat(200),
      'constructor',
      'toString',
      'hasOwnProperty',
      '0',
      'b',
      'length',
      '😀',
    ]);
    const value = random.pick([random.pick(ANY), nested(random.int(9)), random.pick(BROKEN)]);
    draft[part].splice(random.int(draft[part].length + 1), 0, [JSON.stringify(name), value]);
  }),
  onMembers(`${part}: a prototype brings a member`, (draft, random) => {
    const at = someMember(draft[part], random);
    if (at < 0) return;
    const [member] = draft[part].splice(at, 1) as [Member];
    const name = random.pick(['"__proto__"', '"\\u005f_proto__"', '"constructor"', '"prototype"']);
    draft[part].push([name, `{${member[0]}:${member[1]}}`]);
  }),
  onMembers(`${part}: many members`, (draft, random) => {
    const count = random.pick([10, 30, 33, 100, 300]);
    for (let at = 0; at < count; at++) draft[part].push([`"m${at}"`, random.pick(['1', '""', '[]'])]);
  }),
];

const REFUSED = ['jwk', 'jku', 'x5u', 'x5t', 'x5t#S256', 'crit', 'b64', 'zip', 'enc', 'epk', 'p2c', 'p2s'];
const TYPES = [
  '"JWT"',
  '"WID+JWT"',
  '"wid+jwt "',
  '"application/wid+jwt"',
  '"at+jwt"',
  '"wid-bundle+jwt"',
  '""',
  'null',
  '1',
  '["wid+jwt"]',
  '"wid\\u002bjwt"',
];
const ALGS = [
  'none',
  'None',
  'NONE',
  'nOnE',
  '',
  'HS256',
  'HS384',
  'HS512',
  'ES256',
  'ES384',
  'ES512',
  'ES256K',
  'Ed25519',
  'EdDSA',
  'Ed448',
  'PS256',
  'PS384',
  'RS256',
  'RS1',
  'hs256',
  'HS256 ',
  'dir',
  'A128KW',
  'constructor',
  '__proto__',
];

/** Changes of the header. */
export const HEADER_MUTATIONS: readonly Mutation[] = [
  ...generic('header'),
  onMembers('header: another type', (draft, random) => put(draft.header, 'typ', random.pick(TYPES))),
  onMembers('header: another algorithm', (draft, random) => {
    put(
      draft.header,
      'alg',
      random.pick([...ALGS.map((alg) => JSON.stringify(alg)), 'null', '1', '["HS256"]', '{}']),
    );
  }),
  onMembers('header: EdDSA in place of Ed25519', (draft) => {
    if (parsedValue(draft.header, 'alg') === 'Ed25519') put(draft.header, 'alg', '"EdDSA"');
  }),
  onMembers('header: the key of another', (draft, random, { world }) => {
    const other = random.pick([...world.signings, ...world.strangers]);
    if (other.kid !== undefined) put(draft.header, 'kid', JSON.stringify(other.kid));
    if (random.chance(0.5)) put(draft.header, 'alg', JSON.stringify(other.alg));
  }),
  onMembers('header: a key identifier of another form', (draft, random) => {
    const given = parsedValue(draft.header, 'kid');
    const kid = typeof given === 'string' ? given : 'A'.repeat(22);
    const forms = [
      kid.slice(1),
      `${kid}A`,
      `${kid}=`,
      ` ${kid}`,
      kid.toLowerCase(),
      '',
      '../../dev/null',
      "' OR 1=1",
      '__proto__',
      'constructor',
      'A'.repeat(22),
      'A'.repeat(43),
      'A'.repeat(32),
      `${kid}\u0000`,
      kid.replaceAll('-', '+').replaceAll('_', '/'),
      `${kid.slice(0, -1)}B`,
    ];
    put(draft.header, 'kid', JSON.stringify(random.pick(forms)));
  }),
  onMembers('header: a member that is refused', (draft, random) => {
    draft.header.push([JSON.stringify(random.pick(REFUSED)), random.pick(ANY)]);
  }),
  onMembers('header: its own key is sent along', (draft, random, { world }) => {
    const jwk = '{"kty":"oct","k":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}';
    draft.signing = random.pick(world.strangers);
    put(draft.header, 'alg', JSON.stringify(draft.signing.alg));
    draft.header.push([
      random.pick(['"jwk"', '"jku"', '"x5u"', '"jwks"', '"key"']),
      random.pick([jwk, '"https://evil.example.com/keys"']),
    ]);
  }),
  onMembers('header: kid and x5c', (draft, random, { world }) => {
    const other = random.pick(world.signings);
    if (other.kid !== undefined) put(draft.header, 'kid', JSON.stringify(other.kid));
    else put(draft.header, 'x5c', JSON.stringify(other.x5c));
  }),
  onMembers('header: as long as it may be, or longer', (draft, random) => {
    const length = 8_192 - objectLength(draft) - 8 + random.pick([-1, 0, 1, 2, 100, -100]);
    draft.header.push(['"pad"', `"${'x'.repeat(Math.max(0, length))}"`]);
  }),
];

function objectLength({ header }: Draft): number {
  return header.reduce((sum, [name, value]) => sum + Buffer.byteLength(name + value) + 2, 1);
}

const GOOD_NAMES = [
  ORDERS,
  ORDERS,
  `${ORDERS}/a`,
  BILLING,
  SHIPPING,
  DENIED,
  OTHER_DOMAIN,
  STS,
  'https://denied.example.com',
];
const CLAIMS = Object.keys(CLAIM_VALUES);

/** Changes of the claims. */
export const CLAIMS_MUTATIONS: readonly Mutation[] = [
  ...generic('claims'),
  ...Object.entries(CLAIM_VALUES).map(([name, make]) =>
    onMembers(`claims: ${name} near its rule`, (draft, random) => put(draft.claims, name, make(random))),
  ),
  onMembers('claims: several near their rules', (draft, random) => {
    for (let count = 0; count < 3; count++) {
      const name = random.pick(CLAIMS);
      put(draft.claims, name, (CLAIM_VALUES[name] as (random: Random) => string)(random));
    }
  }),
  onMembers('claims: times that fit each other', (draft, random) => {
    const iat =
      NOW + random.pick([0, 10, 60, -100, -300, -3_000, -3_600, -3_700, -7_200]) + random.int(3) - 1;
    const length =
      random.pick([1, 2, 60, 300, 3_000, 3_600, NOW - iat, NOW - iat + 60, NOW - iat - 10, NOW - iat - 60]) +
      random.int(3) -
      1;
    put(draft.claims, 'iat', `${iat}`);
    put(draft.claims, 'exp', `${iat + Math.max(1, length)}`);
    if (random.chance(0.3)) put(draft.claims, 'nbf', `${iat + random.int(Math.max(1, length))}`);
  }),
  onMembers('claims: good names of others', (draft, random) => {
    const name = (): string => JSON.stringify(random.pick(GOOD_NAMES));
    for (const claim of ['iss', 'sub', 'aud']) if (random.chance(0.5)) put(draft.claims, claim, name());
    if (random.chance(0.2)) put(draft.claims, 'act', `{"sub":${name()},"iss":${name()}}`);
  }),
  onMembers('claims: iss and sub are one', (draft) => {
    const at = indexOf(draft.claims, 'sub');
    if (at >= 0) put(draft.claims, 'iss', (draft.claims[at] as Member)[1]);
  }),
  onMembers('claims: the same value, another claim', (draft, random) => {
    const [from, to] = [someMember(draft.claims, random), someMember(draft.claims, random)];
    if (from < 0 || to < 0) return;
    draft.claims[to] = [(draft.claims[to] as Member)[0], (draft.claims[from] as Member)[1]];
  }),
  onMembers('claims: longer than a token may be', (draft, random) => {
    draft.claims.push(['"pad"', `"${'x'.repeat(random.pick([11_000, 11_500, 12_000, 13_000]))}"`]);
  }),
];
