// Fails when a branch edits a published package and brings no changeset for it: `npm run check:changeset -- --since <branch>`.
import { parseArgs } from 'node:util';
import { root as here, publishedPackages } from '../../../tools/src/workspace.ts';
import { changesetProblems } from './edited.ts';

const { values } = parseArgs({
  options: { root: { type: 'string' }, since: { type: 'string', default: 'origin/main' } },
});
const published = publishedPackages();
const problems = changesetProblems(values.root ?? here, values.since, published);
for (const problem of problems) console.error(problem);
if (problems.length > 0)
  console.error('`changeset` writes one; `changeset --empty` says that nothing needs a release.');
console.log(`${problems.length} problems with changesets since ${values.since}`);
process.exitCode = problems.length > 0 ? 1 : 0;
