import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { describe, expect, it } from 'vitest';
import {
  type Built,
  CA_EXTENSIONS,
  DAY,
  ec,
  intermediate,
  leaf,
  NOW,
  name,
  nameConstraints,
  root,
  uri,
} from '../../test/support/build.ts';
import { time } from '../../test/support/der.ts';
import { bundleOf, refusal, resolve, snapshotOf, trusting } from '../../test/support/resolve.ts';
import { createChainResolver } from '../index.ts';

const textsOf = (...chain: readonly Built[]): string[] => chain.map(({ text }) => text);

/** How often node:crypto checks a signature while `run` runs. */
async function signaturesIn(run: () => unknown): Promise<number> {
  const { verify } = crypto;
  let count = 0;
  crypto.verify = ((...args: Parameters<typeof verify>) => {
    count++;
    return verify(...args);
  }) as typeof verify;
  syncBuiltinESMExports();
  try {
    await run();
  } finally {
    crypto.verify = verify;
    syncBuiltinESMExports();
  }
  return count;
}

describe('authorities of a chain', () => {
  it('are all those that hold the anchor, and no others', async () => {
    const anchor = root();
    const other = root({ subject: name('Other') });
    const snapshot = await snapshotOf(
      bundleOf(
        { anchors: [anchor], subjects: ['spiffe://prod.example.com/a/*'] },
        { anchors: [other], subjects: ['spiffe://prod.example.com/b/*'] },
        { anchors: [other, anchor, anchor], subjects: ['spiffe://prod.example.com/c/*'] },
      ),
    );
    const { authorities } = await resolve([leaf(anchor)], snapshot);
    expect(authorities.map(({ subjects }) => subjects[0]?.text)).toEqual([
      'spiffe://prod.example.com/a/*',
      'spiffe://prod.example.com/c/*',
    ]);
  });

  it('follow the key of the CA, not its certificate', async () => {
    const keys = ec();
    const first = root({ keys });
    const renewed = root({ keys, notAfter: time(NOW + 2 * DAY) });
    const snapshot = await snapshotOf(
      bundleOf(
        { anchors: [first], subjects: ['spiffe://prod.example.com/a/*'] },
        { anchors: [renewed], subjects: ['spiffe://prod.example.com/b/*'] },
      ),
    );
    const late = leaf(first, { notAfter: time(NOW + 2 * DAY) });
    for (const now of [NOW, NOW + DAY + 60]) {
      const { authorities, leaf: read } = await resolve([late], snapshot, now);
      expect(authorities).toHaveLength(2);
      expect(read?.paths.map((path) => [path.authorities[0]?.subjects[0]?.text, path.notAfter])).toEqual([
        ['spiffe://prod.example.com/a/*', NOW + DAY],
        ['spiffe://prod.example.com/b/*', NOW + 2 * DAY],
      ]);
    }
  });

  it('are only those under whose anchor the chain is valid, each within the limits of its own anchor', async () => {
    const keys = ec();
    const open = root({ keys });
    const limits = nameConstraints({ permitted: [uri('prod.example.com')] });
    const limited = root({ keys, extensions: [...CA_EXTENSIONS, limits] });
    const closing = nameConstraints({ permitted: [uri('test.example.com')] });
    const closed = root({ keys, extensions: [...CA_EXTENSIONS, closing] });
    const snapshot = await snapshotOf(
      bundleOf(
        { anchors: [open], subjects: ['spiffe://prod.example.com/a/*'] },
        { anchors: [limited], subjects: ['spiffe://prod.example.com/b/*'] },
        { anchors: [closed], subjects: ['spiffe://prod.example.com/c/*'] },
      ),
    );
    const { authorities, leaf: read } = await resolve([leaf(open)], snapshot);
    expect(authorities.map(({ subjects }) => subjects[0]?.text)).toEqual([
      'spiffe://prod.example.com/a/*',
      'spiffe://prod.example.com/b/*',
    ]);
    expect(
      read?.paths.map((path) => [
        path.authorities[0]?.subjects[0]?.text,
        path.permits('spiffe://prod.example.com/x'),
        path.permits('spiffe://test.example.com/x'),
      ]),
    ).toEqual([
      ['spiffe://prod.example.com/a/*', true, true],
      ['spiffe://prod.example.com/b/*', true, false],
    ]);
  });

  it('two CAs of one name and different kinds of key are told apart by their keys', async () => {
    const old = root({ keys: crypto.generateKeyPairSync('rsa', { modulusLength: 2048 }) });
    const fresh = root();
    expect((await resolve([leaf(fresh)], await trusting(old, fresh))).rung).toBe('ca');
  });
});

