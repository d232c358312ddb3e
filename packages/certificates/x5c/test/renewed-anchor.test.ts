import { CONTRACT, type TrustBundle } from '@workload-identity/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Built,
  basicConstraints,
  CA_EXTENSIONS,
  ec,
  extendedKeyUsage,
  intermediate,
  keyUsage,
  LEAF,
  leaf,
  NOW,
  nameConstraints,
  names,
  root,
  uri,
} from './support/build.ts';
import { type Bytes, integer, time } from './support/der.ts';
import { tokenOf, verdictOf, verifierOf } from './support/peers.ts';
import { type AuthorityParts, bundleOf } from './support/resolve.ts';

const HOUR = 3_600;
const MINTER = 'spiffe://prod.example.com/minter';
const IN_A = 'spiffe://prod.example.com/a/orders';
const IN_B = 'spiffe://prod.example.com/b/orders';
const A: readonly string[] = ['spiffe://prod.example.com/a/*', MINTER];
const B: readonly string[] = ['spiffe://prod.example.com/b/*', MINTER];

const keys = ec();
/** An anchor of the one key and the one name of this file. Times are seconds from now. */
function anchorOf(from: number, until: number, ...extensions: readonly Bytes[]): Built {
  return root({
    keys,
    serial: integer(1, ...Buffer.from(`${from} ${until}`)),
    notBefore: time(NOW + from),
    notAfter: time(NOW + until),
    extensions: [...CA_EXTENSIONS, ...extensions],
  });
}

const old = anchorOf(-10 * HOUR, HOUR / 2);
const renewed = anchorOf(-HOUR, 10 * HOUR);
const issuing = [LEAF.usage, extendedKeyUsage(CONTRACT.issuerExtendedKeyUsage), names([uri(MINTER)])];
const end = leaf(old, { extensions: issuing });
const about = (sub: string, exp: number, iat = 0): string =>
  tokenOf([end], end, { iss: MINTER, sub, iat: NOW + iat, exp: NOW + exp });

async function verdict(bundle: TrustBundle, token: string, at = 0): Promise<string> {
  return verdictOf(await verifierOf(bundle, () => NOW + at), token);
}

describe('a CA that renews its certificate under the same key', () => {
  const late = about(IN_A, HOUR);

  it('lets tokens outlast the old anchor, where the new one is held', async () => {
    expect(await verdict(bundleOf({ anchors: [old] }), late)).toBe('leaf_expired');
    expect(await verdict(bundleOf({ anchors: [renewed] }), late)).toBe('accepted');
    expect(await verdict(bundleOf({ anchors: [old, renewed] }), late)).toBe('accepted');
    expect(await verdict(bundleOf({ anchors: [renewed, old] }), late)).toBe('accepted');
  });

  it('lets tokens be older than the new anchor, where the old one is held', async () => {
    const early = about(IN_A, HOUR / 4, -HOUR / 4);
    const fresh = anchorOf(-60, 10 * HOUR);
    expect(await verdict(bundleOf({ anchors: [fresh] }), early)).toBe('leaf_expired');
    expect(await verdict(bundleOf({ anchors: [old, fresh] }), early)).toBe('accepted');
  });

  it('does not let a token need both of them', async () => {
    const short = anchorOf(-60, 10 * HOUR);
    const both = about(IN_A, HOUR / 2 + 60, -HOUR / 4);
    for (const anchors of [[old], [short], [old, short]]) {
      expect(await verdict(bundleOf({ anchors }), both)).toBe('leaf_expired');
    }
  });

  it('lets an authority that holds the old anchor alone accept nothing beyond its end', async () => {
    const bundle = bundleOf({ anchors: [old], subjects: A }, { anchors: [renewed], subjects: B });
    expect(await verdict(bundle, about(IN_A, HOUR / 2))).toBe('accepted');
    expect(await verdict(bundle, about(IN_A, HOUR / 2 + 1))).toBe('subject_not_allowed');
    expect(await verdict(bundle, about(IN_B, HOUR))).toBe('accepted');
    expect(await verdict(bundle, about(IN_A, HOUR + 60, 2 * 60), HOUR / 2 + 1)).toBe('subject_not_allowed');
  });

  it('holds an authority to the name constraints of its own anchor, and to no other', async () => {
    const test = nameConstraints({ permitted: [uri('prod.example.com'), uri('test.example.com')] });
    const closed = nameConstraints({ permitted: [uri('test.example.com')] });
    const open = anchorOf(-HOUR, 9 * HOUR, test);
    const shut = anchorOf(-HOUR, 8 * HOUR, closed);
    const bundle = bundleOf({ anchors: [shut], subjects: A }, { anchors: [open], subjects: B });
    expect(await verdict(bundle, about(IN_A, HOUR))).toBe('subject_not_allowed');
    expect(await verdict(bundle, about(IN_B, HOUR))).toBe('accepted');
    expect(await verdict(bundleOf({ anchors: [shut] }), about(IN_B, HOUR))).toBe('chain_invalid');
  });

  it('is taken up by a chain that is remembered, when the new anchor begins', async () => {
    const next = anchorOf(HOUR / 4, 10 * HOUR);
    let now = NOW;
    const verifier = await verifierOf(bundleOf({ anchors: [old, next] }), () => now);
    expect(await verdictOf(verifier, about(IN_A, HOUR / 4))).toBe('accepted');
    now = NOW + HOUR / 4;
    expect(await verdictOf(verifier, about(IN_A, HOUR, HOUR / 4))).toBe('accepted');
    now = NOW + HOUR / 2 + 1;
    expect(await verdictOf(verifier, about(IN_A, HOUR, HOUR / 4))).toBe('accepted');
  });

  it('is not remembered beyond the end of every anchor', async () => {
    let now = NOW;
    const last = anchorOf(-HOUR, HOUR / 4);
    const verifier = await verifierOf(bundleOf({ anchors: [last, anchorOf(HOUR / 2, HOUR)] }), () => now);
    expect(await verdictOf(verifier, about(IN_A, HOUR / 4))).toBe('accepted');
    now = NOW + HOUR / 4 + 1;
    expect(await verdictOf(verifier, about(IN_A, HOUR / 2))).toBe('chain_untrusted');
  });
});

