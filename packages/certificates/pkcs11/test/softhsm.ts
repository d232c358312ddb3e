import { execFileSync } from 'node:child_process';
import type { KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

const MODULES = [
  process.env['SOFTHSM2_MODULE'] ?? '',
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
];

const softHsm = MODULES.find((file) => file !== '' && existsSync(file));

/** The folder of the addon; undefined when it is not installed or was not built. */
function addon(): string | undefined {
  try {
    const require = createRequire(import.meta.url);
    require('pkcs11js');
    return dirname(require.resolve('pkcs11js'));
  } catch {
    return undefined;
  }
}

const pkcs11js = addon();

const onPath = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));

const missing = [
  softHsm !== undefined && onPath('softhsm2-util') ? '' : 'softhsm2 (apt-get install softhsm2)',
  pkcs11js === undefined ? 'the addon of pkcs11js (npm_config_nodedir=/usr pnpm rebuild pkcs11js)' : '',
  onPath('cc') ? '' : 'a C compiler',
].filter((what) => what !== '');

/** A suite against SoftHSM. Where something is missing for it the suite is skipped; under `CI=true` it fails. */
export function describeWithSoftHsm(name: string, suite: (hsm: SoftHsm) => void): void {
  if (missing.length === 0) {
    describe(name, () => suite(useSoftHsm()));
  } else {
    test(name, ({ skip }) => {
      if (process.env['CI'] === 'true') expect.fail(`missing: ${missing.join(', ')}`);
      skip(`missing: ${missing.join(', ')}`);
    });
  }
}

/** A PIN no error and no log may ever show. */
export const PIN = 'canary-pin-4711';

/** SoftHSM with a folder of its own, and before it a module that does harm when told to. */
export class SoftHsm {
  readonly #folder: string;
  /** SoftHSM itself. */
  readonly module = softHsm ?? '';
  /** The module that does harm; see `faulty-module.c`. */
  readonly faulty: string;
  readonly #rule: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.faulty = join(folder, 'faulty.so');
    this.#rule = join(folder, 'fault');
  }

  setUp(): void {
    const tokens = join(this.#folder, 'tokens');
    const configuration = join(this.#folder, 'softhsm2.conf');
    mkdirSync(tokens);
    writeFileSync(
      configuration,
      `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`,
    );
    vi.stubEnv('SOFTHSM2_CONF', configuration);
    const define = (name: string, value: string) => `-D${name}="${value}"`;
    execFileSync('cc', [
      ...[
        '-shared',
        '-fPIC',
        '-o',
        this.faulty,
        define('TARGET', this.module),
        define('FAULT_FILE', this.#rule),
      ],
      ...[
        `-I${join(pkcs11js ?? '', 'includes', 'pkcs11')}`,
        join(import.meta.dirname, 'faulty-module.c'),
        '-ldl',
      ],
    ]);
  }

  /** Sets the rule of the faulty module; none ends it. */
  fault(rule = ''): void {
    writeFileSync(this.#rule, rule);
  }

  /** What was done to the faulty module, since this process loaded it. */
  state() {
    const [starts = 0, stops = 0, sessions = 0, startFlags = 0, sessionFlags = 0] = readFileSync(
      `${this.#rule}.state`,
      'utf8',
    )
      .split(' ')
      .map(Number);
    return { starts, stops, sessions, startFlags, sessionFlags };
  }

  util(...args: string[]): string {
    return execFileSync('softhsm2-util', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }

  /** Creates a token and returns the number of its slot. */
  createToken(label: string, pin = PIN): number {
    const said = this.util('--init-token', '--free', '--label', label, '--pin', pin, '--so-pin', '87654321');
    return Number(/slot (\d+)\s*$/.exec(said)?.[1]);
  }

  deleteToken(label: string): void {
    this.util('--delete-token', '--token', label);
  }

  /** Puts a key that was made outside into a token. */
  importKey(token: string, label: string, id: string, key: KeyObject): void {
    const file = join(this.#folder, 'import.pem');
    writeFileSync(file, key.export({ type: 'pkcs8', format: 'pem' }));
    this.util('--import', file, '--token', token, '--label', label, '--id', id, '--pin', PIN);
  }

  tearDown(): void {
    vi.unstubAllEnvs();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function useSoftHsm(): SoftHsm {
  const hsm = new SoftHsm(mkdtempSync(join(tmpdir(), 'workload-identity-hsm-')));
  beforeAll(() => hsm.setUp());
  afterAll(() => hsm.tearDown());
  return hsm;
}

/** Reads the PIN of the tests in place of the environment. */
export const readPin = async (): Promise<string> => `${PIN}\n`;
