import { describe, expect, it } from 'vitest';
import {
  type Built,
  basicConstraints,
  CA_EXTENSIONS,
  dns,
  extension,
  intermediate,
  keyUsage,
  LEAF,
  LEAF_EXTENSIONS,
  leaf,
  name,
  nameConstraints,
  names,
  root,
  uri,
} from '../support/build.ts';
import { type Bytes, explicit, ia5, implicit, integer, octets, oid, seq, set } from '../support/der.ts';
import { refusal, resolve, trusting } from '../support/resolve.ts';

const ca = (...more: readonly Bytes[]): Bytes[] => [...CA_EXTENSIONS, ...more];
const withPath = (length?: number): Bytes[] => [basicConstraints(length), keyUsage([5])];
const below = (issuer: Built, label: string, extensions = CA_EXTENSIONS): Built =>
  intermediate(issuer, { subject: name(label), extensions });

describe('attack 12: path length', () => {
  it('attack 12: refuses a CA under a CA of path length 0', async () => {
    const anchor = root();
    const upper = below(anchor, 'Upper', withPath(0));
    const lower = below(upper, 'Lower');
    const chain = [leaf(lower), lower, upper];
    expect(await refusal(chain, await trusting(anchor))).toContain('allows fewer issuers below');
    expect((await resolve([leaf(upper), upper], await trusting(anchor))).rung).toBe('ca');
  });

  it('attack 12: a lower issuer cannot allow more than an upper one', async () => {
    const anchor = root({ extensions: withPath(1) });
    const upper = below(anchor, 'Upper', withPath(7));
    const lower = below(upper, 'Lower', withPath(7));
    expect(await refusal([leaf(lower), lower, upper], await trusting(anchor))).toContain(
      'fewer issuers below',
    );
  });

  it('attack 12: holds the path length of the anchor', async () => {
    const anchor = root({ extensions: withPath(0) });
    const between = below(anchor, 'Between');
    expect(await refusal([leaf(between), between], await trusting(anchor))).toContain('fewer issuers below');
    expect((await resolve([leaf(anchor)], await trusting(anchor))).rung).toBe('ca');
  });

  it('does not count a self-issued issuer', async () => {
    const anchor = root({ extensions: withPath(0) });
    const rollover = intermediate(anchor, { subject: anchor.subject });
    expect((await resolve([leaf(rollover), rollover], await trusting(anchor))).rung).toBe('ca');
  });
});

type Subtrees = Parameters<typeof nameConstraints>[0];

async function constrained(
  subtrees: Subtrees,
  san: Bytes,
  where: 'anchor' | 'intermediate',
): Promise<string> {
  const limits = nameConstraints(subtrees);
  const anchor = root({ extensions: where === 'anchor' ? ca(limits) : CA_EXTENSIONS });
  const between = below(anchor, 'Between', where === 'anchor' ? CA_EXTENSIONS : ca(limits));
  const end = leaf(between, { extensions: [LEAF.usage, LEAF.purpose, names([san])] });
  try {
    await resolve([end, between], await trusting(anchor));
    return 'accepted';
  } catch (error) {
    return String(error);
  }
}

const CASES: readonly (readonly [string, Subtrees, Bytes, string])[] = [
  ['its own host', { permitted: [uri('prod.example.com')] }, uri('spiffe://prod.example.com/a'), 'accepted'],
  [
    'its own host in another case',
    { permitted: [uri('PROD.example.com')] },
    uri('spiffe://prod.example.com/a'),
    'accepted',
  ],
  [
    'hosts below a domain',
    { permitted: [uri('.example.com')] },
    uri('spiffe://prod.example.com/a'),
    'accepted',
  ],
  [
    'hosts below its own host',
    { permitted: [uri('.prod.example.com')] },
    uri('spiffe://prod.example.com/a'),
    'not permitted',
  ],
  [
    'the apex alone',
    { permitted: [uri('example.com')] },
    uri('spiffe://prod.example.com/a'),
    'not permitted',
  ],
  [
    'a host with the same end',
    { permitted: [uri('d.example.com')] },
    uri('spiffe://prod.example.com/a'),
    'not permitted',
  ],
  [
    'another host',
    { permitted: [uri('test.example.com')] },
    uri('spiffe://prod.example.com/a'),
    'not permitted',
  ],
  ['DNS names alone', { permitted: [dns('example.com')] }, uri('spiffe://prod.example.com/a'), 'accepted'],
  [
    'all but its own host',
    { excluded: [uri('prod.example.com')] },
    uri('spiffe://prod.example.com/a'),
    'excluded',
  ],
  ['all but its domain', { excluded: [uri('.example.com')] }, uri('spiffe://prod.example.com/a'), 'excluded'],
  [
    'all but another host',
    { excluded: [uri('test.example.com')] },
    uri('spiffe://prod.example.com/a'),
    'accepted',
  ],
  [
    'what is excluded again',
    { permitted: [uri('.example.com')], excluded: [uri('prod.example.com')] },
    uri('spiffe://prod.example.com/a'),
    'excluded',
  ],
  [
    'another host, but not a single label',
    { excluded: [uri('test.example.com')] },
    uri('spiffe://prod/a'),
    'fully qualified host',
  ],
  ['a single label', { permitted: [uri('prod')] }, uri('spiffe://prod/a'), 'fully qualified host'],
  [
    'no underscore',
    { excluded: [uri('x.example.com')] },
    uri('spiffe://my_prod.example.com/a'),
    'fully qualified host',
  ],
  ['no address', { excluded: [uri('x.example.com')] }, uri('spiffe://10.0.0.1/a'), 'fully qualified host'],
  [
    'no final dot',
    { excluded: [uri('x.example.com')] },
    uri('spiffe://prod.example.com./a'),
    'fully qualified host',
  ],
  ['an empty host', { permitted: [uri('')] }, uri('spiffe://prod.example.com/a'), 'malformed constraint'],
  [
    'a URI in place of a host',
    { permitted: [uri('spiffe://prod.example.com')] },
    uri('spiffe://prod.example.com/a'),
    'malformed constraint',
  ],
  [
    'a wildcard',
    { permitted: [uri('*.example.com')] },
    uri('spiffe://prod.example.com/a'),
    'malformed constraint',
  ],
];

