import { inspect } from 'node:util';

/** All that a value shows to whoever logs it, errors with their causes. */
export function shown(...values: readonly unknown[]): string {
  return values
    .flatMap((value) => [
      inspect(value, { depth: 20, showHidden: true, getters: true }),
      String(value),
      stringify(value),
      value instanceof Error ? `${value.stack} ${shown(value.cause)}` : '',
    ])
    .join('\n');
}

function stringify(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '';
  }
}
