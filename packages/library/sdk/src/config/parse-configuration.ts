import { WorkloadIdentityError } from '@workload-identity/contract';
import { describeIssues } from '@workload-identity/contract/schemas';
import { readJsonText } from '@workload-identity/core/sources';
import type { Configuration } from './configuration.ts';
import { configurationSchema, type Settings } from './schema.ts';

/** The error for a configuration: where it comes from, and every mistake on a line of its own. */
export function configInvalid(origin: string, mistakes: readonly string[]): WorkloadIdentityError {
  const count = mistakes.length === 1 ? '1 mistake' : `${mistakes.length} mistakes`;
  const lines = mistakes.map((mistake) => `\n  ${mistake}`);
  return new WorkloadIdentityError('config_invalid', { detail: `${count} in ${origin}${lines.join('')}` });
}

/**
 * Reads a configuration that is already an object.
 * @param origin where it comes from, as the error names it
 * @param known mistakes found before
 * @throws WorkloadIdentityError `config_invalid`, with every mistake
 */
export function readSettings(value: unknown, origin: string, known: readonly string[] = []): Settings {
  const result = configurationSchema.safeParse(value);
  const mistakes = [...known, ...(result.success ? [] : describeIssues(result.error, value))];
  if (!result.success || mistakes.length > 0) throw configInvalid(origin, mistakes);
  return result.data;
}

/**
 * Reads a configuration from its text.
 * @throws WorkloadIdentityError `config_invalid`, with every mistake
 */
export function parseConfiguration(text: string, origin: string): Configuration {
  const { value, mistakes } = readJsonText(text);
  if (value === undefined) throw configInvalid(origin, mistakes);
  readSettings(value, origin, mistakes);
  return value as Configuration;
}