describe.each(['anchor', 'intermediate'] as const)('attack 12: URI name constraints of an %s', (where) => {
  it.each(CASES)('attack 12: permits %s', async (_, subtrees, san, expected) => {
    expect(await constrained(subtrees, san, where)).toContain(expected);
  });
});

describe('attack 12: other name constraints', () => {
  const anchor = root();

  it('attack 12: applies DNS constraints to the DNS names beside the URI', async () => {
    const between = below(anchor, 'Between', ca(nameConstraints({ excluded: [dns('evil.example.com')] })));
    const withDns = (text: string): Built =>
      leaf(between, {
        extensions: [LEAF.usage, LEAF.purpose, names([uri('spiffe://prod.example.com/a'), dns(text)])],
      });
    const trusted = await trusting(anchor);
    expect((await resolve([withDns('good.example.com'), between], trusted)).rung).toBe('ca');
    expect(await refusal([withDns('a.evil.example.com'), between], trusted)).toContain('excluded');
    expect(await refusal([withDns('*.example.com'), between], trusted)).toContain('excluded');
  });

  it('attack 12: applies directory constraints to the subject, whatever its case or kind of string', async () => {
    const directory = (label: string): Bytes => explicit(4, name(label));
    const between = below(anchor, 'Between', ca(nameConstraints({ excluded: [directory('Evil  Corp')] })));
    const trusted = await trusting(anchor);
    const named = (label: string): Built => leaf(between, { subject: name(label) });
    expect((await resolve([named('Good Corp'), between], trusted)).rung).toBe('ca');
    expect(await refusal([named('evil corp'), between], trusted)).toContain('excluded');
  });

  it('attack 12: applies mailbox constraints to the addresses in the subject', async () => {
    const email = (text: string): Bytes => implicit(1, Buffer.from(text));
    const between = below(anchor, 'Between', ca(nameConstraints({ permitted: [email('example.com')] })));
    const trusted = await trusting(anchor);
    const named = (text: string): Built =>
      leaf(between, { subject: seq(set(seq(oid('1.2.840.113549.1.9.1'), ia5(text)))) });
    expect((await resolve([named('a@example.com'), between], trusted)).rung).toBe('ca');
    expect(await refusal([named('a@example.org'), between], trusted)).toContain('not permitted');
    expect(await refusal([named('nobody'), between], trusted)).toContain('cannot be held against');
  });

  it('attack 12: refuses constraints on a form of name it cannot process, where such a name appears', async () => {
    const other = explicit(0, oid('1.2.3'), explicit(0, integer(1)));
    const between = below(anchor, 'Between', ca(nameConstraints({ excluded: [other] })));
    const odd = leaf(between, {
      extensions: [LEAF.usage, LEAF.purpose, names([uri('spiffe://prod.example.com/a'), other])],
    });
    const trusted = await trusting(anchor);
    expect(await refusal([odd, between], trusted)).toContain('cannot be processed');
    expect((await resolve([leaf(between), between], trusted)).rung).toBe('ca');
  });

  it.each([
    ['that are not critical', nameConstraints({ excluded: [uri('x.example.com')] }, false), 'not critical'],
    ['that are empty', nameConstraints({}), 'constrain nothing'],
    ['with an empty list', nameConstraints({ permitted: [] }), 'empty list of name constraints'],
    [
      'with a minimum',
      extension(
        '2.5.29.30',
        seq(explicit(0, seq(uri('x.example.com'), implicit(0, Uint8Array.of(0))))),
        true,
      ),
      'left over',
    ],
    [
      'on malformed addresses',
      nameConstraints({ permitted: [implicit(7, Uint8Array.of(10, 0, 0, 0, 255, 0, 255, 0))] }),
      'malformed constraint on addresses',
    ],
  ] as const)('attack 12: refuses name constraints %s', async (_, limits, reason) => {
    const between = below(anchor, 'Between', ca(limits));
    expect(await refusal([leaf(between), between], await trusting(anchor))).toContain(reason);
  });

  it('attack 12: refuses name constraints in a leaf', async () => {
    const end = leaf(anchor, {
      extensions: [...LEAF_EXTENSIONS, nameConstraints({ permitted: [uri('a.example.com')] })],
    });
    expect(await refusal([end], await trusting(anchor))).toContain('is no issuer');
  });

  it('attack 12: does not let a lower issuer widen what an upper one permits', async () => {
    const upper = below(anchor, 'Upper', ca(nameConstraints({ permitted: [uri('test.example.com')] })));
    const lower = below(upper, 'Lower', ca(nameConstraints({ permitted: [uri('.example.com')] })));
    expect(await refusal([leaf(lower), lower, upper], await trusting(anchor))).toContain('not permitted');
  });
});

