import { isWorkloadIdentityError } from '@workload-identity/contract';
import {
  type Configuration,
  createWorkloadIdentity,
  readConfiguration,
  type WorkloadIdentity,
} from '@workload-identity/sdk';
import configSchema from '@workload-identity/sdk/config.schema.json' with { type: 'json' };
import { Ajv } from 'ajv';
import { CANARIES, type Canary, leakOf, SHORT_CANARIES, writtenOf } from '../documents/canary.ts';
import { altered, planted, plantedAt } from '../documents/mutate.ts';
import { alteredJson } from '../documents/mutate-text.ts';
import { kindOf, reduceDocument, reduceText } from '../documents/reduce.ts';
import { type Counts, count, type Find, type Fuzzer, type Target } from '../fuzzer.ts';
import { type Random, randomOf } from '../random.ts';
import { CONFIGURATIONS, PALETTE, SECRET_MEMBERS } from './documents.ts';

const isValidJson = new Ajv({ strict: false }).compile(configSchema);

interface Drawn {
  readonly document: unknown;
  readonly canary: Canary | undefined;
}

function draw(random: Random): Drawn {
  const document = altered(random.pick(CONFIGURATIONS), random, PALETTE);
  if (random.chance(0.5)) return { document, canary: undefined };
  if (random.chance(0.6)) {
    const canary = random.pick(CANARIES);
    return { document: planted(document, canary.value, random, PALETTE.names), canary };
  }
  const canary = random.pick([...CANARIES, ...SHORT_CANARIES]);
  return { document: plantedAt(document, canary.value, random, SECRET_MEMBERS), canary };
}

/** Calls something that may refuse: what it refused with, or undefined. */
async function refusalOf(call: () => unknown): Promise<unknown> {
  try {
    await call();
    return undefined;
  } catch (error) {
    return error ?? 'nothing';
  }
}

class ConfigurationFuzzer implements Fuzzer {
  readonly counts: Counts = new Map();
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  async run(index: number): Promise<Find | undefined> {
    const random = randomOf(this.#seed, index);
    const { document, canary } = draw(random);
    const json = JSON.stringify(document) ?? 'undefined';
    // What does not begin with a brace is the path of a file.
    const text = json.startsWith('{') && random.chance(0.3) ? alteredJson(json, random) : json;
    const isReady = random.chance(0.1);
    const read = (one: string) => this.#problem('readConfiguration', () => readConfiguration(one), canary);
    const use = (one: unknown) => this.#useProblem(one, canary, isReady);
    const find = (what: string, minimal: string): Find => ({
      target: 'configuration',
      seed: this.#seed,
      index,
      what,
      minimal,
    });
    const readProblem = await read(text);
    if (readProblem !== undefined) {
      const short = await reduceText(
        text,
        async (fewer) => kindOf(await read(fewer)) === kindOf(readProblem),
      );
      return find((await read(short)) ?? readProblem, short);
    }
    const useProblem = await use(document);
    if (useProblem === undefined) return undefined;
    const short = await reduceDocument(
      document,
      async (fewer) => kindOf(await use(fewer)) === kindOf(useProblem),
    );
    return find((await use(short)) ?? useProblem, JSON.stringify(short));
  }

  /** What is wrong with a call that may refuse. */
  async #problem(name: string, call: () => unknown, canary: Canary | undefined): Promise<string | undefined> {
    const error = await refusalOf(call);
    if (error === undefined) {
      count(this.counts, `${name}: done`);
      return undefined;
    }
    if (!isWorkloadIdentityError(error)) return `${name} threw ${writtenOf(error)}`;
    count(this.counts, `${name}: ${error.code}`);
    const part = canary && leakOf(writtenOf(error), canary);
    return part === undefined
      ? undefined
      : `${name} shows ${part}, a part of ${canary?.name}: ${error.message}`;
  }

  /** Uses a configuration in the program, as far as it goes without a key. */
  async #useProblem(
    document: unknown,
    canary: Canary | undefined,
    isReady: boolean,
  ): Promise<string | undefined> {
    let identity: WorkloadIdentity | undefined;
    const refused = await this.#problem(
      'createWorkloadIdentity',
      () => {
        identity = createWorkloadIdentity(document as Configuration, { signals: false });
      },
      canary,
    );
    if (identity === undefined) return refused;
    const { ready, status, close } = identity;
    const part = canary && leakOf(JSON.stringify(status()), canary);
    const problem = isReady ? await this.#problem('ready', ready, canary) : undefined;
    close();
    if (part !== undefined) return `the status shows ${part}, a part of ${canary?.name}`;
    if (problem !== undefined) return problem;
    const isValid = isValidJson(JSON.parse(JSON.stringify(document)));
    return isValid ? undefined : 'the configuration is taken, and its JSON Schema refuses it';
  }
}

/** Altered configurations: taken, or refused with a code and without a secret. */
export const configuration: Target = {
  name: 'configuration',
  cases: 'configurations',
  runs: 500_000,
  open: async (seed) => new ConfigurationFuzzer(seed),
};
