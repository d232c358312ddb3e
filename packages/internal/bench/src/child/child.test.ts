import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, startChild, stopChild } from './child.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'workload-identity-bench-child-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A module for a child, by its path from the folder of the children. */
function module(name: string, source: string): string {
  writeFileSync(join(folder, name), source);
  return relative(import.meta.dirname, join(folder, name));
}

describe('a child', () => {
  test('is a process of its own that answers one message after the other, until it is stopped', async () => {
    const echo = module(
      'echo.mjs',
      'process.on("message", (message) => process.send({ ...message, pid: process.pid }))',
    );
    const { child, answer } = await startChild<{ a: number; pid: number }>(echo, { a: 1 });
    expect(answer).toEqual({ a: 1, pid: child.pid });
    expect(child.pid).not.toBe(process.pid);
    expect(await ask(child, { a: 2 })).toEqual({ a: 2, pid: child.pid });
    expect(child.listenerCount('message')).toBe(0);
    await stopChild(child);
    expect(child.signalCode).toBe('SIGTERM');
    await stopChild(child);
  });

  test('that ends without an answer is an error', async () => {
    const gone = module('gone.mjs', 'process.once("message", () => process.exit(3))');
    await expect(startChild(gone, {})).rejects.toThrow('gone.mjs ended with exit code 3');
  });

  test('is started with the arguments Node is given', async () => {
    const collects = module(
      'collects.mjs',
      'process.once("message", () => process.send({ gc: typeof globalThis.gc }))',
    );
    const { child, answer } = await startChild(collects, {}, ['--expose-gc']);
    await stopChild(child);
    expect(answer).toEqual({ gc: 'function' });
  });
});
