import { CONTRACT, type TrustBundle } from '@workload-identity/contract';
import { describe, expect, it } from 'vitest';
import {
  type Built,
  CA_EXTENSIONS,
  extendedKeyUsage,
  intermediate,
  LEAF,
  leaf,
  name,
  nameConstraints,
  names,
  root,
  uri,
} from '../support/build.ts';
import { tokenOf, verdictOf, verifierOf } from '../support/peers.ts';
import { type AuthorityParts, bundleOf } from '../support/resolve.ts';

const OURS = 'https://sts.prod.example.com';
const THEIRS = 'https://sts.other.example.com';
const ORDERS = 'spiffe://prod.example.com/orders';

/** A leaf that asserts others, by the name of its service or workload. */
const issuer = (anchor: Built, identity: string): Built =>
  leaf(anchor, {
    extensions: [LEAF.usage, extendedKeyUsage(CONTRACT.issuerExtendedKeyUsage), names([uri(identity)])],
  });

const constrainedTo = (...hosts: readonly string[]): Built =>
  root({ extensions: [...CA_EXTENSIONS, nameConstraints({ permitted: hosts.map(uri) })] });

async function verdict(bundle: TrustBundle, end: Built, identity: string, sub = ORDERS): Promise<string> {
  return verdictOf(await verifierOf(bundle), tokenOf([end], end, { iss: identity, sub }));
}

// The CA certifies for both trust domains, and the bundle of each has its anchor.
const SHARED: readonly (readonly [string, Built])[] = [
  ['without name constraints', root()],
  [
    'with name constraints that permit all of it',
    constrainedTo('prod.example.com', 'sts.prod.example.com', 'sts.other.example.com', 'other.example.com'),
  ],
];

describe.each(SHARED)('attack 58: a CA of two trust domains, %s', (_, anchor) => {
  const bundle = (...services: readonly string[]): TrustBundle => bundleOf({ anchors: [anchor], services });

  it('attack 58: the token service of another trust domain asserts nobody here, unless it is listed', async () => {
    const theirs = issuer(anchor, THEIRS);
    expect(await verdict(bundleOf({ anchors: [anchor] }), theirs, THEIRS)).toBe('issuer_not_allowed');
    expect(await verdict(bundle(), theirs, THEIRS)).toBe('issuer_not_allowed');
    expect(await verdict(bundle(OURS), theirs, THEIRS)).toBe('issuer_not_allowed');
    expect(await verdict(bundle(OURS, THEIRS), theirs, THEIRS)).toBe('accepted');
  });

  it('attack 58: our own token service is listed too, or asserts nobody', async () => {
    const ours = issuer(anchor, OURS);
    expect(await verdict(bundle(THEIRS), ours, OURS)).toBe('issuer_not_allowed');
    expect(await verdict(bundle(OURS), ours, OURS)).toBe('accepted');
  });

  it('attack 58: a listed token service asserts nobody of another trust domain', async () => {
    const subject = 'spiffe://other.example.com/orders';
    expect(await verdict(bundle(THEIRS), issuer(anchor, THEIRS), THEIRS, subject)).toBe(
      'subject_not_allowed',
    );
  });

  it('attack 58: a workload of another trust domain asserts nobody here, and no list admits it', async () => {
    const minter = 'spiffe://other.example.com/minter';
    expect(await verdict(bundle(OURS), issuer(anchor, minter), minter)).toBe('chain_untrusted');
    await expect(verifierOf(bundle(minter))).rejects.toMatchObject({ code: 'bundle_invalid' });
  });

  it('a workload of this trust domain that asserts others is listed nowhere', async () => {
    const minter = 'spiffe://prod.example.com/minter';
    expect(await verdict(bundle(), issuer(anchor, minter), minter)).toBe('accepted');
  });

  it('attack 58: a token service that one of two authorities lists asserts what this one may, and no more', async () => {
    const parts = (team: string, services: readonly string[]): AuthorityParts => ({
      anchors: [anchor],
      subjects: [`spiffe://prod.example.com/${team}/*`],
      services,
    });
    const two = bundleOf(parts('a', [OURS]), parts('b', [THEIRS]));
    const ours = issuer(anchor, OURS);
    expect(await verdict(two, ours, OURS, 'spiffe://prod.example.com/a/x')).toBe('accepted');
    expect(await verdict(two, ours, OURS, 'spiffe://prod.example.com/b/x')).toBe('subject_not_allowed');
    const theirs = issuer(anchor, THEIRS);
    expect(await verdict(two, theirs, THEIRS, 'spiffe://prod.example.com/a/x')).toBe('subject_not_allowed');
    expect(await verdict(two, theirs, THEIRS, 'spiffe://prod.example.com/b/x')).toBe('accepted');
  });

  it.each([
    `${OURS}/`,
    `${OURS}:443`,
    `${OURS}:8443`,
    `${OURS}/tenant`,
    `${OURS}.`,
    'https://STS.prod.example.com',
    'https://sts.prod.example.com%2f',
    'https://sts.prod.example.com\u0000',
    'https://x@sts.prod.example.com',
    'http://sts.prod.example.com',
    'https://sts.prod.example.com/.',
  ])(
    'attack 58: a leaf with another spelling of a listed URL is another token service: %s',
    async (spelling) => {
      const odd = issuer(anchor, spelling);
      for (const iss of [OURS, spelling]) expect(await verdict(bundle(OURS), odd, iss)).not.toBe('accepted');
    },
  );

  it.each([
    `${OURS}/`,
    'https://STS.prod.example.com',
    'http://sts.prod.example.com',
    `${OURS}/*`,
    'https://*',
    '*',
  ])('attack 58: no list holds another spelling, or a pattern: %s', async (listed) => {
    await expect(verifierOf(bundle(listed))).rejects.toMatchObject({ code: 'bundle_invalid' });
  });
});