describe('checkAnchors', () => {
  it('names the authority and the anchor', async () => {
    const good = root();
    const bad = leaf(good, { subject: name('Leaf') });
    const bundle = bundleOf(
      { anchors: [good] },
      { anchors: [good, bad], subjects: ['spiffe://prod.example.com/x'] },
    );
    await expect(snapshotOf(bundle)).rejects.toMatchObject({
      code: 'bundle_invalid',
      message: expect.stringContaining(
        'anchor 2 of ca authority 2 (spiffe://prod.example.com/x): it is not a CA',
      ),
    });
  });

  it('is made up for by the resolver where nobody called it', async () => {
    const bad = leaf(root(), { subject: name('Leaf') });
    const snapshot = await snapshotOf(bundleOf({ anchors: [bad] }), () => undefined);
    for (let time = 0; time < 2; time++) expect(await refusal([bad], snapshot)).toContain('bundle_invalid');
  });

  it('refuses base64 with bits behind its last byte', async () => {
    const spoiled = root().pem.replace('\n-----END', '\nAB==\n-----END');
    await expect(trusting({ pem: spoiled })).rejects.toThrow('not one certificate in PEM');
  });
});

describe('the cache of chains', () => {
  const anchor = root();
  const between = intermediate(anchor);
  const end = leaf(between);
  const chain = textsOf(end, between);

  it('answers for the same chain without cryptography, and with the same key', async () => {
    const snapshot = await trusting(anchor);
    const resolver = createChainResolver();
    const first = await resolver.resolve(chain, 'ES256', snapshot, NOW);
    const count = await signaturesIn(async () => {
      expect(await resolver.resolve([...chain], 'ES256', snapshot, NOW)).toBe(first);
    });
    expect(count).toBe(0);
  });

  it('asks again under another snapshot', async () => {
    const resolver = createChainResolver();
    await resolver.resolve(chain, 'ES256', await trusting(anchor), NOW);
    const without = await trusting(root({ subject: name('Other') }));
    expect(() => resolver.resolve(chain, 'ES256', without, NOW)).toThrow('does not end in an anchor');
  });

  it('asks again for the same leaf in another chain', async () => {
    const snapshot = await trusting(anchor);
    const resolver = createChainResolver();
    await resolver.resolve(chain, 'ES256', snapshot, NOW);
    expect(() => resolver.resolve(textsOf(end), 'ES256', snapshot, NOW)).toThrow('does not end in an anchor');
    const twin = intermediate(anchor, { keys: between.keys });
    const count = await signaturesIn(() => resolver.resolve(textsOf(end, twin), 'ES256', snapshot, NOW));
    expect(count).toBe(2);
  });

  it('says no to another algorithm, remembered or not', async () => {
    const snapshot = await trusting(anchor);
    const resolver = createChainResolver();
    for (let time = 0; time < 2; time++) {
      expect(() => resolver.resolve(chain, 'ES384', snapshot, NOW)).toThrow(
        'signature algorithm is not accepted',
      );
    }
    expect(() => resolver.resolve(chain, 'RS256', snapshot, NOW)).toThrow('the leaf is for ES256');
    expect((await resolver.resolve(chain, 'ES256', snapshot, NOW)).algorithm).toBe('ES256');
  });

  it('never says yes where a fresh resolver says no, at any time', async () => {
    const short = intermediate(anchor, { notAfter: time(NOW + 100) });
    const chains = [
      textsOf(leaf(short, { notAfter: time(NOW + 50) }), short),
      textsOf(leaf(short), short),
      chain,
    ];
    const snapshot = await trusting(anchor);
    const remembering = createChainResolver();
    const verdict = async (resolver: typeof remembering, texts: string[], now: number): Promise<string> => {
      try {
        return (await resolver.resolve(texts, 'ES256', snapshot, now)).keyId;
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    const offsets = [0, 49.9, 50, 50.5, 51, 99, 100, 101, DAY, DAY + 1, -DAY, -DAY - 1, 0];
    for (const offset of offsets) {
      for (const texts of chains) {
        const fresh = await verdict(createChainResolver({ cacheChains: 0 }), texts, NOW + offset);
        expect(await verdict(remembering, texts, NOW + offset)).toBe(fresh);
      }
    }
  });

  it('does not take a chain for another that ends alike', async () => {
    const snapshot = await trusting(anchor);
    const resolver = createChainResolver();
    await resolver.resolve(chain, 'ES256', snapshot, NOW);
    for (const at of [0, 1]) {
      const spoiled = chain.map((text, index) => (index === at ? `AAAA${text.slice(4)}` : text));
      expect(() => resolver.resolve(spoiled, 'ES256', snapshot, NOW)).toThrow('is not valid');
    }
    for (const other of [[chain.join('')], [...chain, ''], ['', ...chain]]) {
      expect(() => resolver.resolve(other, 'ES256', snapshot, NOW)).toThrow('is not valid');
    }
  });

  it('is bounded, and keeps what was asked for last', async () => {
    const snapshot = await trusting(anchor);
    const resolver = createChainResolver({ cacheChains: 2 });
    const [a, b, c] = [leaf(anchor), leaf(anchor), leaf(anchor)].map(({ text }) => [text]) as [
      string[],
      string[],
      string[],
    ];
    const ask = (texts: string[]) => signaturesIn(() => resolver.resolve(texts, 'ES256', snapshot, NOW));
    expect([await ask(a), await ask(b), await ask(a), await ask(c)]).toEqual([1, 1, 0, 1]);
    expect([await ask(a), await ask(c), await ask(b)]).toEqual([0, 0, 1]);
  });
});

describe('point 14: the times of a resolved leaf', () => {
  it('are those of its whole chain', async () => {
    const early = { notBefore: time(NOW - DAY), notAfter: time(NOW + DAY) };
    const parts = [
      { notBefore: time(NOW - 30), notAfter: time(NOW + 300) },
      { notBefore: time(NOW - 300), notAfter: time(NOW + 30) },
    ];
    for (const [anchorParts, betweenParts, leafParts] of [
      [...parts, early],
      [early, ...parts],
      [parts[1], early, parts[0]],
    ]) {
      const anchor = root(anchorParts);
      const between = intermediate(anchor, betweenParts);
      const { leaf: resolved } = await resolve([leaf(between, leafParts), between], await trusting(anchor));
      expect(resolved?.paths.at(0)).toMatchObject({ notBefore: NOW - 30, notAfter: NOW + 30 });
    }
  });
});

describe('createChainResolver', () => {
  it.each([
    { cacheChains: -1 },
    { cacheChains: 1.5 },
    { cacheChains: 65_537 },
    { cacheChain: 1 },
    { cacheChains: '1' },
  ])('refuses %j', (options) => {
    expect(() => createChainResolver(options as never)).toThrow(TypeError);
  });

  it('freezes what it returns', async () => {
    const anchor = root();
    const resolved = await resolve([leaf(anchor)], await trusting(anchor));
    expect([resolved, resolved.leaf, resolved.authorities].every(Object.isFrozen)).toBe(true);
  });

  it('holds the limits of the contract even where the header was not read by it', async () => {
    const anchor = root();
    const snapshot = await trusting(anchor);
    expect(await refusal([], snapshot)).toContain('1 to 3 certificates');
    expect(await refusal([{ text: 'A'.repeat(20_000) }], snapshot)).toContain('at most 8192 bytes');
  });

  it('tells nothing of a certificate in an error', async () => {
    const anchor = root();
    const secretive = leaf(root(), { subject: name('a-name-nobody-should-log') });
    const told = await refusal([secretive], await trusting(anchor));
    expect(told).not.toContain('a-name-nobody-should-log');
    expect(told).not.toContain(secretive.text.slice(40, 80));
  });
});
