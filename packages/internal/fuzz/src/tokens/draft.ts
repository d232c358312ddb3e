import type { Random } from '../random.ts';
import type { Signing, World } from '../world/world.ts';

/** A member of a JSON object: its name and its value as JSON texts, right or wrong. */
export type Member = readonly [name: string, value: string];

/** A token before it is written down. */
export interface Draft {
  /** Who signs. The header may claim another. */
  signing: Signing;
  header: Member[];
  claims: Member[];
  /** Set where the header or the claims are no longer those of the token it began with. */
  changed: boolean;
  /** Changes of the texts and bytes before they are signed, in order. */
  readonly headerText: ((text: string) => string)[];
  readonly payloadText: ((text: string) => string)[];
  readonly headerBytes: ((bytes: Buffer) => Buffer)[];
  readonly payloadBytes: ((bytes: Buffer) => Buffer)[];
  /** Changes of what was signed, and of the whole. */
  readonly signature: ((signature: Buffer) => Buffer)[];
  readonly token: ((token: string) => string)[];
  /** The token it began with. */
  readonly origin: string;
}

/** What a change can draw from beside its draft. */
export interface Scene {
  readonly world: World;
  /** Tokens to begin with. */
  readonly seeds: readonly Seed[];
}

/** A token that is good, and who signed it. */
export interface Seed {
  readonly signing: Signing;
  readonly token: string;
}

/** One way to alter a token. */
export interface Mutation {
  readonly name: string;
  readonly apply: (draft: Draft, random: Random, scene: Scene) => void;
}

/** Members of a JSON text that is known to be good. */
export function membersOf(json: string): Member[] {
  const members = Object.entries(JSON.parse(json) as Record<string, unknown>);
  return members.map(([name, value]) => [JSON.stringify(name), JSON.stringify(value)]);
}

/** Takes a token apart, so that it can be put together again with changes. */
export function draftOf({ signing, token }: Seed): Draft {
  const [header = '', payload = ''] = token.split('.');
  const textOf = (part: string): string => Buffer.from(part, 'base64url').toString();
  return {
    signing,
    header: membersOf(textOf(header)),
    claims: membersOf(textOf(payload)),
    changed: false,
    headerText: [],
    payloadText: [],
    headerBytes: [],
    payloadBytes: [],
    signature: [],
    token: [],
    origin: token,
  };
}

const objectOf = (members: readonly Member[]): string =>
  `{${members.map(([name, value]) => `${name}:${value}`).join(',')}}`;

function through<T>(value: T, changes: readonly ((value: T) => T)[]): T {
  return changes.reduce((changed, change) => change(changed), value);
}

function segment(
  members: readonly Member[],
  texts: readonly ((text: string) => string)[],
  bytes: readonly ((bytes: Buffer) => Buffer)[],
): string {
  return through(Buffer.from(through(objectOf(members), texts)), bytes).toString('base64url');
}

/** Writes a draft down. What is not changed is not signed again: some signatures take a millisecond. */
export function write(draft: Draft): string {
  const isNew =
    draft.changed ||
    [draft.headerText, draft.payloadText, draft.headerBytes, draft.payloadBytes].some(
      (list) => list.length > 0,
    );
  let token = draft.origin;
  if (isNew) {
    const header = segment(draft.header, draft.headerText, draft.headerBytes);
    const input = `${header}.${segment(draft.claims, draft.payloadText, draft.payloadBytes)}`;
    token = `${input}.${draft.signing.sign(input).toString('base64url')}`;
  }
  if (draft.signature.length > 0) {
    const at = token.lastIndexOf('.') + 1;
    const signature = through(Buffer.from(token.slice(at), 'base64url'), draft.signature);
    token = token.slice(0, at) + signature.toString('base64url');
  }
  return through(token, draft.token);
}

/** Where a member stands by its plain name, or -1. */
export const indexOf = (members: readonly Member[], name: string): number =>
  members.findIndex(([written]) => written === JSON.stringify(name));

/** Gives a member a value, in its place or at the end. */
export function put(members: Member[], name: string, value: string): void {
  const at = indexOf(members, name);
  if (at < 0) members.push([JSON.stringify(name), value]);
  else members[at] = [JSON.stringify(name), value];
}

/** The value of a member, parsed; undefined where it is not there or is no JSON. */
export function parsedValue(members: readonly Member[], name: string): unknown {
  const [, value] = members[indexOf(members, name)] ?? [];
  try {
    return value === undefined ? undefined : JSON.parse(value);
  } catch {
    return undefined;
  }
}
