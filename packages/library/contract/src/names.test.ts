import { describe, expect, it } from 'vitest';
import * as identifiers from './identifiers.ts';
import { isAudience, isIssuer, isRole } from './identifiers.ts';
import * as root from './index.ts';
import { ALGORITHMS, algorithmOf, CONTRACT, ERROR_CODES, LIMITS } from './index.ts';
import * as schemas from './schemas.ts';

describe('names', () => {
  it.each(['a', 'ledger:write', 'team.a_b-c', '0', 'a'.repeat(64)])('%s is a role', (role) => {
    expect(isRole(role)).toBe(true);
  });

  it.each(['', 'A', 'a b', 'a/b', 'a*', 'é', 'a\n', 'a'.repeat(65), null, 1, ['a'], Object('a')])(
    '%j is no role',
    (role) => {
      expect(isRole(role)).toBe(false);
    },
  );

  it.each([
    'a',
    'https://billing.example.com/',
    'spiffe://prod.example.com/billing',
    '!~',
    'a'.repeat(2_048),
  ])('%s is an audience', (audience) => {
    expect(isAudience(audience)).toBe(true);
  });

  it.each(['', ' ', 'a b', 'a\t', 'a\n', 'ä', '\x7f', 'a'.repeat(2_049), null, 1, [], ['a'], Object('a')])(
    '%j is no audience',
    (audience) => {
      expect(isAudience(audience)).toBe(false);
    },
  );

  it.each([
    'https://sts.example.com',
    'https://sts.example.com:8443',
    'https://sts.example.com/tenant/a~b',
    'https://127.0.0.1',
    'spiffe://prod.example.com/sts',
  ])('%s is an issuer', (issuer) => {
    expect(isIssuer(issuer)).toBe(true);
  });

  // Attack 8: what a URL parser would read as another host than a person does.
  it.each([
    'http://sts.example.com',
    'HTTPS://sts.example.com',
    'https://STS.example.com',
    'https://sts.example.com/',
    'https://sts.example.com//a',
    'https://sts.example.com/a/../b',
    'https://sts.example.com/./a',
    'https://sts.example.com?a',
    'https://sts.example.com#a',
    'https://sts.example.com@evil.example',
    'https://user:pw@sts.example.com',
    'https://sts.example.com\\@evil.example',
    'https://sts.example.com%2eevil.example',
    'https://sts.example.com:0',
    'https://sts.example.com:',
    'https://sts.example.com:123456',
    'https://[::1]',
    'https://',
    'https:///a',
    'https://.example.com',
    'https://sts.example.com\n',
    ' https://sts.example.com',
    'https://stś.example.com',
    `https://sts.example.com/${'a'.repeat(2_048)}`,
  ])('%j is no issuer', (issuer) => {
    expect(isIssuer(issuer)).toBe(false);
  });
});

describe('the contract', () => {
  it('reads algorithms by their exact name, and EdDSA as Ed25519', () => {
    for (const name of Object.keys(ALGORITHMS)) expect(algorithmOf(name)).toBe(name);
    expect(algorithmOf('EdDSA')).toBe('Ed25519');
    for (const name of ['none', 'hs256', 'HS256 ', 'ES512', 'constructor', '__proto__', 'toString', '']) {
      expect(algorithmOf(name)).toBeUndefined();
    }
  });

  it('never mints or accepts by default what is only there to be read', () => {
    expect(ALGORITHMS.RS256).toMatchObject({ mint: false, verifyByDefault: false });
    const others = Object.entries(ALGORITHMS).filter(([name]) => name !== 'RS256');
    for (const [, entry] of others) expect(entry).toMatchObject({ mint: true, verifyByDefault: true });
  });

  it('cannot be changed at run time', () => {
    for (const table of [ALGORITHMS, ALGORITHMS.HS256, CONTRACT, LIMITS, ERROR_CODES, ERROR_CODES.denied]) {
      expect(Object.isFrozen(table)).toBe(true);
    }
  });

  it('has no more than fifteen runtime exports per entry', () => {
    expect(Object.keys(root).length).toBeLessThanOrEqual(15);
    expect(Object.keys(identifiers).length).toBeLessThanOrEqual(15);
    expect(Object.keys(schemas).length).toBeLessThanOrEqual(15);
  });

  it('tells an operator what to do about every error', () => {
    for (const [code, entry] of Object.entries(ERROR_CODES)) {
      expect(code).toMatch(/^[a-z]+(_[a-z0-9]+)*$/);
      expect(entry.message).toMatch(/^[A-Z].*[^.]$/);
      expect(entry.fix).toMatch(/^[A-Z].*[^.]$/);
    }
  });
});