interface AnchorSpec {
  readonly from: number;
  readonly lifetime: number;
  readonly path: number | undefined;
  readonly usage: readonly string[] | undefined;
  readonly permitted: readonly string[] | undefined;
  /** In which authorities it stands. */
  readonly authorities: readonly number[];
}

const { selfExtendedKeyUsage, issuerExtendedKeyUsage } = CONTRACT;
const quarter = (least: number, most: number) => fc.integer({ min: least, max: most }).map((n) => n * 900);
const anchorSpec: fc.Arbitrary<AnchorSpec> = fc.record({
  from: quarter(-8, 2),
  lifetime: quarter(1, 12),
  path: fc.constantFrom(undefined, undefined, 0, 1),
  usage: fc.constantFrom(
    undefined,
    undefined,
    [selfExtendedKeyUsage],
    [issuerExtendedKeyUsage, selfExtendedKeyUsage],
  ),
  permitted: fc.constantFrom(
    undefined,
    undefined,
    ['prod.example.com'],
    ['test.example.com'],
    ['prod.example.com', 'test.example.com'],
  ),
  authorities: fc.uniqueArray(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 2 }),
});

const AUTHORITIES: readonly (readonly string[])[] = [
  A,
  B,
  ['spiffe://prod.example.com/a/*', 'spiffe://prod.example.com/b/*'],
];

let made = 0;
function build({ from, lifetime, path, usage, permitted }: AnchorSpec): Built {
  return root({
    keys,
    serial: integer(1, ...Buffer.from(String(++made))),
    notBefore: time(NOW + from),
    notAfter: time(NOW + from + lifetime),
    extensions: [
      basicConstraints(path),
      keyUsage([5, 6]),
      ...(usage === undefined ? [] : [extendedKeyUsage(...usage)]),
      ...(permitted === undefined ? [] : [nameConstraints({ permitted: permitted.map(uri) })]),
    ],
  });
}

/** The bundle in which each authority holds those of some anchors that it holds. */
function holding(anchors: readonly (readonly [AnchorSpec, Built])[]): TrustBundle {
  const parts = AUTHORITIES.map(
    (subjects, at): AuthorityParts => ({
      subjects,
      anchors: anchors.filter(([spec]) => spec.authorities.includes(at)).map(([, anchor]) => anchor),
    }),
  );
  return bundleOf(...parts.filter(({ anchors: held }) => held.length > 0));
}

const between = intermediate({ keys, subject: old.subject });
const CHAINS: readonly (readonly Built[])[] = [
  [leaf(old)],
  [leaf(old, { extensions: issuing })],
  [leaf(between, { extensions: issuing }), between],
];

const tokenSpec = fc.record({
  chain: fc.nat({ max: CHAINS.length - 1 }),
  sub: fc.constantFrom(IN_A, IN_B, MINTER, 'spiffe://prod.example.com/orders'),
  iat: quarter(-4, 0),
  exp: quarter(1, 4).map((exp) => exp - 900),
});

describe('anchors of one key', () => {
  it('allow together what one of them allows alone, and nothing more, whether the chain is remembered or not', async () => {
    const counts: [number, number] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        fc.array(anchorSpec, { minLength: 1, maxLength: 4 }),
        fc.array(tokenSpec, { minLength: 1, maxLength: 4 }),
        fc.array(quarter(-4, 8), { minLength: 1, maxLength: 3 }),
        async (specs, wanted, times) => {
          const anchors = specs.map((spec) => [spec, build(spec)] as const);
          let now = NOW;
          const clock = (): number => now;
          const together = await verifierOf(holding(anchors), clock);
          const alone = await Promise.all(anchors.map((one) => verifierOf(holding([one]), clock)));
          for (const at of times) {
            now = NOW + at;
            for (const { chain, sub, iat, exp } of wanted) {
              const texts = CHAINS[chain] as readonly Built[];
              const iss = chain === 0 ? 'spiffe://prod.example.com/orders' : MINTER;
              const token = tokenOf(texts, texts[0] as Built, {
                iss,
                sub,
                iat: now + iat,
                exp: now + exp + 60,
              });
              const accepted = (
                await Promise.all(alone.map((verifier) => verdictOf(verifier, token)))
              ).includes('accepted');
              expect((await verdictOf(together, token)) === 'accepted').toBe(accepted);
              counts[accepted ? 1 : 0]++;
            }
          }
        },
      ),
      { numRuns: 150 },
    );
    expect(Math.min(...counts)).toBeGreaterThan(20);
  });
});
