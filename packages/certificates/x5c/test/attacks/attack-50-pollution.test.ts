import { constants, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type Algorithm, CONTRACT } from '@workload-identity/contract';
import { createVerifier, type TrustSnapshot, verifyNow } from '@workload-identity/core';
import { AnchorSet, createChainResolver, readLeaf, TOKEN_LEAF, validateChain } from '@workload-identity/x5c';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type Built,
  basicConstraints,
  CA_EXTENSIONS,
  DAY,
  ec,
  extendedKeyUsage,
  extension,
  intermediate,
  keyUsage,
  LEAF,
  LEAF_EXTENSIONS,
  LEAF_URI,
  leaf,
  NOW,
  name,
  nameConstraints,
  names,
  type Parts,
  root,
  uri,
} from '../support/build.ts';
import { type Bytes, explicit, hex, implicit, octets, oid, seq, set, time, utf8 } from '../support/der.ts';
import { AUDIENCE, tokenOf } from '../support/peers.ts';
import { bundleOf, snapshotOf } from '../support/resolve.ts';

const polluted: string[] = [];
function pollute(member: string, value: unknown): void {
  polluted.push(member);
  // An object without a prototype: the pollution before is not to change what this one does.
  const descriptor = { __proto__: null, value, configurable: true, writable: true, enumerable: true };
  Object.defineProperty(Object.prototype, member, descriptor as PropertyDescriptor);
}
function clean(): void {
  for (const member of polluted.splice(0)) Reflect.deleteProperty(Object.prototype, member);
}
afterEach(clean);

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PSS = hex(
  '304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d06096086480165030402010500a203020120',
);
const under =
  (hash: string | null, options: object = {}) =>
  (signed: Bytes, key: KeyObject) =>
    sign(hash, signed, { key, ...options });
const WAYS: readonly Partial<Parts>[] = [
  { keys: ec() },
  {
    keys: ec('P-384'),
    algorithm: hex('300a06082a8648ce3d040303'),
    signWith: under('sha384'),
  },
  {
    keys: generateKeyPairSync('ed25519'),
    algorithm: hex('300506032b6570'),
    signWith: under(null),
  },
  {
    keys: rsa,
    algorithm: hex('300d06092a864886f70d01010b0500'),
    signWith: under('sha256'),
  },
  {
    keys: rsa,
    algorithm: PSS,
    signWith: under('sha256', { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }),
  },
];

const MINTER = 'spiffe://prod.example.com/minter';
const SERVICE = 'https://sts.example.com';
const issuing = (identity: string): readonly Bytes[] => [
  LEAF.usage,
  extendedKeyUsage(CONTRACT.issuerExtendedKeyUsage),
  names([uri(identity)]),
];
const directory = (label: string): Bytes => explicit(4, name(label));

/** Chains of every fate: what decides something, and what is left out, is in one of them. */
function chains(): { anchors: Built[]; list: (readonly Built[])[] } {
  const anchors: Built[] = [];
  const list: (readonly Built[])[] = [];
  for (const [at, { keys, ...way }] of WAYS.entries()) {
    const anchor = root({ subject: name(`Root ${at}`), ...(keys === undefined ? {} : { keys }), ...way });
    const between = intermediate(anchor, way);
    anchors.push(anchor);
    // The intermediate is on P-256 and signs as such.
    list.push([leaf(between), between]);
  }
  const limited = root({
    extensions: [
      basicConstraints(1),
      keyUsage([5]),
      extendedKeyUsage(CONTRACT.selfExtendedKeyUsage, CONTRACT.issuerExtendedKeyUsage),
      nameConstraints({
        permitted: [uri('prod.example.com'), uri('sts.example.com'), directory('Permitted')],
        excluded: [directory('Excluded'), implicit(7, Uint8Array.of(10, 0, 0, 0, 255, 0, 0, 0))],
      }),
    ],
  });
  const [first, second] = [1, 2].map((byte) =>
    root({
      subject: name('Twice'),
      extensions: [...CA_EXTENSIONS, extension('2.5.29.14', octets(Buffer.alloc(20, byte)))],
    }),
  ) as [Built, Built];
  const naming = extension('2.5.29.35', seq(implicit(0, Buffer.alloc(20, 2))));
  anchors.push(limited, first, second);
  const below = intermediate(limited, {
    extensions: [basicConstraints(0), keyUsage([5])],
    subject: name('Permitted'),
  });
  const deeper = intermediate(below, { subject: name('Permitted') });
  list.push(
    [leaf(limited)],
    [leaf(below), below],
    [leaf(deeper), deeper, below],
    [leaf(below), below, limited],
    [leaf(limited, { extensions: issuing(MINTER) })],
    [leaf(limited, { extensions: issuing(SERVICE) })],
    [leaf(limited, { extensions: issuing('https://sts.elsewhere.example') })],
    [leaf(limited, { subject: name('Permitted') })],
    [leaf(limited, { subject: name('Excluded') })],
    [leaf(limited, { subject: name('Elsewhere') })],
    [leaf(second, { extensions: [...LEAF_EXTENSIONS, naming] })],
    [leaf(first, { extensions: [...LEAF_EXTENSIONS, naming] })],
    [leaf(first)],
    [leaf(root({ subject: name('Nobody') }))],
    [leaf(limited, { keys: ec() }), leaf(limited)],
    [leaf(limited, { notAfter: time(NOW - 1) })],
    [leaf(limited, { extensions: [...LEAF_EXTENSIONS, extension('1.2.3', octets(), true)] })],
    [leaf(limited, { extensions: [LEAF.purpose, LEAF.names] })],
    [leaf(limited, { extensions: [LEAF.usage, LEAF.names] })],
    [leaf(limited, { extensions: [LEAF.usage, LEAF.purpose] })],
    [leaf(limited, { extensions: [basicConstraints(), ...LEAF_EXTENSIONS] })],
    [leaf(limited, { notAfter: Buffer.concat([hex('170d'), Buffer.from('301301000000Z')]) })],
    [leaf(limited, { notAfter: Buffer.concat([hex('170d'), Buffer.from('300001000000Z')]) })],
  );
  for (const extensions of [
    [keyUsage([5])],
    [basicConstraints(0, false), keyUsage([5])],
    [basicConstraints(0)],
    [basicConstraints(0), keyUsage([5], false)],
    [...CA_EXTENSIONS, extendedKeyUsage('1.3.6.1.5.5.7.3.1')],
    [...CA_EXTENSIONS, nameConstraints({ permitted: [uri('x.example.com')] }, false)],
  ]) {
    const odd = intermediate(limited, { extensions, subject: name('Permitted') });
    list.push([leaf(odd), odd]);
  }
  for (const keys of WAYS.slice(1, 4).map((way) => way.keys)) {
    list.push([leaf(limited, keys === undefined ? {} : { keys })]);
  }
  return { anchors, list };
}

