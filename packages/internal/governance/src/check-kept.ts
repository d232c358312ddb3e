// Fails when a branch changed what is kept of a published release: `npm run contract:kept -- --since <branch>`.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { changedReleases } from './released/changed.ts';

const { values } = parseArgs({
  options: { root: { type: 'string' }, since: { type: 'string', default: 'origin/main' } },
});
const root = values.root ?? fileURLToPath(new URL('../../../../', import.meta.url));

const problems = changedReleases(root, values.since);
for (const problem of problems) console.error(problem);
console.log(`${problems.length} files of published releases changed since ${values.since}`);
process.exitCode = problems.length > 0 ? 1 : 0;
