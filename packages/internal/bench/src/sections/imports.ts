import { spawnSync } from 'node:child_process';
import { installPublished } from '../child/published.ts';
import { orderOf } from '../measure/compare.ts';
import { type Row, rowOf } from '../measure/rows.ts';
import type { Section } from '../section.ts';

const PEER = 'jose';
const SCOPE = '@workload-identity/';

function importTime(entry: string, cwd: string): number {
  const source = `const start = performance.now(); await import(${JSON.stringify(entry)}); console.log(performance.now() - start); process.exit();`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', source], {
    cwd,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`importing ${entry} failed: ${stderr.trim()}`);
  return Number(stdout);
}

/** The id of the row of an entry. */
export const importId = (entry: string): string => `import-${entry.slice(SCOPE.length).replaceAll('/', '-')}`;

/** How long the import of each public entry takes, as it is published, each time in a fresh process. */
export const imports: Section = {
  name: 'imports',
  title: 'Import of each public entry, in a fresh process',
  async run({ imports: rounds }) {
    const { folder, entries, remove } = installPublished([PEER]);
    const times = new Map<string, number[]>([PEER, ...entries].map((entry) => [entry, []]));
    try {
      for (const entry of times.keys()) importTime(entry, folder);
      for (let round = 0; round < rounds; round++) {
        for (const entry of orderOf([...times.keys()], round)) {
          times.get(entry)?.push(importTime(entry, folder));
        }
      }
    } finally {
      remove();
    }
    return entries.map(
      (entry): Row =>
        rowOf({
          id: importId(entry),
          what: `import ${entry}`,
          unit: 'ms',
          ours: times.get(entry) ?? [],
          against: 'import of jose',
          peer: times.get(PEER) ?? [],
        }),
    );
  },
};
