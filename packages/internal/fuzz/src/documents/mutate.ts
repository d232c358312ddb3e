import type { Random } from '../random.ts';

/** A value of JSON that can be changed in place. */
type Value = null | boolean | number | string | Value[] | { [name: string]: Value };
type Holder = Value[] | { [name: string]: Value };

/** What a kind of document may be changed with. */
export interface Palette {
  /** Names of members, those that exist among them. */
  readonly names: readonly string[];
  readonly texts: readonly string[];
}

const NUMBERS = [0, -0, 1, -1, 0.5, 2, 60, 61, 86_400, 86_401, 2 ** 31, 2 ** 40, 2 ** 53, 1e21, -1e21];
const SIMPLE: readonly Value[] = [null, true, false, '', [], {}, [[]], [{}], [null], { a: 1 }];

function* holdersOf(value: Value): Generator<Holder> {
  if (typeof value !== 'object' || value === null) return;
  yield value;
  for (const inner of Object.values(value)) yield* holdersOf(inner);
}

const keysOf = (holder: Holder): readonly string[] => Object.keys(holder);

function put(holder: Holder, key: string, value: Value): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

function misspelt(name: string, random: Random): string {
  const at = random.int(name.length + 1);
  return random.pick([
    name.toUpperCase(),
    `${name} `,
    `${name}s`,
    name.slice(0, -1),
    name.slice(0, at) + name.slice(at + 1),
    `${name.slice(0, at)}_${name.slice(at)}`,
    `x-${name}`,
  ]);
}

function alteredText(text: string, random: Random): string {
  const at = random.int(text.length + 1);
  return random.pick([
    () =>
      text.slice(0, at) +
      random.pick(['/', '*', ' ', '\n', '"', '\\', 'é', '\u0000', 'A', '0', '=', '-', '.', '..']) +
      text.slice(at),
    () => text.slice(0, at) + text.slice(at + 1),
    () => text.toUpperCase(),
    () => ` ${text}`,
    () => `${text}\n`,
    () => text.slice(0, at),
    () => text.repeat(2),
    () => 'a'.repeat(random.pick([255, 256, 2_048, 2_049, 4_097, 16_385])),
  ])();
}

function anyValue(random: Random, { texts }: Palette): Value {
  return random.pick([
    () => random.pick(NUMBERS),
    () => structuredClone(random.pick(SIMPLE)),
    () => random.pick(texts),
  ])();
}

type Change = (holder: Holder, key: string, random: Random, palette: Palette, root: Value) => void;

const CHANGES: readonly Change[] = [
  (holder, key) => {
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete holder[key];
  },
  (holder, key, random, palette) => put(holder, key, anyValue(random, palette)),
  (holder, key, random) => {
    const value = (holder as Record<string, Value>)[key];
    if (typeof value === 'string') put(holder, key, alteredText(value, random));
    if (typeof value === 'number') put(holder, key, value + random.pick([-1, 1, 0.5, -value, 2 ** 40]));
  },
  (holder, key, random, palette) => {
    const value = (holder as Record<string, Value>)[key] as Value;
    if (Array.isArray(holder)) holder.push(structuredClone(value));
    else
      put(
        holder,
        random.chance(0.5) ? misspelt(key, random) : random.pick(palette.names),
        structuredClone(value),
      );
  },
  (holder, _, random, palette) => {
    if (Array.isArray(holder)) holder.push(anyValue(random, palette));
    else put(holder, random.pick(palette.names), anyValue(random, palette));
  },
  (holder, key, random) => {
    if (Array.isArray(holder)) return;
    const value = holder[key] as Value;
    delete holder[key];
    put(holder, misspelt(key, random), value);
  },
  (holder, key, random, _, root) => {
    const others = [...holdersOf(root)].filter((one) => keysOf(one).length > 0);
    const other = random.pick(others);
    put(holder, key, structuredClone((other as Record<string, Value>)[random.pick(keysOf(other))] as Value));
  },
  (holder, key) => put(holder, key, [(holder as Record<string, Value>)[key] as Value]),
  (holder, _, random, palette) => {
    if (!Array.isArray(holder))
      put(
        holder,
        random.pick(['__proto__', 'constructor', 'toString', 'hasOwnProperty']),
        anyValue(random, palette),
      );
  },
];

/** A holder, and the name or the number of something in it. */
function somewhere(root: Value, random: Random): readonly [Holder, string] | undefined {
  const holders = [...holdersOf(root)].filter((holder) => keysOf(holder).length > 0);
  if (holders.length === 0) return undefined;
  const holder = random.pick(holders);
  return [holder, random.pick(keysOf(holder))];
}

/** A copy of a document with some changes. */
export function altered(document: unknown, random: Random, palette: Palette): unknown {
  const root = { document: structuredClone(document) as Value };
  for (let count = random.pick([0, 1, 1, 1, 1, 2, 2, 3]); count > 0; count--) {
    const place = somewhere(root.document, random);
    if (place !== undefined) random.pick(CHANGES)(place[0], place[1], random, palette, root.document);
  }
  return root.document;
}

/** A copy of a document with a value somewhere: in the place of another, as a new member, or as the name of one. */
export function planted(
  document: unknown,
  value: unknown,
  random: Random,
  names: readonly string[],
): unknown {
  const copy = structuredClone(document) as Value;
  const place = somewhere(copy, random);
  if (place === undefined) return value;
  const [holder, key] = place;
  const kind = random.int(4);
  if (kind === 0 && !Array.isArray(holder) && typeof value === 'string') put(holder, value, 1);
  else if (kind === 1 && !Array.isArray(holder)) put(holder, random.pick(names), value as Value);
  else put(holder, key, value as Value);
  return copy;
}

/** Puts a value wherever a member of one of these names stands. */
export function plantedAt(
  document: unknown,
  value: unknown,
  random: Random,
  names: readonly string[],
): unknown {
  const copy = structuredClone(document) as Value;
  const places = [...holdersOf(copy)].flatMap((holder) =>
    keysOf(holder).flatMap((key) => (names.includes(key) ? [[holder, key] as const] : [])),
  );
  if (places.length === 0) return copy;
  const [holder, key] = random.pick(places);
  put(holder, key, value as Value);
  return copy;
}
