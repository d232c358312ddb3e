import {
  added,
  BUNDLES,
  breaking,
  type Changed,
  changes,
  type Difference,
  type Parties,
  show,
  TOKENS,
} from './difference.ts';
import type { ContractDocument, ContractVersion, ErrorCodeRow } from './document.ts';
import { compareSchemas } from './schema.ts';
import { compareVectors } from './vectors.ts';
import { addedVersion } from './versions.ts';

const OPERATORS = 'everyone whose program, alert or runbook names the code';
const { forward, backward } = TOKENS;

/** One kind of promise, and how a change to it is judged. */
export interface Rule<T> {
  /** What it looks at, as the report says it. */
  readonly about: string;
  compare(before: T, after: T): readonly Difference[];
}

function constants(before: ContractVersion, after: ContractVersion): readonly Difference[] {
  return changes(before.constants, after.constants).map(({ name, before: was, after: is }) =>
    breaking(
      `constant \`${name}\` changed from ${show(was)} to ${show(is)}`,
      `${forward}: tokens, keys or certificates of before are not recognised`,
      `${backward}: tokens, keys or certificates of today are not recognised`,
    ),
  );
}

/** Limits that are a least and no most. */
const LEAST = new Set(['secretBytes']);

function limits(before: ContractVersion, after: ContractVersion): readonly Difference[] {
  return changes(before.limits, after.limits).map(({ name, before: was, after: is }) => {
    const [from = Number.POSITIVE_INFINITY, to = Number.POSITIVE_INFINITY] = [was, is];
    const stricter = LEAST.has(name) ? to > from : to < from;
    return breaking(
      `limit \`${name}\` changed from ${show(was)} to ${show(is)}`,
      stricter
        ? `${forward}: what was within the limit is refused`
        : `${backward}: the old one refuses what is within the limit now`,
    );
  });
}

function algorithms(before: ContractVersion, after: ContractVersion): readonly Difference[] {
  return changes(before.algorithms, after.algorithms).map(({ name, before: was, after: is }) => {
    if (is === undefined)
      return breaking(`algorithm \`${name}\` was dropped`, `${forward}: \`algorithm_not_allowed\``);
    if (was === undefined)
      return breaking(`algorithm \`${name}\` was added`, `${backward}: \`algorithm_not_allowed\``);
    return breaking(
      `algorithm \`${name}\` changed from ${show(was)} to ${show(is)}`,
      `${forward}: keys and signatures of before may be refused`,
      `${backward}: keys and signatures of today may be refused`,
    );
  });
}

function algorithmNames(before: ContractVersion, after: ContractVersion): readonly Difference[] {
  // A name that came or went with its algorithm is reported there.
  return changes(before.algorithmNames, after.algorithmNames)
    .filter(({ name }) => Object.hasOwn(before.algorithms, name) === Object.hasOwn(after.algorithms, name))
    .map(({ name, before: was, after: is }) =>
      breaking(
        `\`alg\` ${name} reads as ${show(is)} and no longer as ${show(was)}`,
        is === undefined ? `${forward}: \`algorithm_not_allowed\`` : `${backward}: \`algorithm_not_allowed\``,
      ),
    );
}

function errorCodes(before: ContractDocument, after: ContractDocument): readonly Difference[] {
  const told = new Set(Object.values(before.errorCodes).map(({ publicCode }) => publicCode));
  return changes(before.errorCodes, after.errorCodes).map((change) => judgeCode(change, told));
}

function judgeCode(
  { name, before: was, after: is }: Changed<ErrorCodeRow>,
  told: ReadonlySet<string>,
): Difference {
  if (is === undefined) return breaking(`error code \`${name}\` was removed or renamed`, OPERATORS);
  if (was === undefined) {
    return told.has(is.publicCode)
      ? added(`error code \`${name}\` was added`, `callers are told \`${is.publicCode}\`, which they know`)
      : breaking(
          `error code \`${name}\` was added with the new public code \`${is.publicCode}\``,
          'every caller that reads public codes',
        );
  }
  const parts = changes<unknown>({ ...was }, { ...is }).map(
    (part) => `\`${part.name}\` from ${show(part.before)} to ${show(part.after)}`,
  );
  return breaking(`error code \`${name}\` changed: ${parts.join(', ')}`, OPERATORS);
}

/** What a member is called, and who writes and reads it, by schema. */
const SCHEMAS: Readonly<Record<string, readonly [noun: string, parties: Parties]>> = {
  claims: ['claim', TOKENS],
  header: ['header member', TOKENS],
  'trust-bundle': ['bundle member', BUNDLES],
};

function schemas(before: ContractVersion, after: ContractVersion): readonly Difference[] {
  return changes(before.schemas, after.schemas).flatMap(({ name, before: was, after: is }) => {
    const [noun, parties] = SCHEMAS[name] ?? [`member of ${name}`, TOKENS];
    if (was === undefined)
      return [
        breaking(`schema \`${name}\` was added`, `${parties.backward}: the old one knows no such document`),
      ];
    if (is === undefined)
      return [
        breaking(`schema \`${name}\` was removed`, `${parties.forward}: nothing describes it any more`),
      ];
    return compareSchemas(noun, was, is, parties);
  });
}

/** The rules within one version of the contract. */
export const VERSION_RULES: readonly Rule<ContractVersion>[] = [
  { about: 'constants', compare: constants },
  { about: 'limits', compare: limits },
  { about: 'algorithms', compare: algorithms },
  { about: 'names of algorithms', compare: algorithmNames },
  { about: 'JSON Schemas', compare: schemas },
  { about: 'frozen vectors', compare: (before, after) => compareVectors(before.vectors, after.vectors) },
];

function versions(before: ContractDocument, after: ContractDocument): readonly Difference[] {
  return changes(before.versions, after.versions).flatMap(({ name, before: was, after: is }) => {
    if (is === undefined)
      return [breaking(`version ${name} of the contract was removed`, `${forward}: \`version_unsupported\``)];
    if (was === undefined) return addedVersion(name, is, after);
    return VERSION_RULES.flatMap((rule) => rule.compare(was, is)).map((difference) => ({
      ...difference,
      what: `version ${name}: ${difference.what}`,
    }));
  });
}

function specifications(before: ContractDocument, after: ContractDocument): readonly Difference[] {
  return before.specifications
    .filter((version) => !after.specifications.includes(version))
    .map((version) =>
      breaking(
        `docs/contract/v${version}.md was removed`,
        'everyone who implements the contract from its text',
      ),
    );
}

/** All rules. Whatever no rule calls additive is breaking. */
export const RULES: readonly Rule<ContractDocument>[] = [
  { about: 'versions of the contract', compare: versions },
  { about: 'specifications', compare: specifications },
  { about: 'error codes', compare: errorCodes },
];

/** What differs between two descriptions of the contract, by all rules. */
export function compareContracts(before: ContractDocument, after: ContractDocument): readonly Difference[] {
  return RULES.flatMap((rule) => rule.compare(before, after));
}
