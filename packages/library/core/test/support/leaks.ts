import { inspect } from 'node:util';
import { expect } from 'vitest';

/** All that a thrown value could show in a log. */
export function shown(value: unknown): string {
  const parts = [String(value), inspect(value, { depth: Infinity, showHidden: true })];
  try {
    parts.push(JSON.stringify(value));
  } catch {
    // What cannot be serialised shows nothing this way.
  }
  for (let error = value; error instanceof Error; error = error.cause) {
    parts.push(error.message, error.stack ?? '', JSON.stringify(Object.getOwnPropertyDescriptors(error)));
  }
  return parts.join('\n');
}

/** Every form in which a secret could be written. */
function forms(secret: string | Uint8Array): readonly string[] {
  const bytes = Buffer.from(secret as string);
  return [
    ...[bytes.toString('utf8'), bytes.toString('base64'), bytes.toString('base64url'), bytes.toString('hex')],
    ...[bytes.toString('latin1'), [...bytes].join(', '), bytes.toString('hex').replaceAll(/..(?!$)/g, '$& ')],
  ];
}

/** What some work throws, or that it did not. */
export async function thrownBy(work: () => unknown): Promise<unknown> {
  try {
    return { resolved: await work() };
  } catch (error) {
    return error;
  }
}

/** Expects that a text holds none of the secrets, however they are written. */
export function expectSilence(text: string, secrets: readonly (string | Uint8Array)[]): void {
  for (const secret of secrets)
    for (const form of forms(secret)) expect(text.includes(form), form).toBe(false);
}
