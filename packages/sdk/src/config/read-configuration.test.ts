import { mkdirSync, mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ORDERS, openScene } from '../../test/scene.ts';
import { readConfiguration } from './read-configuration.ts';

const CONFIGURATION = { workload: ORDERS, verify: { bundle: { file: 'bundle.json' } } };
const TEXT = JSON.stringify(CONFIGURATION, null, 2);

function setVariable(value: string | undefined): void {
  vi.stubEnv('WORKLOAD_IDENTITY_CONFIG', value);
  onTestFinished(() => void vi.unstubAllEnvs());
}

describe('readConfiguration', () => {
  it('reads the file the variable names', () => {
    setVariable(openScene().write('orders.json', TEXT));
    expect(readConfiguration()).toEqual(CONFIGURATION);
  });

  it('reads the JSON in the variable, white space around it or not', () => {
    setVariable(`\n ${TEXT}\n`);
    expect(readConfiguration()).toEqual(CONFIGURATION);
  });

  it('reads ./workload-identity.json when the variable is not set', () => {
    const scene = openScene();
    scene.write('workload-identity.json', TEXT);
    setVariable(undefined);
    const folder = process.cwd();
    onTestFinished(() => process.chdir(folder));
    process.chdir(scene.folder);
    expect(readConfiguration()).toEqual(CONFIGURATION);
  });

  it('reads the file or the JSON it is given, whatever the variable says', () => {
    setVariable('/does/not/exist.json');
    expect(readConfiguration(TEXT)).toEqual(CONFIGURATION);
  });

  it('names the file in every error', () => {
    const file = openScene().write('orders.json', '{"workload": "x"}');
    expect(() => readConfiguration(file)).toThrow(`2 mistakes in the file ${file}\n`);
    expect(() => readConfiguration('{}')).toThrow('mistakes in WORKLOAD_IDENTITY_CONFIG (inline)\n');
  });

  it('tells what to do about a file that cannot be read', () => {
    const scene = openScene();
    mkdirSync(scene.path('folder'));
    expect(() => readConfiguration(scene.path('none.json'))).toThrow(
      'found a file that cannot be read: ENOENT; fix that, or set WORKLOAD_IDENTITY_CONFIG to the path of another file',
    );
    expect(() => readConfiguration(scene.path('folder'))).toThrow('found a file that is a folder');
  });

  // Elsewhere a directory that is in use cannot be removed.
  it.skipIf(process.platform === 'win32')('tells that the working directory was removed', () => {
    const before = process.cwd();
    const folder = mkdtempSync(join(tmpdir(), 'workload-identity-'));
    try {
      process.chdir(folder);
      rmdirSync(folder);
      expect(() => readConfiguration('orders.json')).toThrow('found no working directory');
    } finally {
      process.chdir(before);
    }
  });

  it.each(['', '  \n'])('refuses the variable when it is set to %j: nobody meant that', (value) => {
    setVariable(value);
    expect(() => readConfiguration()).toThrow('found an empty value');
  });

  it('refuses a file that is not UTF-8, starts with a byte order mark, or is too large', () => {
    const scene = openScene();
    expect(() => readConfiguration(scene.write('bom.json', `\uFEFF${TEXT}`))).toThrow('byte order mark');
    expect(() => readConfiguration(scene.write('large.json', TEXT + ' '.repeat(1024 * 1024)))).toThrow(
      'found a file that is larger than 1024 KiB',
    );
    const latin = scene.write('latin.json', Buffer.from([0x7b, 0xff, 0x7d]));
    expect(() => readConfiguration(latin)).toThrow('not UTF-8');
  });
});
