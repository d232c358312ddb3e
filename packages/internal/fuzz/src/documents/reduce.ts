/** Whether something still shows the problem. */
type IsBroken<T> = (candidate: T) => Promise<boolean>;

/** A find is worth some work, and not any amount of it. */
const MOST_TRIES = 400;

/** Leaves out parts of a text, large ones first, as long as the problem stays. */
export async function reduceText(text: string, isBroken: IsBroken<string>): Promise<string> {
  let short = text;
  let tries = 0;
  for (let length = Math.ceil(text.length / 2); length >= 1; length = Math.floor(length / 2)) {
    for (let at = 0; at < short.length && tries < MOST_TRIES; tries++) {
      const fewer = short.slice(0, at) + short.slice(at + length);
      if (await isBroken(fewer)) short = fewer;
      else at += length;
    }
  }
  return short;
}

type Holder = Record<string, unknown> | unknown[];

/** Where something can be left out: the names and numbers on the way to it. */
function* pathsOf(value: unknown, path: readonly string[] = []): Generator<readonly string[]> {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    yield [...path, name];
    yield* pathsOf(inner, [...path, name]);
  }
}

function without(document: unknown, path: readonly string[]): unknown {
  const copy = structuredClone(document);
  let holder = copy as Holder;
  for (const name of path.slice(0, -1)) holder = (holder as Record<string, Holder>)[name] as Holder;
  const last = path.at(-1) as string;
  if (Array.isArray(holder)) holder.splice(Number(last), 1);
  else delete holder[last];
  return copy;
}

/** Leaves out members and items of a document as long as the problem stays. */
export async function reduceDocument(document: unknown, isBroken: IsBroken<unknown>): Promise<unknown> {
  let short = document;
  let tries = 0;
  for (let found = true; found && tries < MOST_TRIES; ) {
    found = false;
    for (const path of pathsOf(short)) {
      const fewer = without(short, path);
      if (++tries >= MOST_TRIES) break;
      if (!(await isBroken(fewer))) continue;
      [short, found] = [fewer, true];
      break;
    }
  }
  return short;
}

/** What kind of problem it is: two finds of one kind differ in what they show, and not in what is wrong. */
export const kindOf = (what: string | undefined): string =>
  (what ?? '').replace(/ shows .*/s, ' shows').slice(0, 40);
