import { breaking, type Difference, type Parties, show } from './difference.ts';
import type { Json } from './document.ts';

/** Whether a change lets in less, more, or nobody can tell. */
type Effect = 'less' | 'more' | 'unknown';

type Judge = (before: Json | undefined, after: Json | undefined) => Effect;

const upper: Judge = (before, after) =>
  compareNumbers(before ?? Number.POSITIVE_INFINITY, after ?? Number.POSITIVE_INFINITY);
const lower: Judge = (before, after) =>
  compareNumbers(after ?? Number.NEGATIVE_INFINITY, before ?? Number.NEGATIVE_INFINITY);

function compareNumbers(before: Json, after: Json): Effect {
  if (typeof before !== 'number' || typeof after !== 'number') return 'unknown';
  return after < before ? 'less' : 'more';
}

/** A constraint that came lets in less, one that went lets in more. */
const presence: Judge = (before, after) =>
  before === undefined ? 'less' : after === undefined ? 'more' : 'unknown';

function subset(before: Json | undefined, after: Json | undefined): Effect {
  if (!Array.isArray(before) || !Array.isArray(after)) return presence(before, after);
  if (after.every((value) => before.includes(value))) return 'less';
  return before.every((value) => after.includes(value)) ? 'more' : 'unknown';
}

const types: Judge = (before, after) =>
  before === undefined || after === undefined
    ? presence(before, after)
    : subset([before].flat(), [after].flat());

const closing: Judge = (before, after) =>
  before === undefined ? 'less' : after === undefined ? 'more' : 'unknown';

/** What a change of each keyword lets in. A keyword without a row is one nobody can tell. */
const KEYWORDS: Readonly<Record<string, Judge>> = {
  maximum: upper,
  maxLength: upper,
  maxItems: upper,
  maxProperties: upper,
  minimum: lower,
  minLength: lower,
  minItems: lower,
  minProperties: lower,
  enum: subset,
  type: types,
  const: presence,
  pattern: presence,
  not: presence,
  additionalProperties: closing,
};

const CONSEQUENCES: Readonly<Record<Effect, (parties: Parties) => readonly string[]>> = {
  less: ({ forward }) => [`${forward}: some of what was accepted is refused`],
  more: ({ backward }) => [`${backward}: the old one refuses some of what is accepted now`],
  unknown: ({ forward, backward }) => [
    `${forward}: what was accepted may be refused`,
    `${backward}: the old one may refuse what is accepted now`,
  ],
};

const VERBS: Readonly<Record<Effect, string>> = {
  less: 'was narrowed',
  more: 'was widened',
  unknown: 'changed',
};

/** A change of one keyword: always breaking, in one direction or in both. */
export function constraintChange(
  label: string,
  keyword: string,
  before: Json | undefined,
  after: Json | undefined,
  parties: Parties,
): Difference {
  const effect = KEYWORDS[keyword]?.(before, after) ?? 'unknown';
  return breaking(
    `${label} ${VERBS[effect]}: \`${keyword}\` from ${show(before)} to ${show(after)}`,
    ...CONSEQUENCES[effect](parties),
  );
}
