// Fails when a package is not in the list of packages as it must be, or imports or depends on what its layer does not allow.
import { importViolations } from './import-violations.ts';
import { packageListProblems } from './package-list.ts';
import { layerOf, readSource, root, workspacePackages } from './workspace.ts';

const packages = workspacePackages().map(readSource);
const layers = layerOf();
const violations = [
  ...packageListProblems(root),
  ...packages.flatMap((source) => importViolations(source, layers)),
];
for (const violation of violations) console.error(violation);
const files = packages.reduce((total, { files }) => total + Object.keys(files).length, 0);
console.log(`${packages.length} packages, ${files} source files, ${violations.length} violations`);
process.exitCode = violations.length > 0 ? 1 : 0;
