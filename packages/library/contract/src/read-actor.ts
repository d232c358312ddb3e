import type { Actor } from './claim-values.ts';
import { invalidClaim, isObject, own, required } from './json-object.ts';
import { LIMITS } from './limits.ts';
import { isIssuer } from './names.ts';

/** Reads `act` to its allowed depth. Its members never decide access, except the outermost (RFC 8693 section 4.1). */
export function readActor(value: unknown): Actor {
  return readActorAt(value, 1);
}

function readActorAt(value: unknown, depth: number): Actor {
  if (!isObject(value)) throw invalidClaim('act', 'is an object');
  if (depth > LIMITS.actorDepth) throw invalidClaim('act', `is at most ${LIMITS.actorDepth} deep`);
  const sub = required(value, 'sub', isIssuer, 'names an actor: a workload identifier or an https URL');
  const iss = own(value, 'iss');
  if (iss !== undefined && !isIssuer(iss)) throw invalidClaim('act', 'has an `iss` that is no issuer');
  const inner = own(value, 'act');
  return Object.freeze({
    sub,
    ...(iss === undefined ? undefined : { iss }),
    ...(inner === undefined ? undefined : { act: readActorAt(inner, depth + 1) }),
  });
}
