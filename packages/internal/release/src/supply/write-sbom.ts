// Writes the bill of materials of each published package to packages/internal/release/dist/sbom, and fails on one that is not valid.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { workspacePackages } from '../../../tools/src/workspace.ts';
import { billOfMaterials } from './sbom.ts';
import { sbomProblems } from './valid-sbom.ts';

const folder = fileURLToPath(new URL('../../dist/sbom', import.meta.url));
mkdirSync(folder, { recursive: true });
for (const { folder: name, path, manifest } of workspacePackages()) {
  if (manifest.private) continue;
  const text = billOfMaterials(path);
  const problems = await sbomProblems(text);
  for (const problem of problems) console.error(`${name}.cdx.json: ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
  writeFileSync(join(folder, `${name}.cdx.json`), `${text}\n`);
  console.log(`${name}.cdx.json: ${JSON.parse(text).components?.length ?? 0} components`);
}
