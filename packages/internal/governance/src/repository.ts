import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageNamed } from '../../tools/src/workspace.ts';
import { describeContract } from './compare/describe.ts';
import type { ContractDocument } from './compare/document.ts';
import type { Release } from './released/release.ts';
import { unpacked } from './released/unpack.ts';
import { loadPackage, loadSide, type Side } from './runs/side.ts';

/** Where the specifications and the report stand. */
export const docsOf = (root: string): string => join(root, 'docs', 'contract');

const packageOf = (root: string, name: string): string => packageNamed(name, root).path;

/** The contract of a checkout. */
export async function describeCheckout(root: string): Promise<ContractDocument> {
  const folder = packageOf(root, 'contract');
  return describeContract(folder, await loadPackage(folder), docsOf(root));
}

/** The packages of a checkout, from source. */
export function loadCheckout(root: string): Promise<Side> {
  return loadSide('this checkout', (name) => packageOf(root, name));
}

/** The packages of a release. @param target the folder it was unpacked into */
export function loadRelease({ version }: Release, target: string): Promise<Side> {
  return loadSide(version, (name) => unpacked(target, name));
}

/** The contract that the packed packages of a release hold. The specification is not packed: it is taken as named. */
export function describeRelease({ contract }: Release, side: Side): ContractDocument {
  return {
    ...describeContract(side.folder, { ...side.contract }, ''),
    specifications: contract.specifications,
  };
}

/** The schemas are generated: what they say must be what the code says. */
export async function staleSchemas(root: string): Promise<readonly string[]> {
  const folder = packageOf(root, 'contract');
  const file = pathToFileURL(join(folder, 'scripts', 'json-schemas.ts')).href;
  const { jsonSchemas } = (await import(file)) as { jsonSchemas(): ReadonlyMap<string, string> };
  const current = (name: string, text: string): boolean => {
    const written = join(folder, 'schemas', name);
    return existsSync(written) && readFileSync(written, 'utf8') === text;
  };
  return [...jsonSchemas()]
    .filter(([name, text]) => !current(name, text))
    .map(
      ([name]) =>
        `schemas/${name} is not what the code says: run the script \`generate\` of packages/library/contract`,
    );
}
