import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..', '..', '..');
const interop = join(import.meta.dirname, '..', 'interop');
const vectors = join(root, 'packages', 'library', 'contract', 'vectors', 'v1');
const python = join(root, '.venv', 'bin', 'python');
const script = join(interop, 'python', 'verify_vectors.py');

interface Outcome {
  readonly status: number | null;
  readonly output: string;
}

function run(program: string, args: readonly string[], cwd = root): Outcome {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  return { status, output: `${stdout ?? ''}${stderr ?? ''}`.trim() };
}

/** A suite that needs a component. Without it the suite is skipped; under `CI=true` it fails. */
function describeWith(isThere: boolean, name: string, how: string, suite: () => void): void {
  if (isThere) {
    describe(name, suite);
    return;
  }
  test(name, ({ skip }) => {
    if (process.env['CI'] === 'true') expect.fail(`${name} cannot run: ${how}`);
    skip(`${name} cannot run: ${how}`);
  });
}

const countOf = (file: string): number =>
  (JSON.parse(readFileSync(join(vectors, file), 'utf8')) as { vectors: unknown[] }).vectors.length;
const totals = (language: string): string => {
  const [valid, invalid] = [countOf('valid-ca.json'), countOf('invalid-ca.json')];
  return `${language}: ${valid} of ${valid} accepted, ${invalid} of ${invalid} refused`;
};

let swapped: string;

// The same vectors with two tokens in each other's place: a program that cannot fail would not notice.
beforeAll(() => {
  swapped = mkdtempSync(join(tmpdir(), 'workload-identity-interop-'));
  cpSync(vectors, swapped, { recursive: true });
  const [valid, invalid] = ['valid-ca.json', 'invalid-ca.json'].map((name) => ({
    file: join(swapped, name),
    document: JSON.parse(readFileSync(join(swapped, name), 'utf8')) as { vectors: { token: string }[] },
  }));
  const [good, bad] = [valid?.document.vectors[0], invalid?.document.vectors[0]];
  if (valid === undefined || invalid === undefined || good === undefined || bad === undefined) {
    throw new Error('there are no vectors');
  }
  [good.token, bad.token] = [bad.token, good.token];
  for (const { file, document } of [valid, invalid]) writeFileSync(file, JSON.stringify(document));
});

afterAll(() => rmSync(swapped, { recursive: true, force: true }));

function suite(language: string, verify: (folder: string) => Outcome): void {
  it('accepts every valid vector of the ca rung and refuses every invalid one', () => {
    expect(verify(vectors)).toEqual({ status: 0, output: totals(language) });
  });

  it('fails where an invalid token stands among the valid ones, and the other way round', () => {
    const { status, output } = verify(swapped);
    expect(status).toBe(1);
    expect(output).toContain('self-root: refused: ');
    expect(output).toContain('anchor-unknown: accepted');
  });
}

const hasPython = existsSync(python) && run(python, ['-c', 'import cryptography, jwt']).status === 0;
describeWith(hasPython, 'PyJWT and cryptography', 'npm run setup:python', () => {
  suite('python', (folder) => run(python, ['-B', script, folder]));
});

const hasGo = run('go', ['version']).status === 0;
describeWith(hasGo, 'crypto/x509 and golang-jwt', 'install Go 1.24 or later', () => {
  let program: string;

  beforeAll(() => {
    program = join(mkdtempSync(join(tmpdir(), 'workload-identity-go-')), 'interop');
    const built = run('go', ['build', '-o', program, '.'], join(interop, 'go'));
    if (built.status !== 0) throw new Error(`go build failed: ${built.output}`);
  }, 120_000);

  afterAll(() => rmSync(join(program, '..'), { recursive: true, force: true }));

  suite('go', (folder) => run(program, [folder]));
});