const { anchors, list } = chains();
const ALGORITHMS = { ec: 'ES256', ed25519: 'Ed25519', rsa: 'PS256' } as const;
/** The algorithm of the key of a leaf. */
function algorithmOf([first]: readonly Built[]): Algorithm {
  const { asymmetricKeyType, asymmetricKeyDetails } = (first as Built).keys.publicKey;
  if (asymmetricKeyDetails?.namedCurve === 'secp384r1') return 'ES384';
  return ALGORITHMS[asymmetricKeyType as keyof typeof ALGORITHMS];
}
const algorithms = list.map(algorithmOf);
const bundle = { ...bundleOf({ anchors }) };

const compiled = await snapshotOf(bundle, () => undefined);
/** A snapshot whose anchors nobody has read yet. */
const unread = (): TrustSnapshot => Object.freeze(Object.assign(Object.create(null), compiled));

function outcomeOf(run: () => unknown): string {
  try {
    return JSON.stringify(run());
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return code ?? `no refusal: ${message}`;
  }
}

/** Everything this package decides about the chains, fresh and remembered, without a promise in between. */
function verdicts(snapshot: TrustSnapshot): readonly string[] {
  const resolver = createChainResolver();
  const told: string[] = [];
  for (const [at, chain] of list.entries()) {
    const texts = chain.map(({ text }) => text);
    const algorithm = algorithms.at(at) as Algorithm;
    const resolve = (): unknown => {
      const key = resolver.resolve(texts, algorithm, snapshot, NOW);
      if (!('lineage' in key)) throw new Error('a promise');
      const { paths, ...read } = key.leaf as NonNullable<typeof key.leaf>;
      const permitted = paths.map((path) =>
        ['prod', 'elsewhere'].map((host) => path.permits(`spiffe://${host}.example.com/a`)),
      );
      const times = paths.map(({ notBefore, notAfter, authorities }) => [
        notBefore,
        notAfter,
        authorities.length,
      ]);
      return [key.rung, key.keyId, key.lineage, key.algorithm, { ...read }, permitted, times];
    };
    told.push(outcomeOf(resolve), outcomeOf(resolve));
    const [first] = chain as [Built];
    told.push(outcomeOf(() => ({ ...readLeaf(first.der) })));
  }
  return told;
}

const good = leaf(anchors[0] as Built);
const minting = leaf(anchors[0] as Built, { extensions: issuing(MINTER) });
const tokens = [
  tokenOf([good], good),
  tokenOf([good], good, { sub: MINTER }),
  tokenOf([minting], minting, { iss: MINTER }),
  tokenOf([minting], minting, { iss: MINTER, exp: NOW + DAY + 1, iat: NOW + DAY - 60 }),
];

/** What becomes of tokens with such chains, each twice. */
function tokenVerdicts(snapshot: TrustSnapshot): readonly string[] {
  const source = { current: () => snapshot, heal: async () => false };
  const verifier = createVerifier({
    bundle: source as never,
    audiences: [AUDIENCE],
    chains: createChainResolver(),
    threadPool: 'never',
    cacheBytes: 0,
    clock: () => NOW * 1000,
  });
  return [...tokens, ...tokens].map((token) => outcomeOf(() => verifyNow(verifier, token)));
}

