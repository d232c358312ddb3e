import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { AnchorSet, readLeaf, TOKEN_LEAF, validateChain } from '@workload-identity/x5c';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Built,
  build,
  CA_EXTENSIONS,
  dns,
  ec,
  extension,
  intermediate,
  LEAF,
  LEAF_EXTENSIONS,
  LEAF_URI,
  leaf,
  NOW,
  name,
  nameConstraints,
  names,
  root,
  uri,
} from '../support/build.ts';
import { type Bytes, bits, hex, integer, octets, oid, seq, set, tlv, utf8 } from '../support/der.ts';
import { refusal, trusting } from '../support/resolve.ts';

let signatures = 0;
const { verify } = crypto;

// Counts what reaches node:crypto; the real check still runs.
beforeAll(() => {
  crypto.verify = ((...args: Parameters<typeof verify>) => {
    signatures++;
    return verify(...args);
  }) as typeof verify;
  syncBuiltinESMExports();
});
afterAll(() => {
  crypto.verify = verify;
  syncBuiltinESMExports();
});
beforeEach(() => {
  signatures = 0;
});

const anchor = root();

/** Median CPU time of one refusal, in milliseconds. */
function cost(chain: readonly Bytes[], anchors: AnchorSet): number {
  const times: number[] = [];
  for (let run = 0; run < 41; run++) {
    const start = process.cpuUsage();
    for (let time = 0; time < 5; time++) {
      expect(() => validateChain(chain, anchors, TOKEN_LEAF, NOW)).toThrow();
    }
    const { user, system } = process.cpuUsage(start);
    times.push((user + system) / 5_000);
  }
  return times.sort((a, b) => a - b)[20] as number;
}

function anchorsOf(...trusted: readonly Built[]): AnchorSet {
  const anchors = new AnchorSet();
  for (const { der } of trusted) anchors.add(der);
  return anchors;
}

/** `count` issuers of one name, each signing the next, the leaf first. */
function lookAlikes(count: number, label: string): readonly Built[] {
  const chain = [build({ subject: name(label), extensions: CA_EXTENSIONS })];
  while (chain.length < count) chain.unshift(intermediate(chain[0] as Built, { subject: name(label) }));
  chain.unshift(leaf(chain[0] as Built));
  return chain;
}

const deepName = (depth: number): Bytes =>
  seq(...Array.from({ length: depth }, () => set(seq(oid('2.5.4.11'), utf8('x')))));

function nested(depth: number): Bytes {
  let value: Bytes = utf8('x');
  for (let level = 0; level < depth; level++) value = seq(value);
  return value;
}

const usual = [LEAF.usage, LEAF.purpose];
const SIGNATURE = seq(integer(1), integer(1));
const extensionOf = (bytes: number): Bytes => seq(tlv(0x06, Buffer.alloc(bytes, 0x2a)), octets());
const rsaKey = (bytes: number): Bytes =>
  seq(
    hex('300d06092a864886f70d0101010500'),
    bits(seq(integer(0, ...Buffer.alloc(bytes, 0xff)), integer(1, 0, 1))),
  );

/** An extension that makes a leaf exactly so many bytes long. */
function filler(total: number): Bytes {
  const sized = (size: number) => extension('1.2.3', Buffer.alloc(size));
  const rest = leaf(anchor, { extensions: [...LEAF_EXTENSIONS, sized(7_000)], signWith: () => SIGNATURE }).der
    .length;
  return sized(7_000 + total - rest);
}

