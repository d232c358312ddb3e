import { describe, expect, test } from 'vitest';
import type { TrustSnapshot } from '../bundle/snapshot.ts';
import { type CachedToken, TokenCache } from './token-cache.ts';

const snapshot = {} as TrustSnapshot;
const cached = (claims: object = {}, trust = snapshot): CachedToken =>
  ({ identity: { claims }, key: {}, snapshot: trust }) as never;

/** A token of a hundred letters: 2,348 bytes. */
const token = (name: number | string): string => String(name).padStart(100, '.');
const COST = 2_348;

describe('the cache of verified tokens', () => {
  test('answers for the very token', () => {
    const cache = new TokenCache(10 * COST);
    const one = cached();
    cache.set(token(1), one);
    expect(cache.get(token(1))).toMatchObject(one);
    expect(cache.get(token(2))).toBeUndefined();
    expect(cache.get(`.${token(1)}`)).toBeUndefined();
    expect(cache.get(token(1).slice(1))).toBeUndefined();
  });

  test('holds no more than its budget', () => {
    const cache = new TokenCache(10 * COST);
    for (let at = 0; at < 1_000; at++) cache.set(token(at), cached());
    expect(cache.size).toBe(10);
    expect(cache.get(token(999))).toBeDefined();
    expect(cache.get(token(989))).toBeUndefined();
  });

  test('counts what takes no room of its own only once', () => {
    const cache = new TokenCache(10 * COST);
    for (let at = 0; at < 1_000; at++) cache.set(token(1), cached());
    for (let at = 0; at < 9; at++) cache.set(token(`other ${at}`), cached());
    expect(cache.size).toBe(10);
    for (let at = 0; at < 1_000; at++) {
      cache.set(token('gone'), cached());
      cache.delete(token('gone'));
    }
    cache.set(token(2), cached());
    expect(cache.size).toBe(10);
  });

  test('gives tokens that were asked for a second chance before the others', () => {
    const cache = new TokenCache(10 * COST);
    for (let at = 0; at < 10; at++) cache.set(token(at), cached());
    for (let at = 0; at < 5; at++) cache.get(token(at));
    for (let at = 100; at < 105; at++) cache.set(token(at), cached());
    for (let at = 0; at < 5; at++) expect([at, cache.get(token(at)) !== undefined]).toEqual([at, true]);
    for (let at = 5; at < 10; at++) expect([at, cache.get(token(at))]).toEqual([at, undefined]);
  });

  test('comes to an end when all of them were asked for', () => {
    const cache = new TokenCache(10 * COST);
    for (let at = 0; at < 10; at++) cache.set(token(at), cached());
    for (let at = 0; at < 10; at++) cache.get(token(at));
    cache.set(token('new'), cached());
    expect(cache.size).toBe(10);
    expect(cache.get(token('new'))).toBeDefined();
  });

  test('is off without a budget, and leaves out what is larger than it', () => {
    const off = new TokenCache(0);
    off.set(token(1), cached());
    expect(off.size).toBe(0);
    const small = new TokenCache(2 * COST);
    small.set(token(1), cached());
    small.set('x'.repeat(16_384), cached());
    expect([small.size, small.get(token(1)) !== undefined]).toEqual([1, true]);
  });

  test('charges for the structure of ext', () => {
    const cache = new TokenCache(1_000_000);
    const ext = { a: Array.from({ length: 1_350 }, () => ({})) };
    for (let at = 0; at < 100; at++) cache.set(token(at), cached({ ext }));
    expect(cache.size).toBe(1);
    for (let at = 0; at < 1_000; at++) cache.set(token(at), cached({ ext: { a: 1 } }));
    expect(cache.size).toBe(Math.floor(1_000_000 / (COST + 400)));
  });

  test('tokens that end alike are not taken for each other', () => {
    const cache = new TokenCache(10 * COST);
    const [one, two] = [`one${'.'.repeat(97)}`, `two${'.'.repeat(97)}`];
    cache.set(one, cached({ jti: 'one' }));
    expect(cache.get(two)).toBeUndefined();
    cache.delete(two);
    expect(cache.get(one)).toBeDefined();
    cache.set(two, cached({ jti: 'two' }));
    expect(cache.get(one)).toBeUndefined();
    expect(cache.get(two)?.identity.claims).toEqual({ jti: 'two' });
    expect(cache.size).toBe(1);
    for (let at = 0; at < 9; at++) cache.set(token(at), cached());
    expect(cache.size).toBe(10);
  });
});
