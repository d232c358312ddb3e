import { resolve } from 'node:path';
import { describeFile, FileRefusal, readSourceFileSync } from '@workload-identity/core/sources';
import type { Configuration } from './configuration.ts';
import { configInvalid, parseConfiguration } from './parse-configuration.ts';

const VARIABLE = 'WORKLOAD_IDENTITY_CONFIG';
const DEFAULT_FILE = './workload-identity.json';
const MAX_BYTES = 1024 * 1024;
const FIX = `fix that, or set ${VARIABLE} to the path of another file or to the JSON itself`;

/** Without a working directory, a relative path leads nowhere, and the system says so of the file. */
function checkWorkingDirectory(file: string): void {
  try {
    resolve(file);
  } catch {
    throw configInvalid(describeFile(file), [
      'found no working directory: it was removed; start the service in one that is there',
    ]);
  }
}

function readText(file: string): string {
  checkWorkingDirectory(file);
  let bytes: Uint8Array;
  try {
    bytes = readSourceFileSync(file, { most: MAX_BYTES });
  } catch (error) {
    if (!(error instanceof FileRefusal)) throw error;
    throw configInvalid(describeFile(file), [`found a file that ${error.message}; ${FIX}`]);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw configInvalid(describeFile(file), ['found bytes that are not UTF-8; save it as UTF-8']);
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
  return parseConfiguration(readText(text), describeFile(text));
}
