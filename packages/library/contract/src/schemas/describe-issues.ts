import { z } from 'zod';
import { nearest } from './nearest.ts';
import { type Path, showKey, showPath, showValue } from './show-value.ts';

type Issue = z.core.$ZodIssue;

const { localeError } = z.locales.en();

function valueAt(input: unknown, path: Path): unknown {
  let value = input;
  for (const segment of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[segment];
  }
  return value;
}

/** The message the schema's author wrote, if any: every other message is the library's own. */
function authored(issue: Issue, value: unknown): string | undefined {
  const standard = localeError({ ...issue, input: value } as z.core.$ZodRawIssue);
  return issue.message === (typeof standard === 'string' ? standard : standard?.message)
    ? undefined
    : issue.message;
}

const KINDS: Readonly<Record<string, string>> = {
  int: 'a whole number',
  object: 'an object',
  record: 'an object',
  array: 'an array',
  tuple: 'an array',
  never: 'nothing',
  undefined: 'nothing',
  null: 'null',
};

function kind(expected: string): string {
  return KINDS[expected] ?? `a ${expected}`;
}

const UNITS: Readonly<Record<string, string>> = { string: ' character', array: ' item' };

function amount(issue: { readonly origin: string }, limit: number | bigint): string {
  const unit = UNITS[issue.origin];
  return unit === undefined ? String(limit) : `${limit}${unit}${Number(limit) === 1 ? '' : 's'}`;
}

const quoted = (values: readonly unknown[]): string =>
  values.map((value) => JSON.stringify(value) ?? String(value)).join(', ');

function allowed(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return kind(issue.expected);
    case 'invalid_value':
      return quoted(issue.values);
    case 'too_big':
      return `at most ${amount(issue, issue.maximum)}`;
    case 'too_small':
      return `at least ${amount(issue, issue.minimum)}`;
    case 'not_multiple_of':
      return `multiples of ${issue.divisor}`;
    case 'invalid_format':
      return issue.pattern === undefined ? issue.format : `text like ${issue.pattern}`;
    case 'invalid_union':
      return 'options' in issue && issue.options !== undefined ? quoted(issue.options) : undefined;
    default:
      return undefined;
  }
}

function mend(issue: Issue, value: unknown): string {
  const options =
    issue.code === 'invalid_value'
      ? issue.values
      : issue.code === 'invalid_union' && 'options' in issue
        ? (issue.options ?? [])
        : [];
  const near =
    typeof value === 'string'
      ? nearest(
          value,
          options.filter((one) => typeof one === 'string'),
        )
      : undefined;
  if (near !== undefined) return `write ${JSON.stringify(near)} instead`;
  if (issue.code === 'unrecognized_keys') return issue.keys.length === 1 ? 'remove it' : 'remove them';
  if (issue.code === 'invalid_type' && issue.expected === 'never') return 'remove it';
  if (value === undefined) return 'add it';
  if (issue.code === 'too_big' && issue.origin !== 'number') return 'shorten it';
  return 'change it';
}

function found(issue: Issue, value: unknown): string {
  if (issue.code !== 'unrecognized_keys') return showValue(value, issue.path);
  return `the unknown ${issue.keys.length === 1 ? 'key' : 'keys'} ${issue.keys.map(showKey).join(', ')}`;
}

/** The branch of a union the writer had in mind: the one with the fewest mistakes, when there is just one. */
function intended(issue: Issue, value: unknown): readonly Issue[] | undefined {
  if (issue.code !== 'invalid_union' || typeof value !== 'object' || value === null) return undefined;
  const byCount = issue.errors.toSorted((a, b) => a.length - b.length);
  const [first, second] = byCount;
  if (first === undefined || first.length === 0 || first.length === second?.length) return undefined;
  return first.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
}

function describe(issue: Issue, input: unknown): readonly string[] {
  const value = valueAt(input, issue.path);
  const branch = intended(issue, value);
  if (branch !== undefined) return branch.flatMap((inner) => describe(inner, input));
  const own = authored(issue, value);
  // A message that says itself what is allowed, or what form a text has, replaces what the schema alone could tell.
  const replaces =
    own?.startsWith('allowed: ') === true || (own !== undefined && issue.code === 'invalid_format');
  const limits = replaces ? undefined : allowed(issue);
  const parts = [
    `found ${found(issue, value)}`,
    ...(limits === undefined ? [] : [`allowed: ${limits}`]),
    own ?? mend(issue, value),
  ];
  return [`${showPath(issue.path)}: ${parts.join('; ')}`];
}

/**
 * Turns the errors of a schema into one line per mistake: where it is, what was found, what is allowed, how to mend it.
 * Values are shown short and escaped, and never where they could be a secret.
 *
 * @param input the value that was parsed
 */
export function describeIssues(error: z.ZodError, input: unknown): readonly string[] {
  return error.issues.flatMap((issue) => describe(issue, input));
}
