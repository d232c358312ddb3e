import { createHash, sign } from 'node:crypto';
import { CONTRACT, type TrustBundle } from '@workload-identity/contract';
import { AnchorSet, checkAnchors, createChainResolver, readLeaf } from '@workload-identity/x5c';
import { describe, expect, it } from 'vitest';
import {
  type Built,
  ec,
  extendedKeyUsage,
  intermediate,
  LEAF,
  leaf,
  NOW,
  name,
  names,
  root,
  uri,
} from '../support/build.ts';
import { type Bytes, hex, integer, time } from '../support/der.ts';
import { tokenOf, verdictOf, verifierOf } from '../support/peers.ts';
import { bundleOf, refusal, resolve, snapshotOf, trusting } from '../support/resolve.ts';
import { type Curve, twinOf, withSignature } from '../support/twin.ts';

const SCHEMES = {
  'P-256': { algorithm: hex('300a06082a8648ce3d040302'), hash: 'sha256' },
  'P-384': { algorithm: hex('300a06082a8648ce3d040303'), hash: 'sha384' },
} as const;
const MINTER = 'spiffe://prod.example.com/minter';

/** How a key on a curve signs a certificate. */
const signedOn = (curve: Curve) => {
  const { algorithm, hash } = SCHEMES[curve];
  return { algorithm, signWith: (bytes: Bytes, key: Built['keys']['privateKey']) => sign(hash, bytes, key) };
};

/** An anchor, an intermediate and leaves of both usages, all certified on one curve. */
function worldOn(curve: Curve) {
  const signed = signedOn(curve);
  const anchor = root({ ...signed, keys: ec(curve) });
  const between = intermediate(anchor, { ...signed, keys: ec(curve) });
  const issuing = [LEAF.usage, extendedKeyUsage(CONTRACT.issuerExtendedKeyUsage), names([uri(MINTER)])];
  return {
    anchor,
    between,
    self: leaf(between, signed),
    issuer: leaf(between, { ...signed, extensions: issuing }),
    ended: leaf(between, { ...signed, notAfter: time(NOW - 1) }),
    stranger: leaf({ ...between, keys: ec(curve) }, signed),
  };
}

const denying = (anchor: Built, ...keys: readonly string[]): TrustBundle => ({
  ...bundleOf({ anchors: [anchor] }),
  denied: { keys },
});

const sha256 = ({ der }: Built): string => createHash('sha256').update(der).digest('base64url');

