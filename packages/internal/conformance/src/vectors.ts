import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BESIDE = fileURLToPath(new URL('../../../../../shared/vectors', import.meta.url));

/** The folder of vectors: `CONFORMANCE_VECTORS`, or `shared/vectors` beside the checkout. Undefined where there is none. */
export function findVectors(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const folder = environment.CONFORMANCE_VECTORS ?? BESIDE;
  return existsSync(join(folder, 'wycheproof')) && existsSync(join(folder, 'x509-limbo'))
    ? folder
    : undefined;
}

/** Reads one file of vectors. Its form is its authors'; a suite reads the members it names. */
export function readVectors<Form>(folder: string, file: string): Form {
  return JSON.parse(readFileSync(join(folder, file), 'utf8')) as Form;
}
