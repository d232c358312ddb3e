import { isWorkloadIdentityError } from '@workload-identity/contract';
import { Arguments, UsageError } from './arguments.ts';
import { COMMANDS } from './commands.ts';
import { USAGE } from './usage.ts';

/** Where the command writes. */
export interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/**
 * Runs the command line.
 * @returns the exit code: 0 done, 1 refused, 2 a mistake in the command line
 */
export async function main(argv: readonly string[], { out, err }: Output): Promise<number> {
  try {
    const args = new Arguments(argv);
    if (args.help) {
      out(USAGE);
      return 0;
    }
    const [name = '', ...more] = args.commands;
    const command = COMMANDS.get(name);
    if (command === undefined || more.length > 0) {
      throw new UsageError(`one command is needed: ${[...COMMANDS.keys()].join(', ')}`);
    }
    for (const line of await command(args)) out(`${line}\n`);
    return 0;
  } catch (error) {
    if (isWorkloadIdentityError(error)) {
      err(`${error.code}: ${error.message}\n`);
      return 1;
    }
    if (error instanceof UsageError || error instanceof TypeError) {
      err(`${error.message}\nworkload-identity-ca --help shows all commands and options.\n`);
      return 2;
    }
    throw error;
  }
}
