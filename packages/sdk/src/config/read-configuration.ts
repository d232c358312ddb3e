import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Configuration } from './configuration.ts';
import { configInvalid, parseConfiguration } from './parse-configuration.ts';

const VARIABLE = 'WORKLOAD_IDENTITY_CONFIG';
const DEFAULT_FILE = './workload-identity.json';
const MAX_BYTES = 1024 * 1024;
const MEND = `write the configuration there, or set ${VARIABLE} to the path of another file or to the JSON itself`;

function readText(file: string): string {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    const code = (cause as { code?: string }).code ?? 'unreadable';
    throw configInvalid(file, [`found no file that can be read (${code}); ${MEND}`]);
  }
  if (bytes.length > MAX_BYTES) throw configInvalid(file, ['found more than 1 MiB; allowed: at most 1 MiB']);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw configInvalid(file, ['found bytes that are not UTF-8; save it as UTF-8']);
  }
}

function absolutePath(file: string): string {
  try {
    return resolve(file);
  } catch {
    throw configInvalid(file, [
      'found no working directory: it was removed; start the service in one that is there',
    ]);
  }
}

/**
 * Reads a configuration: inline JSON (it starts with `{`) or the path of a file, relative to the working directory.
 * @param source default: the environment variable `WORKLOAD_IDENTITY_CONFIG`, or `./workload-identity.json` when that is not set
 * @throws WorkloadIdentityError `config_invalid`, with every mistake: the file, the path in it, what was found, what is allowed
 */
export function readConfiguration(source: string | undefined = process.env[VARIABLE]): Configuration {
  const text = source?.trim() ?? DEFAULT_FILE;
  if (text === '') throw configInvalid(VARIABLE, [`found an empty value; unset it to read ${DEFAULT_FILE}`]);
  if (text.startsWith('{')) return parseConfiguration(text, `${VARIABLE} (inline)`);
  const file = absolutePath(text);
  return parseConfiguration(readText(file), file);
}
