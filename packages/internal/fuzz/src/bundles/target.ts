import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  isWorkloadIdentityError,
  type SecretReference,
  type TrustBundle,
  WorkloadIdentityError,
} from '@workload-identity/contract';
import { parseTrustBundle } from '@workload-identity/contract/schemas';
import schema from '@workload-identity/contract/schemas/trust-bundle.schema.json' with { type: 'json' };
import { createBundleSource } from '@workload-identity/core';
import { checkAnchors } from '@workload-identity/x5c';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { CANARIES, type Canary, leakOf, writtenOf } from '../documents/canary.ts';
import { altered, planted } from '../documents/mutate.ts';
import { alteredJson } from '../documents/mutate-text.ts';
import { kindOf, reduceDocument, reduceText } from '../documents/reduce.ts';
import { type Counts, count, type Find, type Fuzzer, type Target } from '../fuzzer.ts';
import { isMembers, strictJson } from '../oracle/json.ts';
import { readTrust } from '../oracle/trust.ts';
import { type Random, randomOf } from '../random.ts';
import { TRUST_DOMAIN } from '../world/names.ts';
import { keepsRulesBeyondSchema, mayHoldSecret } from './beyond.ts';
import { documentOf, PALETTE, SECRETS } from './documents.ts';
import { differenceOf } from './trust.ts';

const isValidJson = new Ajv2020({ strict: false }).compile(schema);
const CODES = ['bundle_invalid', 'key_invalid', 'secret_unavailable', 'bundle_unavailable'];
const DEPTH = 16;

/** Where the secrets of this target could show up without having been planted. */
const SECRET_CANARIES: readonly Canary[] = [...SECRETS].map(([name, text]) => ({
  name: `the secret ${name}`,
  value: text,
  secrets: text.includes('-----BEGIN')
    ? (CANARIES.find(({ name: one }) => one === 'PEM') as Canary).secrets
    : [text.trim()],
}));

async function readSecret({ env, file }: SecretReference): Promise<string> {
  const text = SECRETS.get(env ?? '');
  if (text !== undefined) return text;
  throw new WorkloadIdentityError('secret_unavailable', {
    detail: env === undefined ? 'a file' : 'a variable',
    cause: file,
  });
}

const secretText = (written: string): string =>
  SECRETS.get((JSON.parse(written) as { env?: string }).env ?? '') ?? '';

/** Holds the schema of the project against the JSON Schema it publishes. */
function schemaProblem(value: unknown, text: string, counts: Counts): string | undefined {
  let isRead = true;
  try {
    parseTrustBundle(value);
  } catch (error) {
    if (!isWorkloadIdentityError(error, 'bundle_invalid'))
      return `parseTrustBundle threw ${writtenOf(error)}`;
    isRead = false;
    const leak = leakIn(error, text);
    if (leak !== undefined) return leak;
  }
  const wanted = isValidJson(value) && keepsRulesBeyondSchema(value);
  count(counts, `schema: ${isRead ? 'takes' : 'refuses'}`);
  if (isRead === wanted || (wanted && mayHoldSecret(value))) return undefined;
  return `the schema ${isRead ? 'takes' : 'refuses'} what the JSON Schema and its rules ${wanted ? 'take' : 'refuse'}`;
}

/** A secret that stands in the text, or in a variable, and in what an error says. */
function leakIn(error: unknown, text: string): string | undefined {
  const written = writtenOf(error);
  for (const canary of [...CANARIES.filter((one) => leakOf(text, one) !== undefined), ...SECRET_CANARIES]) {
    const part = leakOf(written, canary);
    if (part !== undefined)
      return `an error shows ${part}, a part of ${canary.name}: ${written.split('\n')[0]}`;
  }
  return undefined;
}

class BundleFuzzer implements Fuzzer {
  readonly counts: Counts = new Map();
  readonly #seed: number;
  readonly #folder = mkdtempSync(join(tmpdir(), 'workload-identity-fuzz-'));
  readonly #file = join(this.#folder, 'bundle.json');

  constructor(seed: number) {
    this.#seed = seed;
  }

  async run(index: number): Promise<Find | undefined> {
    const random = randomOf(this.#seed, index);
    const document = this.#draw(random);
    const json = JSON.stringify(document) ?? 'undefined';
    const asText = random.chance(0.4);
    const text = asText && json.startsWith('{') ? alteredJson(json, random) : json;
    const what = asText ? await this.#load(text) : await this.#problem(document);
    if (what === undefined) return undefined;
    const isSame = (problem: string | undefined): boolean => kindOf(problem) === kindOf(what);
    const minimal = asText
      ? await reduceText(text, async (fewer) => isSame(await this.#load(fewer)))
      : JSON.stringify(await reduceDocument(document, async (fewer) => isSame(await this.#problem(fewer))));
    return { target: 'bundles', seed: this.#seed, index, what, minimal };
  }

  async #problem(document: unknown): Promise<string | undefined> {
    const text = JSON.stringify(document) ?? 'undefined';
    const problem = schemaProblem(document, text, this.counts);
    const isObject = typeof document === 'object' && document !== null;
    return problem ?? (isObject ? this.#load(text, document) : undefined);
  }

  #draw(random: Random): unknown {
    const document = altered(documentOf(random), random, PALETTE);
    if (!random.chance(0.15)) return document;
    const { value } = random.pick(CANARIES);
    const spoiled = planted(document, value, random, PALETTE.names);
    // A trust domain is a name, and is shown as one, whatever its letters are.
    const isName = typeof spoiled === 'object' && spoiled !== null && Object.values(spoiled).includes(value);
    return isName ? { ...spoiled, trustDomain: TRUST_DOMAIN } : spoiled;
  }

  /** Loads a bundle, from a file unless the document itself is given. */
  async #load(text: string, document?: object): Promise<string | undefined> {
    if (document === undefined) writeFileSync(this.#file, text, { mode: 0o600 });
    const source = createBundleSource({
      bundle: document === undefined ? { file: this.#file } : (document as TrustBundle),
      readSecret,
      check: checkAnchors,
      pollInterval: 0,
    });
    try {
      await source.ready();
      count(this.counts, 'loaded');
      const read = strictJson(text, DEPTH);
      if (!isMembers(read)) return 'it loaded a text that is not strict JSON, or no object';
      return differenceOf(source.current(), readTrust(read, secretText));
    } catch (error) {
      if (!isWorkloadIdentityError(error)) return `ready threw ${writtenOf(error)}`;
      count(this.counts, error.code);
      return CODES.includes(error.code) ? leakIn(error, text) : `ready failed with ${error.code}`;
    } finally {
      source.close();
    }
  }

  async close(): Promise<void> {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Altered trust bundles: loaded as an independent reading has them, or refused with a code and without a secret. */
export const bundles: Target = {
  name: 'bundles',
  cases: 'bundles',
  runs: 300_000,
  open: async (seed) => new BundleFuzzer(seed),
};
