// Writes docs/configuration.md. Run it after a change: `pnpm --filter @workload-identity/release generate`.
import { writeFileSync } from 'node:fs';
import { configurationPage } from './configuration.ts';

writeFileSync(new URL('../../../../../docs/configuration.md', import.meta.url), configurationPage());
console.log('docs/configuration.md');
