import { accessSync, constants, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Row } from './measure/rows.ts';
import { readRunOptions } from './options.ts';
import { writeDocs } from './report/docs.ts';
import { readMachine } from './report/machine.ts';
import { summary } from './report/summary.ts';
import { textTable } from './report/table.ts';
import { FULL, QUICK } from './section.ts';
import { SECTIONS } from './sections/all.ts';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function main(): Promise<void> {
  const options = readRunOptions(
    process.argv.slice(2),
    SECTIONS.map(({ name }) => name),
  );
  // Before minutes of measuring, not after them.
  if (options.json !== undefined) accessSync(dirname(resolve(options.json)), constants.W_OK);
  const machine = readMachine();
  say(`Node ${machine.node}, OpenSSL ${machine.openssl}, ${machine.processors} × ${machine.processor}`);
  say(`load of the machine in the last minute: ${machine.load}`);
  const start = performance.now();
  const parts: { title: string; rows: readonly Row[] }[] = [];
  for (const { name, title, run } of SECTIONS) {
    if (options.only.length > 0 && !options.only.includes(name)) continue;
    const rows = await run(options.quick ? QUICK : FULL);
    parts.push({ title, rows });
    say(`\n${title}\n\n${textTable(rows)}`);
  }
  const rows = parts.flatMap((part) => part.rows);
  if (options.json !== undefined) {
    writeFileSync(options.json, `${JSON.stringify({ machine, quick: options.quick, rows }, null, 2)}\n`);
  }
  if (options.docs) writeDocs(parts, machine);
  say(`\n${summary(rows, options.only.length === 0)}`);
  if (options.quick)
    say('This was a quick run: it shows that everything works, and its figures mean nothing.');
  say(`done in ${Math.round((performance.now() - start) / 1_000)} s`);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof TypeError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
