import { added, breaking, type Difference } from './difference.ts';
import type { ContractDocument, ContractVersion } from './document.ts';

/** What a version cannot be without, and how to tell. */
const PARTS: readonly (readonly [
  what: string,
  has: (version: ContractVersion, number: string) => boolean,
])[] = [
  ['constants that say its number', ({ constants }, number) => String(constants.version) === number],
  ['limits', ({ limits }) => Object.keys(limits).length > 0],
  ['algorithms', ({ algorithms }) => Object.keys(algorithms).length > 0],
  ['a JSON Schema of its claims', ({ schemas }) => Object.hasOwn(schemas, 'claims')],
  ['a JSON Schema of its header', ({ schemas }) => Object.hasOwn(schemas, 'header')],
  ['vectors to accept, vectors/v<N>/valid.json', ({ vectors }) => Object.hasOwn(vectors, 'valid.json')],
  ['vectors to refuse, vectors/v<N>/invalid.json', ({ vectors }) => Object.hasOwn(vectors, 'invalid.json')],
];

/** A version beside the old ones is an addition once it is whole: half of one would be a change of number alone. */
export function addedVersion(
  number: string,
  version: ContractVersion,
  { specifications }: ContractDocument,
): readonly Difference[] {
  const lacking = PARTS.filter(([, has]) => !has(version, number)).map(([what]) => what);
  if (!specifications.includes(number)) lacking.push('its specification, docs/contract/v<N>.md');
  const missing = lacking.map((what) => what.replace('<N>', number));
  if (missing.length === 0)
    return [added(`version ${number} of the contract was added`, 'it stands beside the others')];
  return [
    breaking(
      `version ${number} of the contract was added without ${missing.join('; ')}`,
      `every old verifier: \`version_unsupported\`, and nothing says what the new version is`,
    ),
  ];
}
