import { readFileSync } from 'node:fs';
import { OPTIONAL_CLAIMS } from '../src/index.ts';
import { replaceRows } from './markdown-table.ts';

const SPECIFICATION = new URL('../../../../docs/contract/v1.md', import.meta.url);
const README = new URL('../README.md', import.meta.url);

const rows = Object.entries(OPTIONAL_CLAIMS);
const [FIRST = ''] = Object.keys(OPTIONAL_CLAIMS);

/** The documents that list the claims, with the optional ones as the rows of the contract have them. */
export function claimsTables(): ReadonlyMap<URL, string> {
  const specification = rows.map(([name, { type, meaning }]) => [`\`${name}\``, 'optional', type, meaning]);
  const readme = rows.map(([name, { rules }]) => [`\`${name}\``, 'optional', rules]);
  const from = `\`${FIRST}\``;
  return new Map([
    [SPECIFICATION, replaceRows(read(SPECIFICATION), ['claim', '', 'type', 'meaning'], from, specification)],
    [README, replaceRows(read(README), ['claim', '', 'meaning'], from, readme)],
  ]);
}

function read(file: URL): string {
  return readFileSync(file, 'utf8');
}
