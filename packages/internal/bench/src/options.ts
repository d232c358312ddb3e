import { parseArgs } from 'node:util';

/** What a run was asked for. */
export interface RunOptions {
  readonly quick: boolean;
  /** Where to write every figure as JSON. */
  readonly json: string | undefined;
  /** The sections to run; empty for all of them. */
  readonly only: readonly string[];
  /** Whether the picture and the table of the documentation are written anew. */
  readonly docs: boolean;
}

export const USAGE = `npm run bench -- [options]
  --json FILE    writes every figure to FILE
  --only A,B     runs these sections alone
  --quick        runs everything for a moment: whether it works, and no figures to believe
  --no-docs      leaves docs/bench.svg and docs/performance.md as they are`;

/**
 * Reads the arguments of a run.
 * @throws TypeError for what is unknown, with the usage
 */
export function readRunOptions(args: readonly string[], sections: readonly string[]): RunOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      allowNegative: true,
      options: {
        json: { type: 'string' },
        only: { type: 'string', default: '' },
        quick: { type: 'boolean', default: false },
        docs: { type: 'boolean', default: true },
      },
    });
    const only = values.only.split(',').filter((name) => name !== '');
    const unknown = only.find((name) => !sections.includes(name));
    if (unknown !== undefined) throw new TypeError(`no section ${unknown}: there are ${sections.join(', ')}`);
    // Only a whole run is worth publishing.
    const docs = values.docs && !values.quick && only.length === 0;
    return { quick: values.quick, json: values.json, only, docs };
  } catch (error) {
    throw new TypeError(`${(error as Error).message}\n${USAGE}`);
  }
}
