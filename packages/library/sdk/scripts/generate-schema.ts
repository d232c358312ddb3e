// Writes config.schema.json from the zod schema. Run it after a change: `pnpm --filter @workload-identity/sdk generate`.
import { writeFileSync } from 'node:fs';
import { configSchema } from './config-schema.ts';

writeFileSync(new URL('../config.schema.json', import.meta.url), configSchema());
console.log('config.schema.json');
