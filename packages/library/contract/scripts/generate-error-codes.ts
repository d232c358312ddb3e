// Writes docs/contract/error-codes.md from the table of error codes.
import { mkdirSync, writeFileSync } from 'node:fs';
import { errorCodesTable } from './error-codes-table.ts';

const file = new URL('../../../../docs/contract/error-codes.md', import.meta.url);
mkdirSync(new URL('.', file), { recursive: true });
writeFileSync(file, errorCodesTable());
console.log('docs/contract/error-codes.md');
