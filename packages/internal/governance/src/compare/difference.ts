/** Who speaks to whom, across two releases. */
export interface Parties {
  /** What was written before meets who reads now. */
  readonly forward: string;
  /** What is written now meets who read before. */
  readonly backward: string;
}

/** Tokens: a minter writes, a verifier reads. */
export const TOKENS: Parties = {
  forward: 'old minter → new verifier',
  backward: 'new minter → old verifier',
};

/** Trust bundles: an operator writes, a verifier reads. */
export const BUNDLES: Parties = {
  forward: 'old bundle → new verifier',
  backward: 'new bundle → old verifier',
};

/** One way in which the contract of today is not that of the release. */
export interface Difference {
  /** What changed, by name. */
  readonly what: string;
  /** For an addition: why it is one. */
  readonly additive?: string;
  /** Otherwise what breaks, and for whom: a line each. */
  readonly breaks: readonly string[];
}

/** An addition: everyone of the old release goes on as before. */
export function added(what: string, why: string): Difference {
  return { what, additive: why, breaks: [] };
}

/** Anything else. */
export function breaking(what: string, ...breaks: readonly string[]): Difference {
  return { what, breaks };
}

/** Where values went up or down, or came and went; `undefined` is absent. */
export interface Changed<T> {
  readonly name: string;
  readonly before: T | undefined;
  readonly after: T | undefined;
}

/** The members two tables do not agree on, in the order of the older one, then the new ones. */
export function changes<T>(
  before: Readonly<Record<string, T>>,
  after: Readonly<Record<string, T>>,
): readonly Changed<T>[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names
    .map((name) => ({ name, before: own(before, name), after: own(after, name) }))
    .filter((change) => !same(change.before, change.after));
}

function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** Tells whether two JSON values say the same; the order of members says nothing. */
export function same(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_, inner: unknown) =>
      typeof inner === 'object' && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    ) ?? 'absent'
  );
}

/** A value as a report shows it. */
export const show = (value: unknown): string => (value === undefined ? 'absent' : JSON.stringify(value));