describe('attack 12: critical extensions', () => {
  const anchor = root();
  const POLICIES = [
    ['certificatePolicies', '2.5.29.32'],
    ['policyMappings', '2.5.29.33'],
    ['policyConstraints', '2.5.29.36'],
    ['inhibitAnyPolicy', '2.5.29.54'],
    ['an unknown one', '1.3.6.1.4.1.55738.666.1'],
    ['cRLDistributionPoints', '2.5.29.31'],
    ['issuerAltName', '2.5.29.18'],
    ['authorityKeyIdentifier', '2.5.29.35'],
    ['subjectKeyIdentifier', '2.5.29.14'],
  ] as const;

  it.each(POLICIES)('attack 12: refuses %s where it is critical', async (_, id) => {
    const odd = extension(id, seq(octets(Uint8Array.of(1))), true);
    const trusted = await trusting(anchor);
    expect(await refusal([leaf(anchor, { extensions: [...LEAF_EXTENSIONS, odd] })], trusted)).toContain(
      'chain_invalid',
    );
    const between = below(anchor, 'Between', ca(odd));
    expect(await refusal([leaf(between), between], trusted)).toContain('intermediate 1');
    await expect(trusting(root({ extensions: ca(odd) }))).rejects.toThrow('bundle');
  });

  it.each([
    ['authorityKeyIdentifier', '2.5.29.35', seq(implicit(0, Uint8Array.of(1)))],
    ['subjectKeyIdentifier', '2.5.29.14', octets(Uint8Array.of(1))],
  ] as const)('attack 12: refuses a well-formed %s where it is critical', async (_, id, value) => {
    const trusted = await trusting(anchor);
    const leafWith = (critical: boolean): Built =>
      leaf(anchor, { extensions: [...LEAF_EXTENSIONS, extension(id, value, critical)] });
    expect((await resolve([leafWith(false)], trusted)).rung).toBe('ca');
    expect(await refusal([leafWith(true)], trusted)).toContain(
      `the critical extension ${id}, which is not processed`,
    );
  });

  it('ignores what it does not know where it is not critical', async () => {
    const odd = extension('1.3.6.1.4.1.55738.666.1', Uint8Array.of(1, 2, 3));
    const end = leaf(anchor, { extensions: [...LEAF_EXTENSIONS, odd] });
    expect((await resolve([end], await trusting(anchor))).rung).toBe('ca');
  });

  it('attack 12: refuses a demand for policies even where it is not critical', async () => {
    const demand = extension('2.5.29.36', seq(implicit(0, Uint8Array.of(0))));
    const between = below(anchor, 'Between', ca(demand));
    expect(await refusal([leaf(between), between], await trusting(anchor))).toContain('policy processing');
  });

  it('attack 12: an issuer that limits itself to other usages issues no token leaves', async () => {
    const serverAuth = extension('2.5.29.37', seq(oid('1.3.6.1.5.5.7.3.1')));
    const between = below(anchor, 'Between', ca(serverAuth));
    expect(await refusal([leaf(between), between], await trusting(anchor))).toContain('issue for this one');
    const tlsOnly = root({ extensions: ca(serverAuth) });
    expect(await refusal([leaf(tlsOnly)], await trusting(tlsOnly))).toContain('the anchor: ');
    const any = below(anchor, 'Any', ca(extension('2.5.29.37', seq(oid('2.5.29.37.0')))));
    expect((await resolve([leaf(any), any], await trusting(anchor))).rung).toBe('ca');
  });
});
