/** Numbers that look random and are the same in every run of one seed. Not for keys. */
export interface Random {
  /** A whole number from 0 to 2^32 - 1. */
  next(): number;
  /** A whole number from 0 to `below` - 1. */
  int(below: number): number;
  /** True in this share of all calls. */
  chance(share: number): boolean;
  pick<T>(from: readonly T[]): T;
  bytes(length: number): Buffer;
}

/** Mixes numbers into one of 32 bits (the finaliser of MurmurHash3 over each). */
export function mix(...numbers: readonly number[]): number {
  let state = 0x9e3779b9;
  for (const number of numbers) {
    state = Math.imul(
      state ^ (number >>> 0) ^ Math.imul(Math.floor(number / 2 ** 32), 0x85ebca6b),
      0xcc9e2d51,
    );
    state ^= state >>> 16;
    state = Math.imul(state, 0x85ebca6b);
    state ^= state >>> 13;
    state = Math.imul(state, 0xc2b2ae35);
    state ^= state >>> 16;
  }
  return state >>> 0;
}

/** Makes a generator (sfc32). Several seeds give a stream of their own: a run, a case, a change within it. */
export function randomOf(...seeds: readonly number[]): Random {
  let a = mix(...seeds, 1) | 0;
  let b = mix(...seeds, 2) | 0;
  let c = mix(...seeds, 3) | 0;
  let counter = 1;
  function next(): number {
    const out = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + out;
    c |= 0;
    return out >>> 0;
  }
  for (let round = 0; round < 8; round++) next();
  const int = (below: number): number => Math.floor((next() / 4_294_967_296) * below);
  return {
    next,
    int,
    chance: (share) => next() < share * 4_294_967_296,
    pick: (from) => {
      if (from.length === 0) throw new RangeError('there is nothing to pick from');
      return from[int(from.length)] as never;
    },
    bytes: (length) => Buffer.from(Uint8Array.from({ length }, () => next() & 0xff)),
  };
}
