// Prints what each published package installs, and fails on what is over the budget in its package.json. Needs a build.
import { publishedPackages } from '../../../tools/src/workspace.ts';
import { type Budget, budgetProblems, readBudget, weigh } from './budget.ts';

const published = publishedPackages();
const weights: Budget = Object.fromEntries(published.map((one) => [one.manifest.name, weigh(one)]));
const budget = readBudget();
for (const [name, { installKiB, dependencies }] of Object.entries(weights)) {
  const allowed = budget[name];
  console.log(
    `${name.padEnd(30)} ${installKiB} of ${allowed?.installKiB ?? '?'} KiB, ${dependencies} of ${allowed?.dependencies ?? '?'} packages`,
  );
}
const problems = budgetProblems(weights, budget);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
