import { isWorkloadIdentityError } from '@workload-identity/contract';
import type { VerifiedIdentity } from '@workload-identity/core';
import { type Counts, count } from '../fuzzer.ts';
import { type Decision, decide, type Proven } from '../oracle/decide.ts';
import { compact, type JsonMembers } from '../oracle/json.ts';
import type { Profile } from '../world/world.ts';

/** What came of a token: an identity, the code of a refusal, or an error that must not be. */
export interface Outcome {
  readonly identity?: VerifiedIdentity;
  readonly code?: string;
  readonly error?: unknown;
  /** Milliseconds. */
  readonly took: number;
}

/** Verifies a token and takes the time. */
export async function verify({ verifier }: Profile, token: string, proven?: Proven): Promise<Outcome> {
  const start = performance.now();
  try {
    const options = proven === undefined ? undefined : { provenKey: proven as never };
    const identity = await verifier.verify(token, options);
    return { identity, took: performance.now() - start };
  } catch (error) {
    const took = performance.now() - start;
    return isWorkloadIdentityError(error) ? { code: error.code, took } : { error, took };
  }
}

function isFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isFrozen);
}

const nameOf = (actor: JsonMembers): string => compact([actor.get('sub') ?? null, actor.get('iss') ?? null]);

/** In what an identity differs from the one that the oracle read. */
function differences(
  identity: VerifiedIdentity,
  decision: Exclude<Decision, { refused: readonly string[] }>,
): string[] {
  const { claims, rung, keyId } = decision;
  const actors = identity.actors.map(({ subject, issuer }) => compact([subject, issuer ?? null]));
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['rung', identity.rung, rung],
    ['keyId', identity.keyId, keyId],
    ['subject', identity.subject, claims.sub],
    ['issuer', identity.issuer, claims.iss],
    ['audience', compact(identity.audience), compact(claims.aud)],
    ['tokenId', identity.tokenId, claims.jti],
    ['issuedAt', identity.issuedAt, claims.iat],
    ['expiresAt', identity.expiresAt, claims.exp],
    ['actors', compact(actors), compact(claims.actors.map(nameOf))],
    ['claims', compact(identity.claims), claims.kept],
    ['trustDomain', identity.trustDomain, claims.sub.split('/')[2]],
    ['no prototype', Object.getPrototypeOf(identity), null],
    ['no prototype of claims', Object.getPrototypeOf(identity.claims), null],
    ['frozen', isFrozen(identity), true],
  ];
  return pairs
    .filter(([, found, wanted]) => found !== wanted)
    .map(([name, found, wanted]) => `${name}: ${found} and not ${wanted}`);
}

const say = ({ identity, code, error }: Outcome): string =>
  identity !== undefined ? 'accepted' : (code ?? `threw ${String(error)}`);

/** A token that takes longer than this, three times in a row, is a find. Milliseconds. */
export const SLOW = 50;

/** What is wrong with the verdict on a token; undefined where nothing is. */
export async function problemOf(
  profile: Profile,
  token: string,
  proven: Proven | undefined,
  counts: Counts,
): Promise<string | undefined> {
  const first = await verify(profile, token, proven);
  if (first.error !== undefined) {
    const { stack } = first.error as Error;
    return `an error of another kind: ${stack ?? String(first.error)}`;
  }
  count(counts, first.code ?? `accepted, ${first.identity?.rung}`);
  const decision = decide(token, profile.setup, proven);
  if (decision.refused === undefined) {
    if (first.identity === undefined) return `refused with ${first.code}; the oracle accepts it`;
    const wrong = differences(first.identity, decision);
    if (wrong.length > 0) return `accepted with another identity: ${wrong.join('; ')}`;
  } else {
    const codes = decision.refused.join(' or ');
    if (first.identity !== undefined) return `accepted; the oracle refuses it with ${codes}`;
    if (!decision.refused.includes(first.code as string))
      return `refused with ${first.code}; the oracle refuses it with ${codes}`;
  }
  const second = await verify(profile, token, proven);
  if (say(second) !== say(first)) return `first ${say(first)}, then ${say(second)}`;
  if (second.identity !== undefined && compact(second.identity) !== compact(first.identity)) {
    return 'the second identity is another one';
  }
  return first.took > SLOW && second.took > SLOW ? slowness(profile, token, proven) : undefined;
}

/** Whether a token takes long by the time of the processor: a clock also counts what else the machine does. */
async function slowness(
  profile: Profile,
  token: string,
  proven: Proven | undefined,
): Promise<string | undefined> {
  const before = process.threadCpuUsage();
  await verify(profile, token, proven);
  const { user, system } = process.threadCpuUsage(before);
  const took = (user + system) / 1_000;
  return took > SLOW ? `takes ${took.toFixed(0)} ms` : undefined;
}
