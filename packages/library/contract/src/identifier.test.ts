import { describe, expect, it } from 'vitest';
import {
  isWorkloadIdentityError,
  parseSubjectPattern,
  parseTrustDomain,
  parseWorkloadId,
  trustDomainOf,
  type WorkloadId,
} from './index.ts';

const ID = 'spiffe://prod.example.com/orders';
const at = (length: number, start = `${ID}/`) => start + 'a'.repeat(length - start.length);

function refuses(read: (text: string) => unknown, text: unknown): void {
  let caught: unknown;
  try {
    read(text as string);
  } catch (error) {
    caught = error;
  }
  expect(isWorkloadIdentityError(caught, 'identifier_invalid'), JSON.stringify(text)).toBe(true);
}

describe('workload identifiers', () => {
  it.each([
    ID,
    'spiffe://a/b',
    'spiffe://127.0.0.1/x',
    'spiffe://under_score.example/x',
    'spiffe://-.-/x',
    'spiffe://prod.example.com/A/b.c/d_e/f-g/0',
    'spiffe://prod.example.com/...',
    'spiffe://prod.example.com/.a',
    'spiffe://prod.example.com/..a/a..',
    `spiffe://${'d'.repeat(255)}/x`,
    at(2_048),
  ])('%s is one', (text) => {
    expect(parseWorkloadId(text)).toBe(text);
  });

  it.each([
    ['', 'empty'],
    ['spiffe://', 'no trust domain'],
    ['spiffe:///orders', 'empty trust domain'],
    ['spiffe://prod.example.com', 'no path: that names a trust domain'],
    ['spiffe://prod.example.com/', 'empty path'],
    [`${ID}/`, 'slash at the end'],
    ['spiffe://prod.example.com//orders', 'empty segment'],
    ['spiffe://prod.example.com/a//b', 'empty segment'],
    ['spiffe://prod.example.com/.', 'dot'],
    ['spiffe://prod.example.com/./orders', 'dot'],
    ['spiffe://prod.example.com/orders/..', 'dot dot'],
    ['spiffe://prod.example.com/../orders', 'dot dot'],
    ['spiffe://prod.example.com/billing/../orders', 'dot dot'],
    ['spiffe://prod.example.com/%6frders', 'percent'],
    ['spiffe://prod.example.com/orders%2f', 'percent'],
    ['spiffe://prod%2eexample.com/orders', 'percent in the trust domain'],
    ['spiffe://Prod.example.com/orders', 'upper case in the trust domain'],
    ['SPIFFE://prod.example.com/orders', 'upper case in the scheme'],
    ['Spiffe://prod.example.com/orders', 'upper case in the scheme'],
    ['https://prod.example.com/orders', 'another scheme'],
    ['wimse://prod.example.com/orders', 'another scheme'],
    ['spiffe:/prod.example.com/orders', 'one slash'],
    ['spiffe:prod.example.com/orders', 'no slash'],
    ['spiffe://prod.example.com:443/orders', 'port'],
    ['spiffe://user@prod.example.com/orders', 'user'],
    ['spiffe://user:pw@prod.example.com/orders', 'user'],
    ['spiffe://[::1]/orders', 'IPv6'],
    [`${ID}?a=b`, 'query'],
    [`${ID}#a`, 'fragment'],
    [` ${ID}`, 'space before'],
    [`${ID} `, 'space after'],
    [`${ID}\n`, 'line break after'],
    [`\n${ID}`, 'line break before'],
    [`${ID}\0`, 'NUL'],
    ['spiffe://prod.example.com/ord ers', 'space'],
    ['spiffe://prod.example.com\\orders', 'backslash'],
    ['spiffe://prod.example.com/örders', 'not ASCII'],
    ['spiffe://prod.example.com/\u043erders', 'a letter that looks the same'],
    ['spiffe://prod.example.com/orders\u200b', 'invisible space'],
    ['spiffe://prod.example.com\uff0forders', 'a slash that looks the same'],
    ['spiffe://prod.example.com/*', 'a pattern'],
    ['spiffe://prod.example.com/a:b', 'colon'],
    ['spiffe://prod.example.com/a~b', 'tilde'],
    [`spiffe://${'d'.repeat(256)}/x`, 'long trust domain'],
    [at(2_049), 'long'],
    [undefined, 'no text'],
    [null, 'no text'],
    [7, 'no text'],
    [[ID], 'a list'],
    [Object(ID), 'a String object'],
    [{ toString: () => ID }, 'an object that reads like one'],
  ])('%j is none: %s', (text) => {
    refuses(parseWorkloadId, text);
  });

  it('belong to their trust domain', () => {
    expect(trustDomainOf(parseWorkloadId('spiffe://a.b/c/d'))).toBe('a.b');
  });
});

