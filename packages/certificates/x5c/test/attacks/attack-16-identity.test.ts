import { CONTRACT } from '@workload-identity/contract';
import { describe, expect, it } from 'vitest';
import { issueLeaf, issueRoot, leafExtensions, type Party } from '../support/authority.ts';
import {
  CA_EXTENSIONS,
  dns,
  extendedKeyUsage,
  keyUsage,
  LEAF,
  LEAF_URI,
  leaf,
  name,
  nameConstraints,
  names,
  root,
  uri,
} from '../support/build.ts';
import { type Bytes, implicit } from '../support/der.ts';
import { codeOf, tokenOf, verifierOf, verifierTrusting } from '../support/peers.ts';
import { bundleOf, permits, refusal, resolve, snapshotOf, trusting } from '../support/resolve.ts';

const { usage, purpose, names: san } = LEAF;
const { selfExtendedKeyUsage, issuerExtendedKeyUsage } = CONTRACT;
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

describe('attack 16: whom a leaf names', () => {
  const anchor = root();
  const named = (...list: readonly Bytes[]) => leaf(anchor, { extensions: [usage, purpose, names(list)] });

  it.each([
    ['two URIs', [uri(LEAF_URI), uri('spiffe://prod.example.com/admin')]],
    ['the same URI twice', [uri(LEAF_URI), uri(LEAF_URI)]],
    ['a DNS name alone', [dns('orders.prod.example.com')]],
    ['a mailbox alone', [implicit(1, Buffer.from('orders@prod.example.com'))]],
  ] as const)('attack 16: refuses a leaf with %s', async (_, list) => {
    expect(await refusal([named(...list)], await trusting(anchor))).toContain('exactly one URI');
  });

  it('attack 16: refuses a leaf that is named in its common name alone', async () => {
    const cn = leaf(anchor, { subject: name(LEAF_URI), extensions: [usage, purpose] });
    expect(await refusal([cn], await trusting(anchor))).toContain('exactly one URI');
  });

  it.each([
    'spiffe://prod.example.com/a/../admin',
    'spiffe://prod.example.com/./a',
    'spiffe://prod.example.com/a%2fadmin',
    'spiffe://prod.example.com/a%2Fadmin',
    'spiffe://Prod.example.com/orders',
    'SPIFFE://prod.example.com/orders',
    'spiffe://prod.example.com',
    'spiffe://prod.example.com/',
    'spiffe://prod.example.com//orders',
    'spiffe://prod.example.com/orders/',
    'spiffe://prod.example.com:443/orders',
    'spiffe://user@prod.example.com/orders',
    'spiffe://prod.example.com/orders?admin',
    'spiffe://prod.example.com/orders#admin',
    'spiffe:///orders',
    'https://prod.example.com/orders',
    'urn:workload:orders',
  ])('attack 16: refuses %s as the name of a workload', async (text) => {
    expect(await refusal([named(uri(text))], await trusting(anchor))).toContain('chain_invalid');
  });

  it.each([
    ['https://sts.example.com', true],
    ['https://sts.example.com/tenant', true],
    ['http://sts.example.com', false],
    ['https://sts.example.com/?a', false],
    ['https://sts.example.com/#a', false],
    ['https://user@sts.example.com', false],
    ['https://STS.example.com', false],
    ['https://sts.example.com/a/../b', false],
    ['https:sts.example.com', false],
  ] as const)('attack 16: %s as the name of a token service: %s', async (text, good) => {
    const service = leaf(anchor, {
      extensions: [usage, extendedKeyUsage(issuerExtendedKeyUsage), names([uri(text)])],
    });
    const told = await resolve([service], await trusting(anchor)).then(
      ({ leaf: read }) => read?.issuer,
      String,
    );
    if (good) expect(told).toBe(text);
    else expect(told).toContain('neither a workload identifier nor');
  });

  it('attack 16: refuses an empty subject whose names are not critical', async () => {
    const quiet = leaf(anchor, { extensions: [usage, purpose, names([uri(LEAF_URI)], false)] });
    expect(await refusal([quiet], await trusting(anchor))).toContain('must be there and critical');
    const bare = leaf(anchor, { extensions: [usage, purpose] });
    expect(await refusal([bare], await trusting(anchor))).toContain('must be there and critical');
    const withSubject = leaf(anchor, {
      subject: name('x'),
      extensions: [usage, purpose, names([uri(LEAF_URI)], false)],
    });
    expect((await resolve([withSubject], await trusting(anchor))).leaf?.issuer).toBe(LEAF_URI);
  });
});

