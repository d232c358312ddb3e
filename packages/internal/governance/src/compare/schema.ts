import { added, breaking, type Difference, type Parties, same, show } from './difference.ts';
import { isObject, type Json, type JsonObject } from './document.ts';
import { constraintChange } from './keywords.ts';

/** Where in a schema: what a member is called there, and who writes and reads it. */
interface Place {
  readonly noun: string;
  readonly path: string;
  readonly parties: Parties;
}

/** Keywords that say nothing about what is accepted. */
const ANNOTATIONS = new Set(['title', 'description', 'examples', '$comment']);

const isRefused = (schema: Json | undefined): boolean => isObject(schema) && same(schema, { not: {} });
const isOpen = ({ additionalProperties }: JsonObject): boolean => additionalProperties === undefined;
const names = (value: Json | undefined): readonly string[] =>
  Array.isArray(value) ? value.map((name) => String(name)) : [];
const members = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});

const at = (place: Place, name: string): Place => ({
  ...place,
  path: place.path === '' ? name : `${place.path}.${name}`,
});
const label = ({ noun, path }: Place): string =>
  path === '' ? `the object of ${noun}s` : `${noun} \`${path}\``;

function removedMember(place: Place, schema: Json): Difference {
  const { forward, backward } = place.parties;
  return isRefused(schema)
    ? breaking(`${label(place)} is no longer refused`, `${backward}: the old one refuses what has it`)
    : breaking(
        `${label(place)} was removed`,
        `${forward}: what it says is lost, and whoever decides by it decides without it`,
        `${backward}: the old one misses it`,
      );
}

function addedMember(place: Place, schema: Json, required: boolean, open: boolean): Difference {
  const { forward, backward } = place.parties;
  if (isRefused(schema))
    return breaking(`${label(place)} is refused now`, `${forward}: what has it is refused`);
  if (!open)
    return breaking(
      `${label(place)} was added to a closed object`,
      `${backward}: the old one refuses what has it`,
    );
  if (required)
    return breaking(`${label(place)} was added and is required`, `${forward}: the old one does not write it`);
  return added(`${label(place)} was added`, 'optional; old readers ignore it, old writers leave it out');
}

function compareMembers(place: Place, before: JsonObject, after: JsonObject): Difference[] {
  const [old, today] = [members(before.properties), members(after.properties)];
  const open = isOpen(before) && isOpen(after);
  const required = names(after.required);
  return [...new Set([...Object.keys(old), ...Object.keys(today)])].flatMap((name) => {
    const [was, is] = [old[name], today[name]];
    if (is === undefined) return was === undefined ? [] : [removedMember(at(place, name), was)];
    if (was === undefined) return [addedMember(at(place, name), is, required.includes(name), open)];
    return compare(at(place, name), was, is);
  });
}

function compareRequired(place: Place, before: JsonObject, after: JsonObject): Difference[] {
  const { forward, backward } = place.parties;
  const [old, today] = [names(before.required), names(after.required)];
  const known = members(before.properties);
  return [
    // A member that is new altogether is reported as one.
    ...today
      .filter((name) => !old.includes(name) && Object.hasOwn(known, name))
      .map((name) =>
        breaking(`${label(at(place, name))} became required`, `${forward}: what leaves it out is refused`),
      ),
    ...old
      .filter((name) => !today.includes(name) && Object.hasOwn(members(after.properties), name))
      .map((name) =>
        breaking(
          `${label(at(place, name))} became optional`,
          `${backward}: the old one refuses what leaves it out`,
        ),
      ),
  ];
}

function compareForms(place: Place, before: readonly Json[], after: readonly Json[]): Difference[] {
  const { forward, backward } = place.parties;
  if (before.length > after.length)
    return [breaking(`${label(place)} has fewer forms`, `${forward}: a form of before is refused`)];
  if (before.length < after.length)
    return [breaking(`${label(place)} has more forms`, `${backward}: the old one refuses the new form`)];
  return before.flatMap((form, index) => compare(place, form, after[index] ?? null));
}

/** One function for each keyword that holds schemas. */
const STRUCTURE: Readonly<
  Record<string, (place: Place, before: JsonObject, after: JsonObject) => Difference[]>
> = {
  properties: compareMembers,
  required: compareRequired,
  items: (place, before, after) =>
    compare({ ...place, path: `${place.path}[]` }, before.items ?? null, after.items ?? null),
  anyOf: (place, before, after) => compareForms(place, list(before.anyOf), list(after.anyOf)),
  oneOf: (place, before, after) => compareForms(place, list(before.oneOf), list(after.oneOf)),
};

const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

function compare(place: Place, before: Json, after: Json): Difference[] {
  if (same(before, after)) return [];
  if (!isObject(before) || !isObject(after)) {
    return [
      breaking(`${label(place)}: schema changed from ${show(before)} to ${show(after)}`, ...both(place)),
    ];
  }
  const keywords = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keywords.flatMap((keyword) => {
    const [was, is] = [before[keyword], after[keyword]];
    if (ANNOTATIONS.has(keyword) || same(was, is)) return [];
    const structure = STRUCTURE[keyword];
    if (structure) return structure(place, before, after);
    return [constraintChange(label(place), keyword, was, is, place.parties)];
  });
}

const both = ({ parties }: Place): readonly string[] => [
  `${parties.forward}: not known to be harmless`,
  `${parties.backward}: not known to be harmless`,
];

/**
 * Compares two JSON Schemas by what they accept, as deep as the schemas of the contract need. Additive is an optional
 * member of an open object, and nothing else: what is not known to be harmless counts as breaking.
 * @param noun what a member is called in the report, such as `claim`
 */
export function compareSchemas(
  noun: string,
  before: JsonObject,
  after: JsonObject,
  parties: Parties,
): readonly Difference[] {
  const found = compare({ noun, path: '', parties }, before, after);
  // The forms of one object repeat their common members.
  return found.filter(({ what }, index) => found.findIndex((other) => other.what === what) === index);
}
