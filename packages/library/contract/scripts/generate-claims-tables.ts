// Writes the optional claims into the tables of docs/contract/v1.md and README.md.
import { writeFileSync } from 'node:fs';
import { claimsTables } from './claims-tables.ts';

for (const [file, text] of claimsTables()) {
  writeFileSync(file, text);
  console.log(file.pathname.split('/').slice(-2).join('/'));
}
