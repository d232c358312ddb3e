import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TrustBundle } from '@workload-identity/contract';
import type { BundleSource, ProvenKey } from '@workload-identity/core';
import type { JsonObject } from '../compare/document.ts';
import type { Side } from './side.ts';
import { ask, describeError, missing } from './verify.ts';

interface Setup {
  readonly now: number;
  readonly audiences: readonly string[];
  readonly leeway: number;
  readonly maxLifetime: number;
  readonly acceptRs256: boolean;
}

interface Vector {
  readonly id: string;
  readonly token: string;
  readonly overrides?: Partial<Setup> & { readonly provenKey?: ProvenKey };
  readonly code?: string;
  readonly expect?: JsonObject;
}

interface VectorFile {
  readonly setup?: Setup & { readonly bundle: string; readonly secrets?: Readonly<Record<string, string>> };
  readonly vectors?: readonly Vector[];
}

/** The verdicts of one side on vectors. */
export interface VectorRun {
  readonly count: number;
  /** One line for each vector whose verdict is not the frozen one. */
  readonly failures: readonly string[];
}

const read = <T>(folder: string, name: string): T =>
  JSON.parse(readFileSync(join(folder, name), 'utf8')) as T;

async function openBundle(
  side: Side,
  folder: string,
  setup: NonNullable<VectorFile['setup']>,
): Promise<BundleSource> {
  const source = side.core.createBundleSource({
    bundle: read<TrustBundle>(folder, setup.bundle),
    readSecret: async ({ env = '' }) => setup.secrets?.[env] ?? '',
    check: side.x5c.checkAnchors,
    pollInterval: 0,
  });
  await source.ready();
  return source;
}

async function runVector(
  side: Side,
  bundle: BundleSource,
  setup: Setup,
  vector: Vector,
): Promise<string | undefined> {
  const { provenKey, ...changes } = vector.overrides ?? {};
  const { now, audiences, leeway, maxLifetime, acceptRs256 } = { ...setup, ...changes };
  const verifier = side.core.createVerifier({
    bundle,
    audiences,
    leeway,
    maxLifetime,
    acceptRs256,
    chains: side.x5c.createChainResolver(),
    clock: () => now * 1_000,
  });
  const { identity, refusal } = await ask(verifier, vector.token, provenKey);
  const wanted = vector.code === undefined ? undefined : `\`${vector.code}\``;
  if (refusal !== wanted) return `${vector.id}: ${refusal ?? 'accepted'}, not ${wanted ?? 'accepted'}`;
  const wrong = identity === undefined ? undefined : missing(identity, vector.expect ?? {});
  return wrong === undefined ? undefined : `${vector.id}: accepted with another \`${wrong}\``;
}

async function runFile(side: Side, folder: string, name: string, kind: 'all' | 'valid'): Promise<VectorRun> {
  const { setup, vectors = [] } = read<VectorFile>(folder, name);
  if (setup === undefined) return { count: 0, failures: [] };
  const asked = vectors.filter(({ code }) => kind === 'all' || code === undefined);
  const count = asked.length;
  try {
    const bundle = await openBundle(side, folder, setup);
    const found: (string | undefined)[] = [];
    for (const vector of asked) found.push(await runVector(side, bundle, setup, vector));
    const failures = found.filter((failure) => failure !== undefined);
    return { count, failures: failures.map((failure) => `${name}, ${failure}`) };
  } catch (error) {
    const failure = `not set up: ${describeError(error)}`;
    return { count, failures: asked.map(({ id }) => `${name}, ${id}: ${failure}`) };
  }
}

/**
 * Runs the vectors of one side's contract on the verifier of a side.
 * @param kind `valid` leaves out those to refuse: an old verifier ignores what a new one refuses in a claim it does not know
 */
export async function runVectors(
  side: Side,
  from: Side,
  version: string,
  kind: 'all' | 'valid',
): Promise<VectorRun> {
  const folder = join(from.folder, 'vectors', `v${version}`);
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  const runs: VectorRun[] = [];
  for (const name of files.sort()) runs.push(await runFile(side, folder, name, kind));
  return {
    count: runs.reduce((total, { count }) => total + count, 0),
    failures: runs.flatMap(({ failures }) => failures),
  };
}
