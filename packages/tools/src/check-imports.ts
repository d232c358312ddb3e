// Fails when a package imports, or depends on, what packages/tools/src/import-rules.ts does not allow it.
import { importViolations } from './import-violations.ts';
import { readSource, workspacePackages } from './workspace.ts';

const packages = workspacePackages().map(readSource);
const violations = packages.flatMap((source) => importViolations(source));
for (const violation of violations) console.error(violation);
const files = packages.reduce((total, { files }) => total + Object.keys(files).length, 0);
console.log(`${packages.length} packages, ${files} source files, ${violations.length} violations`);
process.exitCode = violations.length > 0 ? 1 : 0;
