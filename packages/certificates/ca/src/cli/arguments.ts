import { parseArgs } from 'node:util';
import type { SecretReference } from '@workload-identity/contract';

/** A mistake in the command line. */
export class UsageError extends Error {}

const OPTIONS = {
  'trust-domain': { type: 'string' },
  key: { type: 'string' },
  out: { type: 'string' },
  algorithm: { type: 'string' },
  'passphrase-env': { type: 'string' },
  'passphrase-file': { type: 'string' },
  lifetime: { type: 'string' },
  'path-length': { type: 'string' },
  'service-host': { type: 'string', multiple: true },
  'common-name': { type: 'string' },
  issuer: { type: 'string' },
  'issuer-key': { type: 'string' },
  'issuer-passphrase-env': { type: 'string' },
  'issuer-passphrase-file': { type: 'string' },
  csr: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>>['values'];
type TextOption = Exclude<keyof Values, 'service-host' | 'help'>;

const DAYS = /^([1-9][0-9]{0,4})d$/;
const NUMBER = /^[0-9]$/;

/** The command line, read. A command asks for what it needs, then for nothing else to be there. */
export class Arguments {
  readonly commands: readonly string[];
  readonly help: boolean;
  readonly #values: Values;
  readonly #read = new Set<string>(['help']);

  /** @throws UsageError */
  constructor(argv: readonly string[]) {
    try {
      const { values, positionals } = parseArgs({
        args: [...argv],
        options: OPTIONS,
        allowPositionals: true,
      });
      this.#values = values;
      this.commands = positionals;
    } catch (error) {
      throw new UsageError(error instanceof Error ? error.message : 'the options cannot be read');
    }
    this.help = this.#values.help === true;
  }

  text(name: TextOption): string | undefined {
    this.#read.add(name);
    return this.#values[name];
  }

  required(name: TextOption): string {
    const value = this.text(name);
    if (value === undefined || value === '') throw new UsageError(`--${name} is required`);
    return value;
  }

  hosts(): readonly string[] {
    this.#read.add('service-host');
    return this.#values['service-host'] ?? [];
  }

  /** A lifetime in days, as seconds. */
  lifetime(): number | undefined {
    const text = this.text('lifetime');
    if (text === undefined) return undefined;
    const [, days] = DAYS.exec(text) ?? [];
    if (days === undefined) throw new UsageError('--lifetime is a number of days, such as 365d');
    return Number(days) * 86_400;
  }

  pathLength(): number | undefined {
    const text = this.text('path-length');
    if (text !== undefined && !NUMBER.test(text))
      throw new UsageError('--path-length is a number from 0 to 2');
    return text === undefined ? undefined : Number(text);
  }

  /** The passphrase of a key: a reference, for a passphrase on a command line would stand in the process list. */
  passphrase(prefix: '' | 'issuer-'): SecretReference | undefined {
    const env = this.text(`${prefix}passphrase-env`);
    const file = this.text(`${prefix}passphrase-file`);
    if (env !== undefined && file !== undefined) {
      throw new UsageError(`--${prefix}passphrase-env and --${prefix}passphrase-file: give one of them`);
    }
    return env === undefined ? (file === undefined ? undefined : { file }) : { env };
  }

  /** @throws UsageError for an option the command does not have: ignored, it would look as if it had worked */
  finish(): void {
    for (const name of Object.keys(this.#values)) {
      if (!this.#read.has(name)) throw new UsageError(`--${name} is not an option of this command`);
    }
  }
}