describe('trust domains', () => {
  it.each(['prod.example.com', 'a', '-', '1.2.3.4', 'd'.repeat(255)])('%s is one', (text) => {
    expect(parseTrustDomain(text)).toBe(text);
  });

  it.each(['', 'Prod', 'a b', 'a/b', 'a:1', 'spiffe://a', 'ä', 'a\n', 'd'.repeat(256), null, ['a']])(
    '%j is none',
    (text) => {
      refuses(parseTrustDomain, text);
    },
  );
});

describe('subject patterns', () => {
  const matches = (pattern: string, subject: string) =>
    parseSubjectPattern(pattern).matches(subject as WorkloadId);

  it('attack 26: an exact pattern matches that identifier alone', () => {
    for (const near of [`${ID}/x`, `${ID}s`, ID.slice(0, -1), ID.toUpperCase(), `${ID}/`, `x${ID}`]) {
      expect(matches(ID, near), near).toBe(false);
    }
    expect(matches(ID, ID)).toBe(true);
  });

  it('attack 26: a prefix matches what is below it, and nothing beside it', () => {
    const jobs = 'spiffe://prod.example.com/jobs/*';
    for (const below of ['a', 'a/b', 'a.b-c_d'])
      expect(matches(jobs, `${jobs.slice(0, -1)}${below}`)).toBe(true);
    for (const beside of [
      'spiffe://prod.example.com/jobs',
      'spiffe://prod.example.com/jobsx/a',
      'spiffe://prod.example.com/job',
      'spiffe://prod.example.com/Jobs/a',
      'spiffe://staging.example.com/jobs/a',
      'spiffe://prod.example.com.evil.example/jobs/a',
    ]) {
      expect(matches(jobs, beside), beside).toBe(false);
    }
  });

  it('may cover a whole trust domain, never two', () => {
    const all = parseSubjectPattern('spiffe://prod.example.com/*');
    expect(all.trustDomain).toBe('prod.example.com');
    expect(all.matches(ID as WorkloadId)).toBe(true);
    expect(all.matches('spiffe://prod.example.comx/orders' as WorkloadId)).toBe(false);
    expect(Object.isFrozen(all)).toBe(true);
  });

  it.each([
    '*',
    '/*',
    'spiffe://*',
    'spiffe://*/orders',
    'spiffe://*.example.com/orders',
    'spiffe:///*',
    'spiffe://prod.example.com/**',
    'spiffe://prod.example.com/ord*',
    'spiffe://prod.example.com/*/orders',
    'spiffe://prod.example.com/*/*',
    'spiffe://prod.example.com//*',
    'spiffe://prod.example.com/../*',
    'spiffe://prod.example.com/./*',
    'spiffe://prod.example.com/a/',
    'spiffe://prod.example.com',
    'spiffe://prod.example.com/.*',
    'spiffe://prod.example.com/[a-z]+',
    '^spiffe://prod.example.com/orders$',
    `${at(2_047)}/*`,
    null,
    {},
  ])('%j is none', (text) => {
    refuses(parseSubjectPattern, text);
  });
});
