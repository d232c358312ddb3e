import { parseSubjectPattern, parseTrustDomain, type TokenClaims } from '@workload-identity/contract';
import { describe, expect, test } from 'vitest';
import type { TrustedAuthority, TrustSnapshot } from '../bundle/snapshot.ts';
import { type Expectations, judge } from './judge.ts';
import type { LeafPath, ResolvedKey, ResolvedLeaf } from './resolve.ts';

const NOW = 1_000_000;
const SELF = 'spiffe://prod.example.com/orders';
const OTHER = 'spiffe://prod.example.com/billing';

interface Case {
  readonly claims?: Partial<TokenClaims>;
  readonly key?: Partial<ResolvedKey>;
  readonly authority?: Partial<TrustedAuthority>;
  readonly leaf?: Partial<ResolvedLeaf & LeafPath>;
  readonly denied?: Partial<TrustSnapshot['denied']>;
  readonly expectations?: Partial<Expectations>;
  readonly now?: number;
}

function verdict(one: Case): string {
  const claims = {
    ver: 1,
    iss: SELF,
    sub: SELF,
    aud: OTHER,
    iat: NOW,
    exp: NOW + 300,
    jti: 'jti',
    ...one.claims,
  };
  const authority = { rung: 'hmac', issuer: 'self', subjects: [parseSubjectPattern(SELF)], ...one.authority };
  const path = {
    notBefore: 0,
    notAfter: 2 * NOW,
    authorities: [authority],
    permits: () => true,
    ...one.leaf,
  };
  const leaf = { issuer: SELF, usage: 'self', paths: [path], ...one.leaf };
  const key = {
    keyId: 'key',
    lineage: ['key', 'above'],
    authorities: [authority],
    ...(one.leaf && { leaf }),
    ...one.key,
  };
  const denied = {
    keys: new Set(),
    tokens: new Set(),
    name: () => false,
    issuedBefore: 0,
    ...one.denied,
  };
  const snapshot = { trustDomain: parseTrustDomain('prod.example.com'), denied };
  const expectations = { audiences: new Set([OTHER]), leeway: 10, maxLifetime: 3_600, ...one.expectations };
  try {
    judge(claims as never, key as never, snapshot as never, expectations, one.now ?? NOW);
    return 'accepted';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

const table: readonly (readonly [string, string, Case])[] = [
  ['a good token', 'accepted', {}],
  ['one second before its end', 'accepted', { now: NOW + 299 }],
  ['at its end', 'accepted', { now: NOW + 300 }],
  ['one second before the leeway is over', 'accepted', { now: NOW + 309 }],
  ['when the leeway is over', 'token_expired', { now: NOW + 310 }],
  ['at its end without leeway', 'token_expired', { now: NOW + 300, expectations: { leeway: 0 } }],
  ['just before its end without leeway', 'accepted', { now: NOW + 299.999, expectations: { leeway: 0 } }],
  ['issued within the leeway ahead', 'accepted', { now: NOW - 10 }],
  ['issued beyond the leeway ahead', 'token_not_yet_valid', { now: NOW - 10.001 }],
  ['issued now without leeway', 'accepted', { expectations: { leeway: 0 } }],
  ['issued ahead without leeway', 'token_not_yet_valid', { now: NOW - 0.001, expectations: { leeway: 0 } }],
  ['not before within the leeway', 'accepted', { claims: { nbf: NOW + 10 } }],
  ['not before beyond the leeway', 'token_not_yet_valid', { claims: { nbf: NOW + 11 } }],
  ['not before a time before its issue', 'token_not_yet_valid', { claims: { nbf: 1 }, now: NOW - 11 }],
  ['the longest life', 'accepted', { claims: { exp: NOW + 3_600 } }],
  ['a longer life', 'lifetime_exceeded', { claims: { exp: NOW + 3_601 } }],
  ['a life beyond what is asked here', 'lifetime_exceeded', { expectations: { maxLifetime: 299 } }],
  ['too long a life, and over', 'lifetime_exceeded', { claims: { exp: NOW + 3_601 }, now: 9 * NOW }],
  ['a clock that yields no number', 'token_expired', { now: Number.NaN }],
  ['another audience', 'audience_mismatch', { claims: { aud: SELF } }],
  ['one of several audiences', 'accepted', { claims: { aud: [SELF, OTHER] } }],
  ['none of several audiences', 'audience_mismatch', { claims: { aud: [SELF, 'x'] } }],
  ['its key is for this audience', 'accepted', { key: { audience: OTHER } }],
  ['its key is for another audience', 'audience_mismatch', { key: { audience: SELF } }],
  [
    'its key is for one of its audiences',
    'audience_mismatch',
    { key: { audience: OTHER }, claims: { aud: [OTHER, SELF] } },
  ],
  ['its key is for its one audience', 'accepted', { key: { audience: OTHER }, claims: { aud: [OTHER] } }],
  ['nobody holds its key', 'authority_expired', { key: { authorities: [] } }],
  ['its authority ends now', 'authority_expired', { authority: { notAfter: NOW } }],
  ['its authority ends at no time', 'authority_expired', { authority: { notAfter: Number.NaN } }],
  ['its authority ends in a moment', 'accepted', { authority: { notAfter: NOW + 0.001 } }],
  ['speaking for another', 'issuer_not_allowed', { claims: { iss: OTHER } }],
  ['speaking as the one issuer', 'accepted', { authority: { issuer: OTHER }, claims: { iss: OTHER } }],
  ['speaking as another than the one issuer', 'issuer_not_allowed', { authority: { issuer: OTHER } }],
  ['a subject that is not listed', 'subject_not_allowed', { claims: { iss: OTHER, sub: OTHER as never } }],
  ['no subject is listed', 'subject_not_allowed', { authority: { subjects: [] } }],
  [
    'an issuer from a certificate without one',
    'issuer_not_allowed',
    { authority: { issuer: 'certificate' } },
  ],
  ['an issuer from its certificate', 'accepted', { authority: { issuer: 'certificate' }, leaf: {} }],
  [
    'an issuer from another certificate',
    'issuer_not_allowed',
    { authority: { issuer: 'certificate' }, leaf: { issuer: OTHER } },
  ],
  ['a leaf that began', 'accepted', { leaf: { notBefore: NOW } }],
  ['a leaf yet to begin', 'leaf_expired', { leaf: { notBefore: NOW + 1 } }],
  ['a leaf that began after the token', 'leaf_expired', { leaf: { notBefore: NOW + 1 }, now: NOW + 5 }],
  ['a leaf in its last second', 'accepted', { leaf: { notAfter: NOW + 300 }, now: NOW + 300 }],
  ['a leaf past its last second', 'leaf_expired', { leaf: { notAfter: NOW + 300 }, now: NOW + 301 }],
  ['a leaf that ends before the token', 'leaf_expired', { leaf: { notAfter: NOW + 299 } }],
  [
    'a self leaf for another',
    'subject_not_allowed',
    {
      authority: { issuer: SELF, subjects: [parseSubjectPattern(OTHER)] },
      leaf: {},
      claims: { sub: OTHER as never },
    },
  ],
  [
    'an issuer leaf for another',
    'accepted',
    {
      authority: { issuer: SELF, subjects: [parseSubjectPattern(OTHER)] },
      leaf: { usage: 'issuer' },
      claims: { sub: OTHER as never },
    },
  ],
  [
    'an issuer leaf beyond its constraints',
    'subject_not_allowed',
    {
      authority: { issuer: SELF, subjects: [parseSubjectPattern(OTHER)] },
      leaf: { usage: 'issuer', permits: () => false },
      claims: { sub: OTHER as never },
    },
  ],
  ['a denied key', 'denied', { denied: { keys: new Set(['key']) } }],
  ['a key above a denied one', 'accepted', { denied: { keys: new Set(['below']) } }],
  ['a denied key above its key', 'denied', { denied: { keys: new Set(['above']) } }],
  ['a denied token', 'denied', { denied: { tokens: new Set(['jti']) } }],
  ['a denied name', 'denied', { denied: { name: (name) => name === SELF } }],
  ['issued before what is accepted', 'denied', { denied: { issuedBefore: NOW + 1 } }],
  ['issued at what is accepted', 'accepted', { denied: { issuedBefore: NOW } }],
  ['denials whose time is no number', 'denied', { denied: { issuedBefore: Number.NaN } }],
];

describe('the judgement of a token', () => {
  test.each(table)('%s: %s', (_, expected, one) => {
    expect(verdict(one)).toBe(expected);
  });

  test('of a key with several authorities takes one that is in force, speaks for the issuer and may assert the subject', () => {
    const patterns = (...names: string[]) => names.map(parseSubjectPattern);
    const authority = (changes: Partial<TrustedAuthority>): TrustedAuthority => ({
      rung: 'hmac',
      issuer: 'self',
      subjects: patterns(SELF),
      ...changes,
    });
    const ended = authority({ notAfter: NOW });
    const foreign = authority({ issuer: OTHER });
    const narrow = authority({ subjects: patterns(OTHER) });
    const good = authority({});
    expect(verdict({ key: { authorities: [ended, foreign, narrow, good] } })).toBe('accepted');
    expect(verdict({ key: { authorities: [ended, foreign, narrow] } })).toBe('subject_not_allowed');
    expect(verdict({ key: { authorities: [ended, foreign] } })).toBe('issuer_not_allowed');
    expect(verdict({ key: { authorities: [ended] } })).toBe('authority_expired');
  });

  describe('under several anchors', () => {
    const END = NOW + 300;
    const authority = (subject: string, notAfter?: number): TrustedAuthority => ({
      rung: 'ca',
      issuer: 'certificate',
      subjects: [parseSubjectPattern(subject)],
      ...(notAfter === undefined ? {} : { notAfter }),
    });
    const path = (changes: Partial<LeafPath> = {}): LeafPath => ({
      notBefore: 0,
      notAfter: END,
      authorities: [authority(OTHER)],
      permits: () => true,
      ...changes,
    });
    const under = (...paths: LeafPath[]): string =>
      verdict({ leaf: { usage: 'issuer', paths }, claims: { sub: OTHER as never } });
    const short = path({ notAfter: END - 1 });
    const late = path({ notBefore: NOW + 1 });
    const foreign = path({ authorities: [authority(SELF)] });
    const closed = path({ permits: () => false });
    const ended = path({ authorities: [authority(OTHER, NOW)] });

    test('takes the one that allows all of it, wherever it stands', () => {
      for (const other of [short, late, foreign, closed, ended]) {
        expect([under(other, path()), under(path(), other)]).toEqual(['accepted', 'accepted']);
      }
    });

    test('never adds up what two of them allow', () => {
      expect(under(short, foreign)).toBe('subject_not_allowed');
      expect(under(short, closed)).toBe('subject_not_allowed');
      expect(under(late, ended)).toBe('authority_expired');
      expect(under(foreign, closed)).toBe('subject_not_allowed');
      expect(under(short, late)).toBe('leaf_expired');
    });

    test('is refused where there is none, whoever else holds the key', () => {
      expect(under()).toBe('leaf_expired');
    });
  });

  test('says by how much a time was missed', () => {
    const told = (now: number): string => {
      try {
        judge(
          { iss: SELF, sub: SELF, aud: OTHER, iat: NOW, exp: NOW + 300 } as never,
          {} as never,
          {} as never,
          { audiences: new Set(), leeway: 10, maxLifetime: 3_600 },
          now,
        );
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(told(NOW + 400.5)).toContain('has expired: 100 seconds ago.');
    expect(told(NOW - 20.5)).toContain('it starts in 21 seconds.');
  });
});
