import {
  isWorkloadIdentityError,
  parseSubjectPattern,
  parseTrustDomain,
  parseWorkloadId,
  readClaims,
  trustDomainOf,
  type WorkloadId,
} from '@workload-identity/contract';
import {
  isAudience,
  isIssuer,
  isRole,
  isSubjectPattern,
  isWorkloadId,
} from '@workload-identity/contract/identifiers';
import {
  audienceSchema,
  issuerSchema,
  roleSchema,
  subjectPatternSchema,
  workloadIdSchema,
} from '@workload-identity/contract/schemas';
import { reduceText } from '../documents/reduce.ts';
import { type Counts, count, type Find, type Fuzzer, type Target } from '../fuzzer.ts';
import * as oracle from '../oracle/grammar.ts';
import { randomOf } from '../random.ts';
import { textOf } from './texts.ts';

const ID = 'spiffe://prod.example.com/orders';
const CLAIMS = { ver: 1, iss: ID, sub: ID, aud: 'a', iat: 0, exp: 1, jti: 'a'.repeat(16) };

/** Whether something takes a text. An error of another kind is a find, and so it is thrown on. */
function takes(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (isWorkloadIdentityError(error)) return false;
    throw error;
  }
}

const claims =
  (changes: (text: string) => object) =>
  (text: string): boolean =>
    takes(() => readClaims({ ...CLAIMS, ...changes(text) }));

/** Every place that reads a name, and the reading of it by the letters of the grammar. */
const READERS: readonly (readonly [
  name: string,
  reads: (text: string) => boolean,
  is: (text: string) => boolean,
])[] = [
  ['parseWorkloadId', (text) => takes(() => parseWorkloadId(text)), oracle.isWorkloadId],
  ['workloadIdSchema', (text) => workloadIdSchema.safeParse(text).success, oracle.isWorkloadId],
  ['parseTrustDomain', (text) => takes(() => parseTrustDomain(text)), oracle.isTrustDomain],
  ['parseSubjectPattern', (text) => takes(() => parseSubjectPattern(text)), oracle.isPattern],
  ['subjectPatternSchema', (text) => subjectPatternSchema.safeParse(text).success, oracle.isPattern],
  ['issuerSchema', (text) => issuerSchema.safeParse(text).success, oracle.isIssuer],
  ['isWorkloadId', isWorkloadId, oracle.isWorkloadId],
  ['isSubjectPattern', isSubjectPattern, oracle.isPattern],
  ['isIssuer', isIssuer, oracle.isIssuer],
  ['isAudience', isAudience, oracle.isAudience],
  ['audienceSchema', (text) => audienceSchema.safeParse(text).success, oracle.isAudience],
  ['isRole', isRole, oracle.isRole],
  ['roleSchema', (text) => roleSchema.safeParse(text).success, oracle.isRole],
  ['claim sub', claims((sub) => ({ sub })), oracle.isWorkloadId],
  ['claim sub beside the same iss', claims((sub) => ({ sub, iss: sub })), oracle.isWorkloadId],
  ['claim iss', claims((iss) => ({ iss })), oracle.isIssuer],
  ['claim act', claims((sub) => ({ act: { sub } })), oracle.isIssuer],
  ['claim aud', claims((aud) => ({ aud })), oracle.isAudience],
  ['claim aud in a list', claims((aud) => ({ aud: ['a', aud] })), oracle.isAudience],
  ['claim roles', claims((role) => ({ roles: [role] })), oracle.isRole],
  ['claim jti', claims((jti) => ({ jti })), oracle.isTokenId],
  ['claim txn', claims((txn) => ({ txn })), oracle.isTransaction],
  ['claim att', claims((text) => ({ att: { method: 'a', issuer: text, subject: 'b' } })), oracle.isLine],
  ['claim cnf', claims((jkt) => ({ cnf: { jkt } })), oracle.isHash],
];

/** What is wrong with the reading of a text; undefined where nothing is. */
export function problemOf(text: string, counts: Counts): string | undefined {
  for (const [name, reads, is] of READERS) {
    const wanted = is(text);
    if (wanted) count(counts, `${name}: taken`);
    if (reads(text) !== wanted)
      return `${name} ${wanted ? 'refuses' : 'takes'} what the grammar ${wanted ? 'takes' : 'refuses'}`;
  }
  if (oracle.isWorkloadId(text) && trustDomainOf(text as WorkloadId) !== oracle.domainOf(text))
    return 'another trust domain';
  return undefined;
}

/** What is wrong with a pattern over an identifier; undefined where nothing is. */
export function matchProblemOf(pattern: string, id: string, counts: Counts): string | undefined {
  if (!oracle.isPattern(pattern) || !oracle.isWorkloadId(id)) return undefined;
  const wanted = oracle.matches(pattern, id);
  count(counts, `pattern: ${wanted ? 'matches' : 'does not match'}`);
  return parseSubjectPattern(pattern).matches(id as WorkloadId) === wanted
    ? undefined
    : `the pattern ${wanted ? 'does not match' : 'matches'}`;
}

/** An identifier near a pattern: below it, beside it, above it. */
function near(pattern: string, at: number): string {
  const prefix = pattern.endsWith('/*') ? pattern.slice(0, -2) : pattern;
  return [`${prefix}/a`, prefix, `${prefix}a`, `${prefix}/a/b`, prefix.slice(0, -1), `${prefix}.a/b`][
    at
  ] as string;
}

/** Names of every kind, held against the grammar read letter by letter. */
export const identifiers: Target = {
  name: 'identifiers',
  cases: 'names',
  runs: 1_000_000,
  async open(seed): Promise<Fuzzer> {
    const counts: Counts = new Map();
    return {
      counts,
      async run(index): Promise<Find | undefined> {
        const random = randomOf(seed, index);
        const text = textOf(random);
        const id = random.chance(0.5) ? near(text, random.int(6)) : textOf(random);
        const what = problemOf(text, counts) ?? matchProblemOf(text, id, counts);
        if (what === undefined) return undefined;
        const short = await reduceText(text, async (fewer) => problemOf(fewer, new Map()) === what);
        return { target: 'identifiers', seed, index, what, minimal: JSON.stringify([short, id]) };
      },
    };
  },
};
