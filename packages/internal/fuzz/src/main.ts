import { type RunOptions, readRunOptions } from './options.ts';
import { conclude, describeFind, describeProgress, describeResult } from './run/report.ts';
import { share } from './run/share.ts';
import { TARGETS } from './targets.ts';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function run(options: RunOptions): Promise<number> {
  say(`seed ${options.seed}, ${options.workers} workers`);
  let found = 0;
  for (const target of TARGETS) {
    if (options.only.length > 0 && !options.only.includes(target.name)) continue;
    let told = performance.now();
    const result = await share(target, options, {
      find: (find) => say(describeFind(find)),
      progress(cases) {
        if (performance.now() - told < options.progress * 1_000) return;
        told = performance.now();
        say(describeProgress(target.name, cases, options.runs ?? target.runs));
      },
    });
    say(describeResult(result));
    found += result.finds.length;
  }
  const { line, code } = conclude(found, options.seed);
  say(line);
  return code;
}

function readOptions(): RunOptions | undefined {
  try {
    return readRunOptions(
      process.argv.slice(2),
      TARGETS.map(({ name }) => name),
    );
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return undefined;
  }
}

const options = readOptions();
process.exitCode = options === undefined ? 2 : await run(options);
