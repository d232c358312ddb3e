import { publishedPackages, type WorkspacePackage } from '../../../tools/src/workspace.ts';
import { closure, readInstalled } from './installed.ts';

/** What a package may bring with it. */
export interface Weight {
  /** KiB on the disk of whoever installs it, its dependencies included; peers are not. */
  readonly installKiB: number;
  /** Packages that come with it, itself not counted. */
  readonly dependencies: number;
}

export type Budget = Readonly<Record<string, Weight>>;

/** What each published package may bring with it, as its package.json says. */
export const readBudget = (): Budget =>
  Object.fromEntries(
    publishedPackages().map(({ manifest, facts }) => {
      const { kib: installKiB = 0, dependencies = 0 } = facts.install ?? {};
      return [manifest.name, { installKiB, dependencies }];
    }),
  );

/** What a package brings with it now. Its `dist` must have been built. */
export function weigh({ path }: WorkspacePackage): Weight {
  const all = closure(readInstalled(path));
  const bytes = all.reduce((sum, one) => sum + one.bytes, 0);
  return { installKiB: Math.ceil(bytes / 1024), dependencies: all.length - 1 };
}

/** What is over the budget, a line each. */
export function budgetProblems(weights: Budget, budget: Budget): readonly string[] {
  return Object.entries(weights).flatMap(([name, { installKiB, dependencies }]) => {
    const allowed = budget[name] ?? { installKiB: 0, dependencies: 0 };
    const problems: string[] = [];
    if (installKiB > allowed.installKiB)
      problems.push(`${name} installs ${installKiB} KiB; its budget is ${allowed.installKiB} KiB`);
    if (dependencies > allowed.dependencies)
      problems.push(`${name} brings ${dependencies} packages; its budget is ${allowed.dependencies}`);
    return problems;
  });
}
