import { describe, expect, test } from 'vitest';
import type { Minter, MintRequest } from './minter.ts';
import { createTokenSource, type TokenSourceOptions } from './token-source.ts';

const START = 1_800_000_000;
const BILLING = 'spiffe://prod.example.com/billing';

/** A token source over a minter that counts, fails and waits as it is told. */
function made(options: Partial<TokenSourceOptions> = {}) {
  const state = { now: START, requests: [] as MintRequest[], fails: false, gate: Promise.resolve() };
  const minter: Minter = {
    async mint(request) {
      state.requests.push(request);
      const token = `token ${state.requests.length}`;
      await state.gate;
      if (state.fails) throw new Error('no key');
      const issuedAt = Math.floor(state.now);
      return { token, tokenId: 'x', keyId: 'x', issuedAt, expiresAt: issuedAt + (request.lifetime ?? 300) };
    },
  };
  const tokens = createTokenSource({ minter, clock: () => state.now * 1000, random: () => 0, ...options });
  /** Lets a refresh that runs in the background come to its end. */
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    tokens,
    state,
    settle,
    at: (seconds: number) => {
      state.now = START + seconds;
      return tokens.tokenFor(BILLING);
    },
  };
}

describe('a token source', () => {
  test('hands out one token until two thirds of its life are over, then fetches the next behind it', async () => {
    const { at, state, settle } = made();
    expect(await at(0)).toBe('token 1');
    expect(await at(100)).toBe('token 1');
    expect(await at(199.9)).toBe('token 1');
    expect(state.requests).toEqual([{ audience: BILLING }]);
    expect(await at(200)).toBe('token 1');
    await settle();
    expect(await at(200)).toBe('token 2');
    expect(state.requests).toHaveLength(2);
    expect(await at(399)).toBe('token 2');
  });

  test.each([
    [0, 200],
    [0.5, 185],
    [1, 170],
  ])('refreshes earlier by a tenth of the life at most: random %d', async (random, second) => {
    const { at, state } = made({ random: () => random });
    await at(0);
    await at(second - 0.1);
    expect(state.requests).toHaveLength(1);
    await at(second);
    expect(state.requests).toHaveLength(2);
  });

  test('asks for what it was told to ask for', async () => {
    const { at, state } = made({ lifetime: 60, roles: ['reader'] });
    await at(0);
    expect(state.requests).toEqual([{ audience: BILLING, lifetime: 60, roles: ['reader'] }]);
    await at(39.9);
    expect(state.requests).toHaveLength(1);
    await at(40);
    expect(state.requests).toHaveLength(2);
  });

  test('mints once for a hundred callers at once, and once behind them', async () => {
    const { tokens, state, settle } = made();
    const all = await Promise.all(Array.from({ length: 100 }, () => tokens.tokenFor(BILLING)));
    expect(new Set(all)).toEqual(new Set(['token 1']));
    expect(state.requests).toHaveLength(1);
    state.now = START + 250;
    const again = await Promise.all(Array.from({ length: 100 }, () => tokens.tokenFor(BILLING)));
    expect(new Set(again)).toEqual(new Set(['token 1']));
    await settle();
    expect(state.requests).toHaveLength(2);
    expect(await tokens.tokenFor(BILLING)).toBe('token 2');
  });

  test('keeps audiences apart', async () => {
    const { tokens } = made();
    const all = await Promise.all(
      ['a', 'b', 'a', '__proto__', 'constructor'].map((one) => tokens.tokenFor(one)),
    );
    expect(all).toEqual(['token 1', 'token 2', 'token 1', 'token 3', 'token 4']);
  });

  test('serves the old token while minting fails, asks again every second, and fails when it has ended', async () => {
    const { at, state, settle } = made();
    await at(0);
    state.fails = true;
    for (const [second, asked] of [
      [200, 2],
      [200.9, 2],
      [201, 3],
      [201.5, 3],
      [202, 4],
      [298.9, 5],
    ] as const) {
      expect(await at(second)).toBe('token 1');
      await settle();
      expect([second, state.requests.length]).toEqual([second, asked]);
    }
    await expect(at(299)).rejects.toThrow('no key');
    await expect(at(400)).rejects.toThrow('no key');
    state.fails = false;
    expect(await at(400)).toMatch(/^token \d+$/);
  });

  test('does not make callers wait for the next token while the old one serves', async () => {
    const { at, state, settle } = made();
    await at(0);
    let open = (): void => {};
    state.gate = new Promise((resolve) => {
      open = resolve;
    });
    expect(await at(250)).toBe('token 1');
    expect(await at(260)).toBe('token 1');
    open();
    await settle();
    expect(await at(260)).toBe('token 2');
    expect(state.requests).toHaveLength(2);
  });

  test('tells every caller why the first token cannot be had, and tries again', async () => {
    const { tokens, state } = made();
    state.fails = true;
    const all = await Promise.allSettled(Array.from({ length: 10 }, () => tokens.tokenFor(BILLING)));
    expect(all.every(({ status }) => status === 'rejected')).toBe(true);
    expect(state.requests).toHaveLength(1);
    state.fails = false;
    expect(await tokens.tokenFor(BILLING)).toBe('token 2');
  });

  test('mints anew when the clock went back before its token was issued', async () => {
    const { at } = made();
    expect(await at(0)).toBe('token 1');
    expect(await at(-0.9)).toBe('token 1');
    expect(await at(-3_600)).toBe('token 2');
    expect(await at(-3_500)).toBe('token 2');
    expect(await at(0)).toBe('token 3');
  });

  test('forgets a token that was refused, and no newer one', async () => {
    const { at, tokens } = made();
    await at(0);
    tokens.forget(BILLING, 'another token');
    expect(await at(0)).toBe('token 1');
    tokens.forget(BILLING, 'token 1');
    expect(await at(0)).toBe('token 2');
    tokens.forget(BILLING, 'token 1');
    expect(await at(0)).toBe('token 2');
    tokens.forget(BILLING);
    expect(await at(0)).toBe('token 3');
    tokens.forget('nobody');
  });

  test('holds a bounded number of audiences', async () => {
    const { tokens, state } = made();
    for (let at = 0; at < 10_001; at++) await tokens.tokenFor(`audience-${at}`);
    expect(state.requests).toHaveLength(10_001);
    await tokens.tokenFor('audience-10000');
    expect(state.requests).toHaveLength(10_001);
    await tokens.tokenFor('audience-0');
    expect(state.requests).toHaveLength(10_002);
  });
});
