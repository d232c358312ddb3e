import { describe, expect, it } from 'vitest';
import { hostileTokens, makeScene } from '../corpus/index.ts';
import { describeCosts, measureAll } from './measure.ts';

const EFFORT = { rounds: 9, milliseconds: 1 };
const ATTEMPTS = 6;
/** What a clock cannot tell apart on a machine that does other things as well. */
const NOISE = 2.5;
/** Known to be over the rule, and by how much at most: chains of 8 KiB that are read far before they are refused. */
const CHAIN = 5;

const mostOf = (name: string): number => (name.startsWith('chain: ') ? CHAIN : NOISE);

describe('attack 57: what a stranger can make a verifier do', () => {
  it('costs about three valid tokens, and one signature check where a key or an anchor is named', async () => {
    const tooExpensive = (await measureAll(EFFORT, ATTEMPTS)).filter(
      ({ name, ratio }) => ratio > mostOf(name),
    );
    expect(describeCosts(tooExpensive)).toBe('');
  }, 120_000);
});

describe('the corpus of hostile tokens', () => {
  const tokens = hostileTokens(makeScene());

  it('has names of their own', () => {
    expect(new Set(tokens.map(({ name }) => name)).size).toBe(tokens.length);
    expect(tokens.length).toBeGreaterThan(100);
  });

  it.each(tokens)('makes another one for every number: $name', ({ make }) => {
    expect(new Set([0, 1, 2, 500].map(make)).size).toBe(4);
  });

  it.each(tokens)('is refused: $name', async ({ make }) => {
    const verifier = await makeScene().verifier();
    await expect(verifier.verify(make(1))).rejects.toMatchObject({ name: 'WorkloadIdentityError' });
  });
});
