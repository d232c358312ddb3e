import { afterEach, describe, expect, it } from 'vitest';
import {
  basicConstraints,
  build,
  CA_EXTENSIONS,
  extension,
  intermediate,
  keyUsage,
  LEAF_URI,
  leaf,
  name,
  names,
  type Parts,
  root,
  uri,
} from '../support/build.ts';
import { explicit, FALSE, hex, integer, seq } from '../support/der.ts';
import { refusal, resolve, trusting } from '../support/resolve.ts';

const notCa = extension('2.5.29.19', seq(), true);

const CA = { critical: true, value: { ca: true, pathLength: 9 } };

const ISSUERS: readonly (readonly [string, Partial<Parts>, string])[] = [
  ['without basicConstraints', { extensions: [keyUsage([5])] }, 'not a CA by its basicConstraints'],
  ['with cA absent', { extensions: [notCa, keyUsage([5])] }, 'not a CA by its basicConstraints'],
  [
    'with cA written as FALSE',
    { extensions: [extension('2.5.29.19', seq(FALSE), true), keyUsage([5])] },
    'BOOLEAN that is not TRUE',
  ],
  [
    'with cA in the TRUE of BER',
    { extensions: [extension('2.5.29.19', seq(hex('010101')), true), keyUsage([5])] },
    'BOOLEAN that is not TRUE',
  ],
  [
    'with basicConstraints that are not critical',
    { extensions: [basicConstraints(undefined, false), keyUsage([5])] },
    'basicConstraints are not critical',
  ],
  ['without keyUsage', { extensions: [basicConstraints()] }, 'no critical keyUsage'],
  [
    'with a keyUsage that is not critical',
    { extensions: [basicConstraints(), keyUsage([5], false)] },
    'no critical keyUsage',
  ],
  ['without keyCertSign', { extensions: [basicConstraints(), keyUsage([0, 6])] }, 'lacks keyCertSign'],
  ['without a name', { subject: name() }, 'an issuer without a name'],
  ['of version 1', { version: hex(''), extensionsField: null }, 'not of version 3'],
  ['of version 2', { version: explicit(0, integer(1)), extensionsField: null }, 'not of version 3'],
  ['without extensions', { extensionsField: null }, 'not DER of the expected form'],
];

describe('attack 11: a leaf that acts as a CA', () => {
  const anchor = root();

  it.each(ISSUERS)('attack 11: refuses an intermediate %s', async (_, parts, reason) => {
    const between = intermediate(anchor, parts);
    const told = await refusal([leaf(between), between], await trusting(anchor));
    expect(told).toContain('chain_invalid');
    expect(told).toContain('intermediate 1: ');
    expect(told).toContain(reason);
  });

  it('attack 11: refuses a token leaf as the issuer of another leaf', async () => {
    const honest = leaf(anchor, { subject: name('Leaf') });
    await resolve([honest], await trusting(anchor));
    const forged = leaf(honest);
    expect(await refusal([forged, honest], await trusting(anchor))).toContain(
      'not a CA by its basicConstraints',
    );
  });

  it('attack 11: does not use the key of an intermediate before it is known to be an issuer', async () => {
    const between = intermediate(anchor, { extensions: [keyUsage([5])] });
    // The signature of the leaf is garbage: had it been looked at, the reason would be another one.
    const forged = leaf(between, { signWith: () => hex('00') });
    expect(await refusal([forged, between], await trusting(anchor))).toContain(
      'not a CA by its basicConstraints',
    );
  });
});

describe('attack 50: a polluted prototype', () => {
  const pollution = {
    basicConstraints: CA,
    keyUsage: { critical: true, value: 0x20 },
    pathLength: 9,
    cacheChains: -1,
  };

  afterEach(() => {
    for (const name of Object.keys(pollution)) Reflect.deleteProperty(Object.prototype, name);
  });

  it('attack 50: lends a certificate no extension', async () => {
    const anchor = root({ extensions: [basicConstraints(0)] });
    const between = intermediate(anchor, { extensions: [keyUsage([5])] });
    const trusted = await trusting(anchor);
    for (const [name, value] of Object.entries(pollution)) {
      Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true });
    }
    expect(await refusal([leaf(between), between], trusted)).toContain('not a CA by its basicConstraints');
    expect((await resolve([leaf(anchor)], trusted)).rung).toBe('ca');
  });
});

describe('attack 11: a CA that acts as a leaf', () => {
  const anchor = root();
  const asLeaf = (...extensions: readonly Uint8Array[]) =>
    leaf(anchor, { subject: name('Leaf'), extensions });

  it.each([
    ['is a CA', [...CA_EXTENSIONS], 'it is a CA'],
    ['may sign certificates', [keyUsage([0, 5])], 'keyUsage is that of a CA'],
    ['may sign revocation lists', [keyUsage([0, 6])], 'keyUsage is that of a CA'],
    ['may not sign', [keyUsage([2])], 'lacks digitalSignature'],
    ['does not say what it may', [names([uri(LEAF_URI)])], 'lacks digitalSignature'],
  ] as const)('attack 11: refuses a leaf that %s', async (_, extensions, reason) => {
    const told = await refusal([asLeaf(...extensions)], await trusting(anchor));
    expect(told).toContain('the leaf: ');
    expect(told).toContain(reason);
  });

  it('attack 11: refuses a path length where there is no CA', async () => {
    const odd = extension('2.5.29.19', seq(integer(0)), true);
    expect(await refusal([asLeaf(odd, keyUsage([0]))], await trusting(anchor))).toContain('is no CA');
  });

  it('attack 11: refuses an anchor that is no CA', async () => {
    const odd = build({ subject: name('Root'), extensions: [extension('2.5.29.19', seq(), true)] });
    await expect(trusting(odd)).rejects.toThrow(/anchor 1 of ca authority 1 .*not a CA/);
    const noSigning = build({ subject: name('Root'), extensions: [basicConstraints(), keyUsage([0])] });
    await expect(trusting(noSigning)).rejects.toThrow('lacks keyCertSign');
    const nameless = build({ subject: seq(), extensions: CA_EXTENSIONS });
    await expect(trusting(nameless)).rejects.toThrow('an issuer without a name');
  });

  it('takes an anchor that says less: it is trusted by configuration', async () => {
    const quiet = build({ subject: name('Root'), extensions: [basicConstraints(undefined, false)] });
    expect((await resolve([leaf(quiet)], await trusting(quiet))).rung).toBe('ca');
  });
});