describe('attack 16: what a leaf is for', () => {
  const anchor = root();
  const used = (...ids: readonly string[]) =>
    leaf(anchor, { extensions: [usage, extendedKeyUsage(...ids), san] });

  it.each([
    ['a server of TLS', [SERVER_AUTH]],
    ['a client of TLS', [CLIENT_AUTH]],
    ['anything', ['2.5.29.37.0']],
    ['*self* and *issuer*', [selfExtendedKeyUsage, issuerExtendedKeyUsage]],
    ['*self* and a server of TLS', [selfExtendedKeyUsage, SERVER_AUTH]],
    ['a client of TLS and *issuer*', [CLIENT_AUTH, issuerExtendedKeyUsage]],
    ['*self* and anything', [selfExtendedKeyUsage, '2.5.29.37.0']],
    ['the arc above *self*', [selfExtendedKeyUsage.slice(0, -2)]],
    ['an arc below *self*', [`${selfExtendedKeyUsage}.1`]],
  ] as const)('attack 16: refuses a leaf for %s', async (_, ids) => {
    expect(await refusal([used(...ids)], await trusting(anchor))).toContain(
      'exactly one of *self* and *issuer*',
    );
  });

  it('attack 16: refuses a leaf without an extended key usage', async () => {
    const bare = leaf(anchor, { extensions: [keyUsage([0]), san] });
    expect(await refusal([bare], await trusting(anchor))).toContain('exactly one of *self* and *issuer*');
  });

  it('reads which of the two it is', async () => {
    expect((await resolve([used(selfExtendedKeyUsage)], await trusting(anchor))).leaf?.usage).toBe('self');
    expect((await resolve([used(issuerExtendedKeyUsage)], await trusting(anchor))).leaf?.usage).toBe(
      'issuer',
    );
  });
});

describe('attack 16: whom a token names', () => {
  const OTHER = 'spiffe://other.example.com/orders';
  const ISSUER = 'spiffe://prod.example.com/sts';
  const issuing = (anchor: Party, issuer: string) =>
    issueLeaf(anchor, { extensions: leafExtensions([issuer], [issuerExtendedKeyUsage]) });

  it('attack 16: refuses another trust domain signed by our CA', async () => {
    const anchor = await issueRoot();
    const verifier = await verifierTrusting(anchor);
    const stray = await issueLeaf(anchor, { extensions: leafExtensions([OTHER]) });
    expect(await codeOf(verifier, tokenOf([stray], stray, { iss: OTHER, sub: OTHER }))).toBe(
      'chain_untrusted',
    );
    const strayIssuer = await issuing(anchor, OTHER);
    expect(await codeOf(verifier, tokenOf([strayIssuer], strayIssuer, { iss: OTHER }))).toBe(
      'chain_untrusted',
    );
  });

  it('attack 16: `iss` is the URI of the leaf, exactly', async () => {
    const anchor = await issueRoot();
    const end = await issueLeaf(anchor);
    const verifier = await verifierTrusting(anchor);
    for (const iss of [`${LEAF_URI}2`, LEAF_URI.slice(0, -1), ISSUER]) {
      expect(await codeOf(verifier, tokenOf([end], end, { iss, sub: iss }))).toBe('issuer_not_allowed');
    }
  });

  it('attack 16: a *self* leaf asserts nobody else', async () => {
    const anchor = await issueRoot();
    const end = await issueLeaf(anchor);
    const token = tokenOf([end], end, { sub: 'spiffe://prod.example.com/admin' });
    expect(await codeOf(await verifierTrusting(anchor), token)).toBe('subject_not_allowed');
  });

  it('attack 16: an *issuer* leaf asserts whom its authority lists, and no more', async () => {
    const anchor = await issueRoot();
    const sts = await issuing(anchor, ISSUER);
    const verifier = await verifierOf(
      bundleOf({ anchors: [anchor], subjects: ['spiffe://prod.example.com/team/*'] }),
    );
    const about = (sub: string) => tokenOf([sts], sts, { iss: ISSUER, sub });
    expect((await verifier.verify(about('spiffe://prod.example.com/team/a'))).issuer).toBe(ISSUER);
    expect(await codeOf(verifier, about('spiffe://prod.example.com/admin'))).toBe('subject_not_allowed');
    expect(await codeOf(verifier, about(OTHER))).toBe('subject_not_allowed');
  });

  it('attack 16: an *issuer* leaf asserts nobody outside the name constraints of its chain', async () => {
    const permitted = nameConstraints({ permitted: [uri('.svc.example.com')] });
    const limited = root({ extensions: [...CA_EXTENSIONS, permitted] });
    const own = 'spiffe://eu.svc.example.com/sts';
    const sts = leaf(limited, {
      extensions: [usage, extendedKeyUsage(issuerExtendedKeyUsage), names([uri(own)])],
    });
    const snapshot = await snapshotOf({
      ...bundleOf({ anchors: [limited], subjects: ['spiffe://eu.svc.example.com/*'] }),
      trustDomain: 'eu.svc.example.com',
    });
    const key = await resolve([sts], snapshot);
    expect(permits(key, 'spiffe://eu.svc.example.com/orders')).toBe(true);
    expect(permits(key, 'spiffe://us.svc.example.com/orders')).toBe(true);
    expect(permits(key, 'spiffe://svc.example.com/orders')).toBe(false);
    expect(permits(key, 'spiffe://prod.example.com/orders')).toBe(false);
    expect(permits(key, 'spiffe://svc/orders')).toBe(false);
  });

  it('without URI constraints the chain permits every subject, and the authority alone decides', async () => {
    const anchor = root();
    const key = await resolve([leaf(anchor)], await trusting(anchor));
    expect(permits(key, 'spiffe://prod/orders')).toBe(true);
  });
});
