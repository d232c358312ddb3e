// Writes packages/library/contract/vectors/v1. Released vectors are frozen: without --force nothing that exists is overwritten.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { VECTORS, vectorFiles } from './vectors/files.ts';
import { caVectorFiles } from './vectors-ca/files.ts';

mkdirSync(VECTORS, { recursive: true });
for (const [name, text] of [...(await vectorFiles()), ...(await caVectorFiles())]) {
  const file = new URL(name, VECTORS);
  if (existsSync(file) && readFileSync(file, 'utf8') === text) {
    console.log(`${name}: unchanged`);
  } else if (existsSync(file) && !process.argv.includes('--force')) {
    console.error(
      `${name}: would change, and version 1 is frozen. Run with --force if it was never released.`,
    );
    process.exitCode = 1;
  } else {
    writeFileSync(file, text);
    console.log(`${name}: written`);
  }
}