describe('attack 14: a chain bomb', () => {
  it('attack 14: refuses 100 look-alikes without one signature check', async () => {
    const chain = lookAlikes(100, 'Root');
    expect(await refusal(chain, await trusting(anchor))).toContain('1 to 3 certificates');
    const anchors = anchorsOf(anchor);
    expect(
      cost(
        chain.map(({ der }) => der),
        anchors,
      ),
    ).toBeLessThan(1);
    expect(signatures).toBe(0);
  });

  it('attack 14: refuses three look-alikes under a strange name without one signature check', async () => {
    const chain = lookAlikes(2, 'Elsewhere');
    expect(await refusal(chain, await trusting(anchor))).toContain('chain_untrusted');
    expect(
      cost(
        chain.map(({ der }) => der),
        anchorsOf(anchor),
      ),
    ).toBeLessThan(1);
    expect(signatures).toBe(0);
  });

  it('attack 14: refuses three look-alikes under the name of the anchor with one signature check', async () => {
    const chain = lookAlikes(2, 'Root');
    expect(await refusal(chain, await trusting(anchor))).toContain('chain_untrusted');
    expect(signatures).toBe(1);
    expect(
      cost(
        chain.map(({ der }) => der),
        anchorsOf(anchor),
      ),
    ).toBeLessThan(1);
  });

  it('attack 14: refuses a stranger behind an issuer of ours with one signature check, once the issuer is known', async () => {
    const trusted = await trusting(anchor);
    const upper = intermediate(anchor, { subject: name('Upper') });
    const lower = intermediate(upper, { subject: name('Lower') });
    const stranger = () => leaf({ ...lower, keys: ec() });
    const counts: number[] = [];
    for (let time = 0; time < 3; time++) {
      signatures = 0;
      expect(await refusal([stranger(), lower, upper], trusted)).toContain(
        'the leaf: its signature does not hold',
      );
      counts.push(signatures);
    }
    expect(counts).toEqual([3, 1, 1]);
  });

  it('attack 14: ends a cycle of cross-signed issuers', async () => {
    const a = { keys: ec(), subject: name('A') };
    const b = { keys: ec(), subject: name('B') };
    const ab = build({ ...a, extensions: CA_EXTENSIONS }, b);
    const ba = build({ ...b, extensions: CA_EXTENSIONS }, a);
    expect(await refusal([leaf(ab), ab, ba], await trusting(anchor))).toContain('chain_untrusted');
    expect(signatures).toBe(0);
  });

  it('attack 14: refuses a certificate of 64 KiB before it is looked into', async () => {
    const filler = extension('1.2.3', octets(Buffer.alloc(60_000)));
    const large = leaf(anchor, { extensions: [...LEAF_EXTENSIONS, filler] });
    expect(await refusal([large], await trusting(anchor))).toContain('at most 8192 bytes');
    expect(cost([large.der], anchorsOf(anchor))).toBeLessThan(1);
    expect(signatures).toBe(0);
  });

  it.each<[string, () => Built]>([
    [
      '8 KiB of unknown extension',
      () => leaf(root(), { extensions: [...LEAF_EXTENSIONS, extension('1.2.3', Buffer.alloc(7_400))] }),
    ],
    ['a deep name', () => leaf(root(), { subject: deepName(500) })],
    [
      'deeply nested values',
      () => leaf(root(), { extensions: [...LEAF_EXTENSIONS, extension('1.2.3', nested(1_800))] }),
    ],
    [
      '1000 names',
      () => leaf(root(), { extensions: [names(Array.from({ length: 1_000 }, (_, at) => dns(`n${at}`)))] }),
    ],
  ])('attack 14: a stranger with %s costs less than 1 ms', async (_, make) => {
    const stranger = make();
    expect(await refusal([stranger], await trusting(anchor))).toContain('chain_untrusted');
    expect(signatures).toBe(1);
    expect(cost([stranger.der], anchorsOf(anchor))).toBeLessThan(1);
  });

  it.each<[string, Partial<Parameters<typeof leaf>[1]>, string]>([
    ['a name of too many attributes', { subject: deepName(65) }, 'too many attributes'],
    [
      'too many names',
      { extensions: [names(Array.from({ length: 300 }, (_, at) => dns(`n${at}`)))] },
      'too many names',
    ],
    [
      'too many usages',
      {
        extensions: [extension('2.5.29.37', seq(...Array.from({ length: 40 }, (_, at) => oid(`1.2.${at}`))))],
      },
      'too many extended key usages',
    ],
    [
      'an object identifier without end',
      { extensions: [extension('2.5.29.37', seq(tlv(0x06, Buffer.alloc(4_000, 0xff))))] },
      'object identifier of a wrong length',
    ],
  ])('attack 14: even a certificate of our own CA is refused with %s', async (_, parts, reason) => {
    expect(await refusal([leaf(anchor, parts)], await trusting(anchor))).toContain(reason);
  });

  it('attack 14: even an issuer of our own CA is refused with too many constraints', async () => {
    const limits = nameConstraints({
      excluded: Array.from({ length: 65 }, (_, at) => uri(`h${at}.example.com`)),
    });
    const between = intermediate(anchor, { extensions: [...CA_EXTENSIONS, limits] });
    expect(await refusal([leaf(between), between], await trusting(anchor))).toContain(
      'too many name constraints',
    );
  });

  it.each<[string, Partial<Parameters<typeof leaf>[1]>]>([
    ['64 attributes in its subject', { subject: deepName(64) }],
    [
      '256 names',
      {
        extensions: [
          ...usual,
          names([uri(LEAF_URI), ...Array.from({ length: 255 }, (_, at) => dns(`n${at}`))]),
        ],
      },
    ],
    [
      '32 extensions',
      {
        extensions: [
          ...LEAF_EXTENSIONS,
          ...Array.from({ length: 29 }, (_, at) => extension(`1.2.3.${at}`, octets())),
        ],
      },
    ],
    ['an object identifier of 64 bytes', { extensions: [...LEAF_EXTENSIONS, extensionOf(64)] }],
    ['RSA of 8192 bits', { publicKeyInfo: rsaKey(1_024) }],
    ['8192 bytes', { extensions: [...LEAF_EXTENSIONS, filler(8_192)], signWith: () => SIGNATURE }],
  ])('takes %s, which is exactly the most', (what, parts) => {
    const { der } = leaf(anchor, parts);
    if (what === '8192 bytes') expect(der.length).toBe(8_192);
    expect(readLeaf(der).issuer).toBe(LEAF_URI);
  });

  it.each<[string, Partial<Parameters<typeof leaf>[1]>, string]>([
    [
      '33 extensions',
      { extensions: Array.from({ length: 33 }, (_, at) => extension(`1.2.3.${at}`, octets())) },
      'too many extensions',
    ],
    [
      'an object identifier of 65 bytes',
      { extensions: [...LEAF_EXTENSIONS, extensionOf(65)] },
      'of a wrong length',
    ],
    ['RSA of 8200 bits', { publicKeyInfo: rsaKey(1_025) }, '2048 to 8192 bits'],
    [
      '8193 bytes',
      { extensions: [...LEAF_EXTENSIONS, filler(8_193)], signWith: () => SIGNATURE },
      'larger than 8192',
    ],
  ])('attack 14: refuses %s, one more than the most', (_, parts, reason) => {
    expect(() => readLeaf(leaf(anchor, parts).der)).toThrow(reason);
  });
});
