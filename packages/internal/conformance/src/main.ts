import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { jsonOf, reportOf } from './report.ts';
import { failuresOf, runSuite } from './run-suite.ts';
import type { Outcome } from './suite.ts';
import { suitesIn } from './suites.ts';
import { findVectors } from './vectors.ts';

const { values } = parseArgs({ options: { json: { type: 'string' } } });
const folder = findVectors();

if (folder === undefined) {
  process.stderr.write(
    'There are no vectors: name their folder in CONFORMANCE_VECTORS; packages/internal/conformance/README.md says where to get them\n',
  );
  process.exitCode = 2;
} else {
  const outcomes: Outcome[] = [];
  for (const suite of suitesIn(folder)) outcomes.push(await runSuite(suite));
  process.stdout.write(reportOf(outcomes));
  if (values.json !== undefined) {
    // npm runs scripts in the root; the caller may stand elsewhere.
    writeFileSync(resolve(process.env.INIT_CWD ?? process.cwd(), values.json), jsonOf(outcomes));
  }
  const failures = failuresOf(outcomes);
  for (const failure of failures) process.stderr.write(`${failure}\n`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}
