import type { Verifier } from '@workload-identity/core';
import { HEADER_TOKENS } from '../corpus/headers.ts';
import { HEADER_BYTES, type HostileToken, letters, withHeader } from '../corpus/hostile.ts';
import { makeScene, type Scene } from '../corpus/index.ts';
import { type Counts, count, type Find, type Fuzzer, type Target } from '../fuzzer.ts';
import { type Random, randomOf } from '../random.ts';
import { type Cost, least, measure, TIMES } from './measure.ts';

/** A header, and the least it took to refuse it. Microseconds. */
interface Candidate {
  readonly header: string;
  readonly cost: number;
}

// Noise, and what is known to be over: a header of 8 KiB with one escape takes up to half as long again as the rule allows.
const MARGIN = 3;
const KEPT = 32;
const TRIES = 6;
const CAREFUL = { rounds: 15, milliseconds: 1 } as const;
const PIECES = [
  '\\u0061',
  '\\"',
  '\\/',
  '\\\\',
  '\\n',
  '\\ud83d\\ude00',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '{"a":1}',
  '"a":1,',
  '[]',
  '1,',
  '1e308,',
  '0.1',
  '-',
  ' ',
  '\n',
  'é',
  '€',
  '😀',
  '\ufffd',
  'x',
  '__proto__',
  'true',
  'null',
];

const bytesOf = (text: string): number => Buffer.byteLength(text);

function cutToSize(text: string): string {
  return bytesOf(text) <= HEADER_BYTES
    ? text
    : text.slice(0, Math.floor((text.length * HEADER_BYTES) / bytesOf(text)) - 8);
}

/** A span of a text. */
function span(text: string, random: Random): readonly [from: number, to: number] {
  const from = random.int(text.length + 1);
  return [from, Math.min(text.length, from + 1 + random.int(random.pick([4, 40, 400, 4_000])))];
}

type Change = (text: string, random: Random, other: string) => string;

const CHANGES: readonly Change[] = [
  (text, random) => {
    const [from, to] = span(text, random);
    return text.slice(0, from) + text.slice(from, to).repeat(2 + random.int(20)) + text.slice(to);
  },
  (text, random) => {
    const at = random.int(text.length + 1);
    return (
      text.slice(0, at) +
      random.pick(PIECES).repeat(1 + random.int(random.pick([2, 30, 1_000]))) +
      text.slice(at)
    );
  },
  (text, random) => {
    const [from, to] = span(text, random);
    return text.slice(0, from) + text.slice(to);
  },
  (text, random, other) =>
    text.slice(0, random.int(text.length + 1)) + other.slice(random.int(other.length + 1)),
  (text, random, other) => {
    const [from, to] = span(other, random);
    const at = random.int(text.length + 1);
    return text.slice(0, at) + other.slice(from, to) + text.slice(at);
  },
  (text, random) => text.replaceAll(random.pick([...'x1a,:"[]{} ']), random.pick(PIECES)),
];

class Search implements Fuzzer {
  readonly counts: Counts = new Map();
  readonly #scene: Scene;
  readonly #verifier: Verifier;
  readonly #seed: number;
  readonly #kept: Candidate[] = [];
  #base = Number.POSITIVE_INFINITY;
  #number = 0;

  constructor(scene: Scene, verifier: Verifier, seed: number) {
    this.#scene = scene;
    this.#verifier = verifier;
    this.#seed = seed;
  }

  async run(index: number): Promise<Find | undefined> {
    if (index < HEADER_TOKENS.length) return this.#begin(HEADER_TOKENS[index] as HostileToken);
    if (index % 200 === 0)
      this.#base = Math.min(this.#base, await this.#least((number) => this.#scene.valid(number), 40));
    const random = randomOf(this.#seed, index);
    const [one, other] = [random.pick(this.#kept), random.pick(this.#kept)];
    const header = cutToSize(random.pick(CHANGES)(one.header, random, other.header));
    const cost = await this.#costOf(header);
    this.#keep({ header, cost });
    count(this.counts, 'headers');
    return cost > TIMES * this.#base ? this.#confirm(header, index) : undefined;
  }

  async close(): Promise<void> {
    const [worst] = this.#kept;
    if (worst === undefined) return;
    const times = (worst.cost / this.#base).toFixed(2);
    count(
      this.counts,
      `the worst takes ${worst.cost.toFixed(1)} µs, ${times} valid tokens: ${worst.header.slice(0, 120)}`,
    );
  }

  async #begin({ make }: HostileToken): Promise<undefined> {
    const [segment = ''] = make(0).split('.');
    const header = Buffer.from(segment, 'base64url').toString();
    this.#base = Math.min(this.#base, await this.#least((number) => this.#scene.valid(number), 20));
    this.#keep({ header, cost: await this.#costOf(header) });
  }

  #keep(candidate: Candidate): void {
    this.#kept.push(candidate);
    this.#kept.sort((a, b) => b.cost - a.cost);
    if (this.#kept.length > KEPT) this.#kept.length = KEPT;
  }

  // The nonce is another one every time, and where caches would look for it.
  #make(header: string, number: number): string {
    return withHeader(
      header.replace(/^\{"n":"[^"]*"/, () => `{"n":"${letters(number, 12)}"`),
      number,
    );
  }

  #costOf(header: string): Promise<number> {
    return this.#least((number) => this.#make(header, number), TRIES);
  }

  async #least(make: (number: number) => string, tries: number): Promise<number> {
    let least = Number.POSITIVE_INFINITY;
    for (let at = 0; at < tries; at++) {
      const token = make(this.#number++);
      const start = performance.now();
      await this.#verifier.verify(token).catch(() => undefined);
      least = Math.min(least, (performance.now() - start) * 1_000);
    }
    return least;
  }

  /** Measures with care what was too expensive at a glance. */
  async #confirm(header: string, index: number): Promise<Find | undefined> {
    const kind: HostileToken = { name: 'found', make: (number) => this.#make(header, number) };
    const [first] = await measure(this.#scene, [kind], CAREFUL);
    const [second] = await measure(this.#scene, [kind], CAREFUL);
    const { cost, allowed, ratio } = least(first as Cost, second);
    if (ratio <= MARGIN) return undefined;
    const what = `a header costs ${cost.toFixed(1)} µs, and ${allowed.toFixed(1)} µs are allowed`;
    return { target: 'costs', seed: this.#seed, index, what, minimal: JSON.stringify(header) };
  }
}

/** Headers bred to be expensive: the worst are kept and changed on. */
export const costs: Target = {
  name: 'costs',
  cases: 'headers',
  runs: 300_000,
  async open(seed) {
    const scene = makeScene();
    return new Search(scene, await scene.verifier(), seed);
  },
};