describe('attack 58: what name constraints add', () => {
  it('attack 58: a listed token service outside the name constraints is refused all the same', async () => {
    const anchor = constrainedTo('prod.example.com', 'sts.prod.example.com');
    const bundle = bundleOf({ anchors: [anchor], services: [OURS, THEIRS] });
    expect(await verdict(bundle, issuer(anchor, THEIRS), THEIRS)).toBe('chain_invalid');
    expect(await verdict(bundle, issuer(anchor, OURS), OURS)).toBe('accepted');
  });

  it('attack 58: an intermediate for one token service asserts nobody it may not certify', async () => {
    const anchor = root();
    const limits = nameConstraints({ permitted: [uri('sts.other.example.com')] });
    const theirs = intermediate(anchor, { subject: name('Theirs'), extensions: [...CA_EXTENSIONS, limits] });
    const end = issuer(theirs, THEIRS);
    const verifier = await verifierOf(bundleOf({ anchors: [anchor], services: [THEIRS] }));
    const token = tokenOf([end, theirs], end, { iss: THEIRS, sub: ORDERS });
    expect(await verdictOf(verifier, token)).toBe('subject_not_allowed');
  });

  it('attack 58: two anchors of one key do not lend each other what they list', async () => {
    const keys = root().keys;
    const [first, second] = [root({ keys }), root({ keys, extensions: CA_EXTENSIONS.toReversed() })] as const;
    const parts = (anchor: Built, team: string, services: readonly string[]): AuthorityParts => ({
      anchors: [anchor],
      subjects: [`spiffe://prod.example.com/${team}/*`],
      services,
    });
    const bundle = bundleOf(parts(first, 'a', [OURS]), parts(second, 'b', []));
    const ours = issuer(first, OURS);
    expect(await verdict(bundle, ours, OURS, 'spiffe://prod.example.com/a/x')).toBe('accepted');
    expect(await verdict(bundle, ours, OURS, 'spiffe://prod.example.com/b/x')).toBe('subject_not_allowed');
  });
});
