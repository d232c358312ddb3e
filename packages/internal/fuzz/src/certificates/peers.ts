import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Certified } from '../world/certificates.ts';
import { NOW } from '../world/names.ts';

/** Another implementation, which reads chains line by line and answers each. */
export interface Peer {
  readonly name: string;
  /** The answer to a chain: `ok`, or why not. */
  ask(chain: readonly Buffer[]): Promise<string>;
  close(): void;
}

const INTEROP = fileURLToPath(new URL('../../../conformance/interop/', import.meta.url));
const ROOT = fileURLToPath(new URL('../../../../../', import.meta.url));
const PYTHON = join(ROOT, '.venv', 'bin', 'python');

const runs = (program: string, args: readonly string[]): boolean => spawnSync(program, args).status === 0;

/** Whether Python has what the program for it needs, and whether there is Go. */
export const hasPython = (): boolean => existsSync(PYTHON) && runs(PYTHON, ['-c', 'import cryptography']);
export const hasGo = (): boolean => runs('go', ['version']);

function peerOf(
  name: string,
  child: ChildProcessWithoutNullStreams,
  anchors: readonly Certified[],
  end: () => void,
): Peer {
  const waiting: ((answer: string) => void)[] = [];
  const errors: string[] = [];
  createInterface(child.stdout).on('line', (line) => waiting.shift()?.(line));
  child.stderr.on('data', (text) => errors.push(String(text)));
  child.on('exit', () => {
    for (const answer of waiting.splice(0)) answer(`${name} ended: ${errors.join('')}`);
  });
  child.stdin.write(`${JSON.stringify({ now: NOW, anchors: anchors.map(({ pem }) => pem) })}\n`);
  return {
    name,
    ask: (chain) =>
      new Promise((resolve) => {
        waiting.push(resolve);
        child.stdin.write(`${chain.map((der) => der.toString('base64')).join(' ')}\n`);
      }),
    close() {
      child.stdin.end();
      end();
    },
  };
}

/** Python's `cryptography`. */
export function openPython(anchors: readonly Certified[]): Peer {
  const child = spawn(PYTHON, ['-B', join(INTEROP, 'python', 'stream_chains.py')]);
  return peerOf('cryptography', child, anchors, () => undefined);
}

/** Go's `crypto/x509`. @throws Error where it cannot be built */
export function openGo(anchors: readonly Certified[]): Peer {
  const folder = mkdtempSync(join(tmpdir(), 'workload-identity-fuzz-'));
  const program = join(folder, 'interop');
  const built = spawnSync('go', ['build', '-o', program, '.'], {
    cwd: join(INTEROP, 'go'),
    encoding: 'utf8',
  });
  if (built.status !== 0) throw new Error(`go build failed: ${built.stderr}`);
  const child = spawn(program, ['-chains']);
  return peerOf('crypto/x509', child, anchors, () => rmSync(folder, { recursive: true, force: true }));
}