describe.each(['P-256', 'P-384'] as const)(
  'attack 53: certificates that a CA on %s signed, and their twins',
  (curve) => {
    const world = worldOn(curve);
    const { anchor, between } = world;
    const twin = (certificate: Built): Built => twinOf(certificate, curve);

    /** The chains that anyone can make of one: each certificate as it is or as its twin, the anchor sent along or not. */
    function variants(end: Built): readonly (readonly Built[])[] {
      const pairs = [end, between, anchor].map((certificate) => [certificate, twin(certificate)] as const);
      const chains = pairs.reduce<Built[][]>(
        (made, pair) => made.flatMap((chain) => pair.map((certificate) => [...chain, certificate])),
        [[]],
      );
      return [...chains.map((chain) => chain.slice(0, 2)), ...chains];
    }

    const tokens = (end: Built, claims: Readonly<Record<string, unknown>> = {}): readonly string[] =>
      variants(end).map((chain) => tokenOf(chain, end, claims));

    /** What becomes of the tokens, twice: the second time the chain is known. */
    async function verdicts(bundle: TrustBundle, list: readonly string[]): Promise<readonly string[]> {
      const verifier = await verifierOf(bundle);
      const told = new Set<string>();
      for (const token of [...list, ...list]) told.add(await verdictOf(verifier, token));
      return [...told];
    }

    it('attack 53: there is a twin, with another hash, and node:crypto takes it', () => {
      for (const certificate of [world.self, between, anchor]) {
        expect(sha256(twin(certificate))).not.toBe(sha256(certificate));
        expect(twin(twin(certificate)).der).toEqual(certificate.der);
      }
      expect(() => new AnchorSet().add(twin(anchor).der)).not.toThrow();
    });

    it('attack 53: without a denial a twin is accepted exactly as the original is', async () => {
      expect(await verdicts(bundleOf({ anchors: [anchor] }), tokens(world.self))).toEqual(['accepted']);
      const asserted = tokens(world.issuer, { iss: MINTER });
      expect(await verdicts(bundleOf({ anchors: [anchor] }), asserted)).toEqual(['accepted']);
      const snapshot = await trusting(anchor);
      const [first, ...others] = await Promise.all(
        variants(world.self).map((chain) => resolve(chain, snapshot)),
      );
      const facts = ({ keyId, lineage, algorithm, leaf: read }: typeof first & object) => ({
        keyId,
        lineage,
        algorithm,
        leaf: { ...read, paths: read?.paths.map(({ permits: _, ...path }) => path) },
      });
      for (const other of others) expect(facts(other)).toEqual(facts(first as NonNullable<typeof first>));
      expect(first?.lineage).toEqual([world.self, between, anchor].map(({ keyId }) => keyId));
    });

    it('attack 53: a twin is refused exactly as the original is', async () => {
      const bundle = bundleOf({ anchors: [anchor] });
      expect(await verdicts(bundle, tokens(world.ended, { exp: NOW - 1 }))).toEqual(['leaf_expired']);
      expect(await verdicts(bundle, tokens(world.stranger))).toEqual(['chain_invalid']);
      expect(await verdicts(bundle, tokens(world.issuer))).toEqual(['issuer_not_allowed']);
      expect(await verdicts(bundleOf({ anchors: [root()] }), tokens(world.self))).toEqual([
        'chain_untrusted',
      ]);
    });

    it.each([
      ['the leaf', (end: Built) => end],
      ['the intermediate', () => between],
      ['the anchor', () => anchor],
    ] as const)(
      'attack 53: a denial of %s denies it, its twin and the twins of its issuers',
      async (_, denied) => {
        const self = denying(anchor, denied(world.self).keyId);
        expect(await verdicts(self, tokens(world.self))).toEqual(['denied']);
        const issuer = denying(anchor, denied(world.issuer).keyId);
        expect(await verdicts(issuer, tokens(world.issuer, { iss: MINTER }))).toEqual(['denied']);
        expect(await verdicts(issuer, tokens(world.issuer, { iss: MINTER, sub: MINTER }))).toEqual([
          'denied',
        ]);
      },
    );

    it('attack 53: a denial of one leaf does not touch another of the same issuer', async () => {
      const bundle = denying(anchor, world.issuer.keyId);
      expect(await verdicts(bundle, tokens(world.self))).toEqual(['accepted']);
    });

    it('attack 53: a denied key stays denied when it is certified again, by this CA or another one', async () => {
      const other = root({ subject: name('Other') });
      const bundle = {
        ...bundleOf({ anchors: [anchor, other] }),
        denied: { keys: [world.self.keyId, between.keyId] },
      };
      const again = leaf(anchor, { keys: world.self.keys, ...signedOn(curve) });
      const elsewhere = leaf(other, { keys: world.self.keys });
      const crossed = intermediate(other, { keys: between.keys });
      const below = leaf(crossed, signedOn(curve));
      for (const [chain, end] of [
        [[again], again],
        [[elsewhere], elsewhere],
        [[below, crossed], below],
      ] as const) {
        expect(await verdicts(bundle, [tokenOf(chain, end)])).toEqual(['denied']);
      }
    });

    it('attack 53: a twin of an anchor in the bundle is the same anchor, in whichever authority it stands', async () => {
      const set = new AnchorSet();
      expect(set.add(twin(anchor).der)).toBe(set.add(anchor.der));
      const bundle = bundleOf(
        { anchors: [anchor], subjects: ['spiffe://prod.example.com/a/*'] },
        { anchors: [twin(anchor)], subjects: ['spiffe://prod.example.com/b/*'] },
      );
      const { authorities, leaf: read } = await resolve([world.self, between], await snapshotOf(bundle));
      expect(read?.paths).toHaveLength(1);
      expect(authorities).toHaveLength(2);
    });

    it('attack 53: a certificate and its twin are one certificate twice', async () => {
      const selfIssued = intermediate(anchor, {
        keys: anchor.keys,
        subject: anchor.subject,
        serial: integer(7),
        ...signedOn(curve),
      });
      const end = leaf(selfIssued, signedOn(curve));
      const trusted = await trusting(anchor);
      expect((await resolve([end, selfIssued], trusted)).keyId).toBe(end.keyId);
      for (const second of [selfIssued, twin(selfIssued)]) {
        expect(await refusal([end, selfIssued, second], trusted)).toContain(
          'intermediate 1: it is in the chain twice',
        );
      }
    });

    it('attack 53: a leaf has the identifier of its key for whoever reads it alone', () => {
      expect(readLeaf(world.self.der).keyId).toBe(world.self.keyId);
      expect(readLeaf(twin(world.self).der)).toEqual(readLeaf(world.self.der));
    });
  },
);

describe('attack 53: what is remembered', () => {
  const anchor = root();
  const end = leaf(anchor);

  it('attack 53: an anchor at the end counts by what is signed, and chains with another signature in it take no place', async () => {
    const snapshot = await snapshotOf(bundleOf({ anchors: [anchor] }), checkAnchors);
    const resolver = createChainResolver({ cacheChains: 1 });
    const ask = (...chain: readonly Built[]) =>
      resolver.resolve(
        chain.map(({ text }) => text),
        'ES256',
        snapshot,
        NOW,
      );
    const first = await ask(end, anchor);
    const forged = withSignature(anchor, Buffer.from('3006020101020101', 'hex'));
    for (const other of [forged, twinOf(anchor, 'P-256')]) {
      expect((await ask(end, other)).keyId).toBe(end.keyId);
      expect(await ask(end, anchor)).toBe(first);
    }
  });
});
