import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { publishedPackages } from '../../tools/src/workspace.ts';
import { budgetProblems, readBudget } from '../src/supply/budget.ts';
import { closure, readInstalled } from '../src/supply/installed.ts';
import { billOfMaterials } from '../src/supply/sbom.ts';
import { sbomProblems } from '../src/supply/valid-sbom.ts';

const published = publishedPackages();

// Sizes need a build: `npm run check:budget` holds them. How many packages come along is known without.
it.each(published)('$manifest.name brings no more packages than its budget allows', ({ path, manifest }) => {
  const { dependencies } = readBudget()[manifest.name] ?? { dependencies: -1 };
  expect(closure(readInstalled(path)).length - 1).toBeLessThanOrEqual(dependencies);
});

it('what is over the budget is named', () => {
  const budget = { a: { installKiB: 10, dependencies: 1 } };
  const weights = { a: { installKiB: 11, dependencies: 2 }, b: { installKiB: 1, dependencies: 0 } };
  expect(budgetProblems(weights, budget)).toEqual([
    'a installs 11 KiB; its budget is 10 KiB',
    'a brings 2 packages; its budget is 1',
    'b installs 1 KiB; its budget is 0 KiB',
  ]);
  expect(
    budgetProblems({ a: { installKiB: 10, dependencies: 1 } }, { a: { installKiB: 10, dependencies: 1 } }),
  ).toEqual([]);
});

it.each(published)(
  'the bill of materials of $manifest.name lists what it needs, and what that needs',
  ({ path, manifest }) => {
    const bill = JSON.parse(billOfMaterials(path));
    expect(bill).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6' });
    const names = [bill.metadata.component, ...bill.components].map(({ group, name }) =>
      group === undefined ? name : `${group}/${name}`,
    );
    expect(names[0]).toBe(manifest.name);
    expect(names).toEqual(expect.arrayContaining(Object.keys(manifest.dependencies ?? {})));
    const references = new Set([bill.metadata.component, ...bill.components].map((one) => one['bom-ref']));
    expect(references.size).toBe(names.length);
    const needed = bill.dependencies.flatMap(
      ({ ref, dependsOn = [] }: { ref: string; dependsOn?: string[] }) => [ref, ...dependsOn],
    );
    for (const reference of needed) expect(references).toContain(reference);
    for (const one of bill.components) {
      const { version } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
      if (one.group === '@workload-identity') expect(one.version).toBe(version);
    }
  },
);

it.each(published)('the bill of materials of $manifest.name is valid CycloneDX 1.6', async ({ path }) => {
  expect(await sbomProblems(billOfMaterials(path))).toEqual([]);
});

describe('a bill of materials that is not valid', () => {
  const core = published.find(({ folder }) => folder === 'core')?.path ?? '';

  it.each([
    ['another type', { type: 'librari' }, '/components/0/type must be equal to one of the allowed values'],
    ['no name', { name: undefined }, "/components/0 must have required property 'name'"],
    ['a member that is not defined', { licence: 'MIT' }, '/components/0 must NOT have'],
    [
      'a license SPDX does not know',
      { licenses: [{ license: { id: 'None-1.0' } }] },
      '/components/0/licenses',
    ],
    [
      'a hash that is none',
      { hashes: [{ alg: 'SHA-256', content: 'abc' }] },
      '/components/0/hashes/0/content',
    ],
  ])('because of %s is found out', async (_, part, problem) => {
    const bill = JSON.parse(billOfMaterials(core));
    Object.assign(bill.components[0], part);
    const problems = await sbomProblems(JSON.stringify(bill));
    expect(problems.join('\n')).toContain(problem);
  });

  it('because it is in another format is found out', async () => {
    const bill = { ...JSON.parse(billOfMaterials(core)), bomFormat: 'SPDX' };
    expect((await sbomProblems(JSON.stringify(bill))).join('\n')).toContain('/bomFormat');
  });
});