/** The names of all own members of what this package makes and is given, however deep. */
function membersOf(value: unknown, found: Set<string>, seen = new Set<unknown>()): void {
  if (typeof value !== 'object' || value === null || seen.has(value) || ArrayBuffer.isView(value)) return;
  seen.add(value);
  if (value instanceof Map || value instanceof Set) for (const inner of value) membersOf(inner, found, seen);
  for (const member of Object.getOwnPropertyNames(value)) {
    found.add(member);
    membersOf((value as Record<string, unknown>)[member], found, seen);
  }
}

// What is looked for on objects of others: descriptors, promises, iterators, matches, and options of node:crypto.
const FOREIGN =
  'get set value writable enumerable configurable then done next return index input groups indices key format type encoding passphrase cipher padding saltLength dsaEncoding context outputLength asymmetricKeyType asymmetricKeyDetails modulusLength namedCurve kty crv x y n e d alg ext key_ops fatal ignoreBOM stream highWaterMark defaultEncoding objectMode readable writable signal detail cause code reason expected presented expiresAt validFrom mayBeCritical neverCritical options scheme hash signatureBytes minSecretBytes mint verifyByDefault cacheChains anchors services subjects chain chains paths isVerbatim';

function memberNames(): readonly string[] {
  const found = new Set(FOREIGN.split(' '));
  const snapshot = unread();
  membersOf(snapshot, found);
  const set = new AnchorSet();
  for (const { der } of anchors) membersOf(set.add(der), found);
  for (const chain of list) {
    const ders = chain.map(({ der }) => der);
    outcomeOf(() => membersOf(validateChain(ders, set, TOKEN_LEAF, NOW), found));
    const resolver = createChainResolver();
    outcomeOf(() =>
      membersOf(
        resolver.resolve(
          chain.map(({ text }) => text),
          'ES256',
          snapshot,
          NOW,
        ),
        found,
      ),
    );
  }
  for (let index = -1; index < 16; index++) found.add(String(index));
  // Every array, function and error has these of its own.
  for (const own of ['length', 'name', 'prototype', 'stack', 'message']) found.delete(own);
  // The language asks an iterator for `return` where a loop is left early. Node 24 looks for the kind of a key at 3 and 4 of
  // an array that has fewer. Nothing written in JavaScript gets around either; both refuse.
  for (const lost of ['return', '3', '4']) found.delete(lost);
  return [...found].sort();
}

const members = memberNames();
const expected = verdicts(unread());
const expectedOfTokens = tokenVerdicts(unread());
// What JSON holds. Where a member is missed, one of these is taken for it.
const VALUES: readonly unknown[] = [true, 'x', {}];

describe('attack 50: members on Object.prototype', () => {
  it('knows verdicts of every kind, and the members there are', () => {
    const codes = new Set(expected.filter((told) => !told.startsWith('{') && !told.startsWith('[')));
    expect([...codes].sort()).toEqual(['chain_invalid', 'chain_untrusted', 'leaf_expired']);
    expect(expected.filter((told) => told.startsWith('[')).length).toBeGreaterThan(20);
    expect(expectedOfTokens.at(0)).toContain(LEAF_URI);
    expect(new Set(expectedOfTokens).size).toBe(4);
    expect(members.length).toBeGreaterThan(100);
    for (const member of ['critical', 'value', 'pathLength', 'ca', 'algorithm', 'get', 'then', '0']) {
      expect(members).toContain(member);
    }
  });

  it.each(members)('attack 50: %s leaves every verdict as it was, about chains and tokens', (member) => {
    for (const value of VALUES) {
      const snapshot = unread();
      pollute(member, value);
      const told = [verdicts(snapshot), tokenVerdicts(snapshot)];
      clean();
      expect(told, String(value)).toEqual([expected, expectedOfTokens]);
    }
  });

  it('attack 50: a name does not get from there the part that it lacks', () => {
    const two = (first: string, second: string): Bytes =>
      seq(...[first, second].map((text) => set(seq(oid('2.5.4.3'), utf8(text)))));
    const limits = nameConstraints({ permitted: [explicit(4, two('a', 'b'))] });
    const anchor = root({ extensions: [...CA_EXTENSIONS, limits] });
    const anchorSet = new AnchorSet();
    anchorSet.add(anchor.der);
    const told = [name('a'), two('a', 'b')].map((subject) => {
      const { der } = leaf(anchor, { subject });
      pollute('1', '2.5.4.3="b"');
      const outcome = outcomeOf(() => validateChain([der], anchorSet, TOKEN_LEAF, NOW).paths.length);
      clean();
      return outcome;
    });
    expect(told).toEqual(['chain_invalid', '1']);
  });
});
