import { type TrustBundle, WorkloadIdentityError } from '@workload-identity/contract';
import { parseStrictJson } from '../jws/strict-json.ts';
import { describeFile } from '../sources/describe-source.ts';
import { FileRefusal } from '../sources/file-rules.ts';
import { readSourceFile } from '../sources/read-file.ts';
import { readJsonText } from './json-text.ts';

const MAX_BUNDLE_BYTES = 16 * 1024 * 1024;
const BUNDLE_DEPTH = 16;

/**
 * Reads a bundle file as text: UTF-8, at most 16 MiB, and nobody else may write it.
 * @throws WorkloadIdentityError `bundle_unavailable`, `bundle_invalid`
 */
export async function readBundleFile(file: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readSourceFile(file, { most: MAX_BUNDLE_BYTES });
  } catch (error) {
    if (!(error instanceof FileRefusal)) throw error;
    throw new WorkloadIdentityError('bundle_unavailable', {
      detail: `${describeFile(file)} ${error.message}`,
    });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new WorkloadIdentityError('bundle_invalid', { detail: `${describeFile(file)} is not UTF-8` });
  }
}

/**
 * Reads a bundle from its text.
 * @throws WorkloadIdentityError `bundle_invalid`, with every mistake, or with the first one where the text is not JSON
 */
export async function parseBundleText(text: string): Promise<TrustBundle> {
  const value = parseStrictJson(text, BUNDLE_DEPTH);
  if (value === undefined) {
    const [mistake = 'a string is not well-formed, or it nests too deeply'] = readJsonText(text).mistakes;
    throw new WorkloadIdentityError('bundle_invalid', { detail: `it is not strict JSON: ${mistake}` });
  }
  // Loaded on first use: the schemas are not needed to mint, and not on the way of a request.
  const { parseTrustBundle } = await import('@workload-identity/contract/schemas');
  return parseTrustBundle(value);
}
