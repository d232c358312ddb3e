import { writeFileSync } from 'node:fs';
import type { Reporter, SerializedError, TestCase, TestModule, TestSuite } from 'vitest/node';

export interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

/** What the reporter reads of a test, a suite or a file, so that it can be shown anything in its own test. */
type Failing = Pick<TestModule | TestSuite, 'errors'>;
type Finished = Pick<TestCase, 'result'>;

/** The line that closes a test run; continuous integration reads it. */
export const totalsLine = ({ passed, failed, skipped }: Totals): string =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`;

/**
 * Counts a run. A file or a suite that broke outside its tests counts as one failure, and so does each error that no
 * test caught, and each test that never ended: none of them may look like a smaller green run.
 */
export function count(
  tests: Iterable<Finished>,
  containers: Iterable<Failing>,
  unhandled: readonly unknown[],
): Totals {
  const totals: Totals = { passed: 0, failed: unhandled.length, skipped: 0 };
  for (const test of tests) {
    const { state } = test.result();
    totals[state === 'pending' ? 'failed' : state] += 1;
  }
  for (const container of containers) if (container.errors().length > 0) totals.failed += 1;
  return totals;
}

/** Vitest reporter: names each skipped test with its reason, then gives the totals. */
export default class TotalsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const containers = modules.flatMap((module) => [module, ...module.children.allSuites()]);
    for (const test of tests) {
      const result = test.result();
      if (result.state !== 'skipped') continue;
      console.log(
        `skipped: ${test.module.relativeModuleId} > ${test.fullName}: ${result.note ?? 'no reason given'}`,
      );
    }
    const line = totalsLine(count(tests, containers, unhandled));
    const file = process.env['WORKLOAD_IDENTITY_TOTALS'];
    if (file) writeFileSync(file, line);
    else console.log(`\n${line}`);
  }
}
