import { format } from 'node:util';
import { events } from '@workload-identity/core';
import { onTestFinished, vi } from 'vitest';
import { shown } from '../../core/test/support/leaks.ts';
import { watchWarnings } from '../../core/test/support/warnings.ts';
import { watch } from './scene.ts';

/** Watches all that this process could tell a log of: events on every channel, warnings, standard output and error. */
export function watchOutput(): () => Promise<string> {
  const channels = Object.keys(events).map(watch);
  const warnings = watchWarnings();
  const written: string[] = [];
  const take = (...parts: unknown[]): boolean => written.push(format(...parts)) > 0;
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((text) => take(String(text)));
  }
  for (const method of ['debug', 'error', 'info', 'log', 'trace', 'warn'] as const) {
    vi.spyOn(console, method).mockImplementation(take);
  }
  onTestFinished(() => void vi.restoreAllMocks());
  return async () => [...[...channels.flat(), ...(await warnings())].map(shown), ...written].join('\n');
}
