import { readFileSync } from 'node:fs';
import type { WorkspacePackage } from '../../../tools/src/workspace.ts';
import { closure, readInstalled } from './installed.ts';

/** What a package may bring with it. */
export interface Weight {
  /** KiB on the disk of whoever installs it, its dependencies included; peers are not. */
  readonly installKiB: number;
  /** Packages that come with it, itself not counted. */
  readonly dependencies: number;
}

export type Budget = Readonly<Record<string, Weight>>;

const file = new URL('../../budget.json', import.meta.url);

export const readBudget = (): Budget => JSON.parse(readFileSync(file, 'utf8')) as Budget;

/** What a package brings with it now. Its `dist` must have been built. */
export function weigh({ path }: WorkspacePackage): Weight {
  const all = closure(readInstalled(path));
  const bytes = all.reduce((sum, one) => sum + one.bytes, 0);
  return { installKiB: Math.ceil(bytes / 1024), dependencies: all.length - 1 };
}

/** What is over the budget, a line each. A package without a row is one, and so is a row without a package. */
export function budgetProblems(weights: Budget, budget: Budget): readonly string[] {
  const unknown = Object.keys(budget).filter((name) => !Object.hasOwn(weights, name));
  return [
    ...unknown.map((name) => `${name} has a row in budget.json, and is not published`),
    ...Object.entries(weights).flatMap(([name, { installKiB, dependencies }]) => {
      const allowed = budget[name];
      if (allowed === undefined) return [`${name} has no row in budget.json`];
      const problems: string[] = [];
      if (installKiB > allowed.installKiB)
        problems.push(`${name} installs ${installKiB} KiB; its budget is ${allowed.installKiB} KiB`);
      if (dependencies > allowed.dependencies)
        problems.push(`${name} brings ${dependencies} packages; its budget is ${allowed.dependencies}`);
      return problems;
    }),
  ];
}
