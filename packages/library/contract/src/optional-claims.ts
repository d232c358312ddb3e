import type { Actor, Attestation, Confirmation, JsonValue } from './claim-values.ts';
import { invalidClaim } from './json-object.ts';
import { LIMITS } from './limits.ts';
import { ROLE, TRANSACTION } from './patterns.ts';
import { readActor } from './read-actor.ts';
import { readAttestation } from './read-attestation.ts';
import { readConfirmation } from './read-confirmation.ts';
import { readExtension } from './read-extension.ts';
import { isTime } from './time.ts';

/** The form of a claim: how a value is read, and what its schema is made of. */
export interface ClaimForm<T> {
  /** @throws WorkloadIdentityError `claims_invalid` */
  readonly read: (value: unknown, name: string) => T;
  /** What `schemas/claims.ts` makes a schema of: the grammar itself, or the name of an object's schema. */
  readonly schema:
    | 'time'
    | { readonly text: RegExp }
    | { readonly list: RegExp; readonly most: number }
    | ObjectForm;
}

/** The claims that are objects. Each has a schema of its own. */
export type ObjectForm = 'confirmation' | 'actor' | 'attestation' | 'extension';

/** One optional claim: everything that is said of it in code, schemas and documents. */
export interface OptionalClaimRow<T> {
  /** The member of a `MintRequest` that sets it. Without one, no minter writes it. */
  readonly request?: string;
  /** Its type, in the words of the grammar of the specification. */
  readonly type: string;
  /** What it means, for the specification and the schema. */
  readonly meaning: string;
  /** Its rules in short, for the README. */
  readonly rules: string;
  readonly form: ClaimForm<T>;
}

/** One line of text. @param rule what the error says */
function text(pattern: RegExp, rule: string): ClaimForm<string> {
  return {
    schema: { text: pattern },
    read(value, name) {
      if (typeof value === 'string' && pattern.test(value)) return value;
      throw invalidClaim(name, rule);
    },
  };
}

/** Up to so many names. @param rule what the error says */
function list(pattern: RegExp, most: number, rule: string): ClaimForm<readonly string[]> {
  const isName = (one: unknown): one is string => typeof one === 'string' && pattern.test(one);
  return {
    schema: { list: pattern, most },
    read(value, name) {
      if (Array.isArray(value) && value.length <= most && value.every(isName))
        return Object.freeze([...value]);
      throw invalidClaim(name, rule);
    },
  };
}

const time: ClaimForm<number> = {
  schema: 'time',
  read(value, name) {
    if (isTime(value)) return value;
    throw invalidClaim(name, 'is a whole number of seconds');
  },
};

function object<T>(schema: ObjectForm, read: (value: unknown) => T): ClaimForm<T> {
  return { schema, read };
}

/**
 * The optional claims of contract version 1, one row each. The reader, the types, the schemas, what a minter takes, the
 * tables of the specification and the README, and the runs between releases follow from it.
 */
export const OPTIONAL_CLAIMS = Object.freeze({
  nbf: {
    type: 'time',
    meaning: 'not valid before; earlier than `exp`',
    rules: 'not valid before: earlier than `exp`',
    form: time,
  },
  roles: {
    request: 'roles',
    type: `array of 0 to ${LIMITS.roles} roles`,
    meaning: 'what the subject may act as',
    rules: `up to ${LIMITS.roles} names of 1 to 64 of \`a-z 0-9 . _ : -\``,
    form: list(ROLE, LIMITS.roles, `is up to ${LIMITS.roles} role names`),
  },
  cnf: {
    request: 'confirmation',
    type: 'object, below',
    meaning: 'the key the token is bound to',
    rules:
      'exactly one of `jkt`, `x5t#S256`, `jwk`, no `jwe` or `jku`, others ignored: worthless without a proof of that key',
    form: object<Confirmation>('confirmation', readConfirmation),
  },
  act: {
    request: 'actor',
    type: 'object, below',
    meaning: 'who acts for `sub`',
    rules: `who acts for \`sub\`: \`sub\`, and optionally \`iss\` and the actor before as \`act\`, at most ${LIMITS.actorDepth} deep`,
    form: object<Actor>('actor', readActor),
  },
  txn: {
    request: 'transaction',
    type: 'transaction',
    meaning: 'transaction identifier',
    rules: 'transaction identifier: 1 to 256 visible ASCII characters',
    form: text(TRANSACTION, 'is 1 to 256 visible ASCII characters'),
  },
  att: {
    request: 'attestation',
    type: 'object, below',
    meaning: 'how the workload was attested',
    rules: 'how the workload was attested: `method`, `issuer`, `subject`',
    form: object<Attestation>('attestation', readAttestation),
  },
  ext: {
    request: 'extension',
    type: 'object, below',
    meaning: "the service's own claims",
    rules: `the service's own claims: one object, at most ${LIMITS.extensionBytes} bytes as compact JSON`,
    form: object<{ readonly [name: string]: JsonValue }>('extension', readExtension),
  },
} as const satisfies Readonly<Record<string, OptionalClaimRow<unknown>>>);

type Rows = typeof OPTIONAL_CLAIMS;
type ValueOf<Row> = Row extends { readonly form: ClaimForm<infer T> } ? T : never;
type RequestOf<Row> = Row extends { readonly request: infer Name extends string } ? Name : never;

/** The optional claims of a token. */
export type OptionalClaims = { readonly [Claim in keyof Rows]?: ValueOf<Rows[Claim]> };

/** What a minter may be asked to put into a token, by the names of its request. */
export type RequestedClaims = {
  readonly [Claim in keyof Rows as RequestOf<Rows[Claim]>]?: ValueOf<Rows[Claim]>;
};
