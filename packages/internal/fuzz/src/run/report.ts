import type { Find } from '../fuzzer.ts';
import type { Result } from './share.ts';

const number = (value: number): string => Math.round(value).toLocaleString('en-US');

/** A find, and how to see it again. */
export function describeFind({ target, seed, index, what, minimal }: Find): string {
  const indented = minimal.replaceAll(/^/gm, '  ');
  const again = `npm run fuzz -- --only ${target} --seed ${seed} --from ${index} --runs 1`;
  return `\nFOUND by ${target}: ${what}\n${indented}\n  again: ${again}\n`;
}

/** What a target came to: how much, how fast, and each verdict with how often it came out. */
export function describeResult({ target, cases, counts, finds, seconds }: Result): string {
  const rate = cases / Math.max(seconds, 0.001);
  const head = `${target.name}: ${number(cases)} ${target.cases} in ${seconds.toFixed(1)} s, ${number(rate)} a second, ${finds.length} found`;
  const rows = [...counts].sort(([, one], [, other]) => other - one);
  return [head, ...rows.map(([name, times]) => `  ${number(times).padStart(12)}  ${name}`)].join('\n');
}

/** How far a target has come. */
export const describeProgress = (name: string, cases: number, of: number): string =>
  `${name}: ${number(cases)} of ${number(of)}`;

/** The last line, and the exit code: 1 where anything was found. */
export function conclude(found: number, seed: number): { readonly line: string; readonly code: 0 | 1 } {
  return found === 0
    ? { line: `nothing found; seed ${seed}`, code: 0 }
    : { line: `${found} found; seed ${seed}`, code: 1 };
}
