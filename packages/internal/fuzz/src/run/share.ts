import { Worker } from 'node:worker_threads';
import type { Counts, Find, Target } from '../fuzzer.ts';
import type { RunOptions } from '../options.ts';
import type { Message, Work } from './messages.ts';

/** What came of a target. */
export interface Result {
  readonly target: Target;
  readonly cases: number;
  readonly counts: Counts;
  readonly finds: readonly Find[];
  readonly seconds: number;
}

type Tell = { readonly progress: (cases: number) => void; readonly find: (find: Find) => void };

/** Runs one worker to its end. */
function runWorker(data: Work, tell: (message: Message) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: data });
    worker.on('message', tell);
    worker.on('error', reject);
    worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`))));
  });
}

/** Shares the cases of a target out to workers, each of which takes every so many-th of them. */
export async function share(target: Target, options: RunOptions, tell: Tell): Promise<Result> {
  const { seed, from, seconds } = options;
  const runs = options.runs ?? target.runs;
  const workers = Math.min(options.workers, runs);
  const start = performance.now();
  const counts: Counts = new Map();
  const finds: Find[] = [];
  const cases = new Array<number>(workers).fill(0);
  const sum = (): number => cases.reduce((all, each) => all + each, 0);
  const hear =
    (number: number) =>
    (message: Message): void => {
      if (message.kind === 'find') {
        finds.push(message.find);
        tell.find(message.find);
        return;
      }
      cases[number] = message.cases;
      tell.progress(sum());
      if (message.kind !== 'done') return;
      for (const [name, times] of message.counts) counts.set(name, (counts.get(name) ?? 0) + times);
    };
  await Promise.all(
    cases.map((_, number) => {
      const own = Math.floor(runs / workers) + (number < runs % workers ? 1 : 0);
      const data = {
        target: target.name,
        seed,
        first: from + number,
        step: workers,
        cases: own,
        time: seconds * 1_000,
      };
      return runWorker(data, hear(number));
    }),
  );
  return { target, cases: sum(), counts, finds, seconds: (performance.now() - start) / 1_000 };
}
