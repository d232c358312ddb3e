import { parentPort, workerData } from 'node:worker_threads';
import { TARGETS } from '../targets.ts';
import type { Message, Work } from './messages.ts';
import { work } from './work.ts';

const given = workerData as Work;
const tell = (message: Message): void => parentPort?.postMessage(message);
const PROGRESS_MS = 500;

const target = TARGETS.find(({ name }) => name === given.target);
if (target === undefined) throw new TypeError(`no target ${given.target}`);

let told = performance.now();
const { cases, counts } = await work(target, given, {
  find: (find) => tell({ kind: 'find', find }),
  progress(done) {
    if (performance.now() - told < PROGRESS_MS) return;
    told = performance.now();
    tell({ kind: 'progress', cases: done });
  },
});
tell({ kind: 'done', cases, counts: [...counts] });
