// Writes packages/library/contract/schemas from the zod schemas. Run it after a change: `pnpm --filter @workload-identity/contract generate`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { jsonSchemas } from './json-schemas.ts';

const folder = new URL('../schemas/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, text] of jsonSchemas()) {
  writeFileSync(new URL(name, folder), text);
  console.log(`schemas/${name}: ${text.length} bytes`);
}
