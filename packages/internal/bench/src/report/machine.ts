import { availableParallelism, cpus, loadavg, totalmem, type } from 'node:os';

/** The facts figures depend on. */
export interface Machine {
  readonly processor: string;
  readonly processors: number;
  readonly memory: string;
  readonly system: string;
  readonly node: string;
  readonly openssl: string;
  /** Of the last minute, when the run began: what else the machine was doing. */
  readonly load: number;
}

/** Reads the facts of this machine. */
export function readMachine(): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    processors: availableParallelism(),
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${type()} ${process.arch}`,
    node: process.versions.node,
    openssl: process.versions.openssl,
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  };
}
