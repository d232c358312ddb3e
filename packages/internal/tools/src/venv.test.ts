import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { installPackages, REQUIREMENTS, venv } from './venv.mjs';
import { root } from './workspace.ts';

const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** What a requirements file pins: its rows, each a name with its version and its hashes. */
const rows = (text: string): readonly string[] =>
  text
    .replaceAll('\\\n', '')
    .split('\n')
    .filter((line) => line !== '' && !/^\s*#/.test(line));
const ROW = /^(?<name>[a-z0-9-]+)==(?<version>[a-z0-9.]+)(?: ; [^\\]+?)?(?:\s+--hash=sha256:[0-9a-f]{64})+$/;

describe('attack 62: a Python package without a hash', () => {
  it('is in no requirements file, and every such file is installed', () => {
    const { stdout } = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
      cwd: root,
      encoding: 'utf8',
    });
    const files = stdout
      .split('\n')
      .filter((file) => /(?:^|\/)requirements[^/]*\.txt$/.test(file) && existsSync(join(root, file)));
    expect(files.sort()).toEqual([...REQUIREMENTS].sort());
    for (const file of files) {
      expect(rows(read(file)).length).toBeGreaterThan(0);
      for (const row of rows(read(file))) expect(row).toMatch(ROW);
    }
  });

  it.each(REQUIREMENTS)(
    'is not what is asked for: %s has each row of requirements.in, and says how it was compiled',
    (file) => {
      const text = read(file);
      expect(text).toContain('uv pip compile --generate-hashes --universal');
      const pinned = rows(text).map((row) => ROW.exec(row)?.groups);
      for (const row of rows(read(join(dirname(file), 'requirements.in')))) {
        const [name, version] = row
          .replace(/\[.*\]/, '')
          .toLowerCase()
          .split('==');
        expect(pinned).toContainEqual({ name, version });
      }
    },
  );

  it('does not come in by two files that pin one package differently', () => {
    const nameOf = (row: string): string => ROW.exec(row)?.groups?.['name'] ?? '';
    const [first, ...others] = REQUIREMENTS.map((file) => rows(read(file)));
    const pinned = new Set(first?.map(nameOf));
    const shared = others.flat().filter((row) => pinned.has(nameOf(row)));
    expect(shared.map(nameOf)).toContain('cryptography');
    expect(first).toEqual(expect.arrayContaining(shared));
  });
});

const hasPython = spawnSync('python3', ['-c', 'import venv, ensurepip']).status === 0;
const due = hasPython || process.env['CI'] === 'true';

describe.skipIf(!due)('attack 62: the folder .venv', { timeout: 120_000 }, () => {
  const work = mkdtempSync(join(tmpdir(), 'workload-identity-venv-'));
  const folder = join(work, 'venv');
  const requirements = [join(work, 'requirements.txt')];
  const program = join(folder, 'bin', 'tool');

  /** Puts a wheel with one program where pip looks. Gives its hash. */
  function offer(says: string, name = 'tool'): string {
    const script = [
      'import sys, zipfile',
      'path, name, says = sys.argv[1:]',
      'info = f"{name}-1.0.dist-info/"',
      'with zipfile.ZipFile(path, "w") as wheel:',
      '  wheel.writestr(f"{name}.py", f"def main(): print({says!r})")',
      '  wheel.writestr(info + "METADATA", f"Metadata-Version: 2.1\\nName: {name}\\nVersion: 1.0\\n")',
      '  wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")',
      '  wheel.writestr(info + "entry_points.txt", f"[console_scripts]\\n{name} = {name}:main\\n")',
      '  wheel.writestr(info + "RECORD", "")',
    ].join('\n');
    const wheel = join(work, `${name}-1.0-py3-none-any.whl`);
    const { status, stderr } = spawnSync('python3', ['-c', script, wheel, name, says], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return sha256(wheel);
  }
  const sha256 = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');
  const pin = (hash: string): void =>
    writeFileSync(join(work, 'requirements.txt'), `tool==1.0 --hash=sha256:${hash}\n`);
  const plant = (): void => writeFileSync(program, '#!/bin/sh\necho planted\n', { mode: 0o755 });
  const says = (): string => spawnSync(program, { encoding: 'utf8' }).stdout;

  beforeAll(() => {
    vi.stubEnv('PIP_NO_INDEX', '1');
    vi.stubEnv('PIP_FIND_LINKS', work);
    pin(offer('good'));
    expect(venv({ folder, requirements })).toBe(true);
    expect(says()).toBe('good\n');
  }, 120_000);

  afterAll(() => {
    vi.unstubAllEnvs();
    rmSync(work, { recursive: true });
  });

  it('is made once', () => {
    expect(venv({ folder, requirements })).toBe(false);
  });

  it('is not believed by who asks for a fresh one, whatever mark stands in it; what a link led to is left alone', () => {
    const elsewhere = join(work, 'elsewhere');
    mkdirSync(join(elsewhere, 'bin'), { recursive: true });
    writeFileSync(join(elsewhere, 'requirements.sha256'), readFileSync(join(folder, 'requirements.sha256')));
    rmSync(folder, { recursive: true });
    symlinkSync(elsewhere, folder);
    plant();
    expect(says()).toBe('planted\n');
    expect(venv({ folder, requirements, fresh: true })).toBe(true);
    expect(says()).toBe('good\n');
    expect(readdirSync(join(elsewhere, 'bin'))).toEqual(['tool']);
  });

  it('is made again when it is of other requirements', () => {
    plant();
    writeFileSync(join(folder, 'requirements.sha256'), 'of another time');
    expect(venv({ folder, requirements })).toBe(true);
    expect(says()).toBe('good\n');
  });

  it('has no package without a hash', () => {
    offer('good', 'other');
    writeFileSync(join(work, 'requirements.txt'), 'other==1.0\n');
    expect(() => installPackages(folder, requirements)).toThrow(/hashes are required/i);
  });

  it('has no package that must be built: its own code would run before anything is checked', () => {
    const trace = join(work, 'trace');
    mkdirSync(join(work, 'built-1.0'));
    writeFileSync(join(work, 'built-1.0', 'setup.py'), `open(${JSON.stringify(trace)}, 'w').close()\n`);
    const { status } = spawnSync('tar', ['-czf', 'built-1.0.tar.gz', 'built-1.0'], { cwd: work });
    expect(status).toBe(0);
    const hash = sha256(join(work, 'built-1.0.tar.gz'));
    writeFileSync(join(work, 'requirements.txt'), `built==1.0 --hash=sha256:${hash}\n`);
    expect(() => installPackages(folder, requirements)).toThrow(
      'No matching distribution found for built==1.0',
    );
    expect(existsSync(trace)).toBe(false);
  });

  it('has no package of the wrong hash, and is not taken for made', () => {
    pin(sha256(join(work, 'tool-1.0-py3-none-any.whl')));
    offer('planted');
    expect(() => venv({ folder, requirements, fresh: true })).toThrow(/DO NOT MATCH THE HASHES/);
    expect(existsSync(program)).toBe(false);
    expect(existsSync(join(folder, 'requirements.sha256'))).toBe(false);
  });
});
