import { parseSubjectPattern, type SubjectPattern } from '@workload-identity/contract';
import { isAudience, isRole } from '@workload-identity/contract/identifiers';
import type { Verifier, VerifyOptions } from '../verify/verifier-options.ts';
import { closedOptions, readList, readSwitch } from './options.ts';

/** How a route authenticates its callers. */
export interface AuthenticationOptions {
  /** The audiences a token may be meant for here; each one of those the verifier has. Default: all the verifier has. */
  readonly audience?: string | readonly string[];
  /**
   * Lets requests in that carry no credential at all; they have no caller. Bad credentials, credentials of another kind
   * and two credentials are refused as ever. Default false.
   */
  readonly optional?: boolean;
  /**
   * Lets CORS preflights in without a caller: `OPTIONS` with `Origin` and `Access-Control-Request-Method` and without
   * credentials. Anyone can send that, so the handler must do nothing but answer the preflight. Default false.
   */
  readonly allowPreflight?: boolean;
}

/** Who may call: subjects, roles, or both. Where both are given, both must hold. */
export type AuthorizationOptions =
  | {
      /** Exact identifiers, or prefixes that end in `/*`. One of them must match. */
      readonly subjects: readonly string[];
      /** The caller must hold at least one of these. */
      readonly roles?: readonly string[];
      readonly anyCaller?: never;
    }
  | { readonly subjects?: never; readonly roles: readonly string[]; readonly anyCaller?: never }
  /** Every authenticated caller. This must be said; leaving the rules out is a mistake. */
  | { readonly subjects?: never; readonly roles?: never; readonly anyCaller: true };

/** Both at once, for frameworks whose routes carry options. Without `subjects` and `roles` any authenticated caller may. */
export interface RouteOptions extends AuthenticationOptions {
  /** Exact identifiers, or prefixes that end in `/*`. One of them must match. */
  readonly subjects?: readonly string[];
  /** The caller must hold at least one of these. */
  readonly roles?: readonly string[];
}

/** {@link AuthenticationOptions}, read. */
export interface AuthenticationRules {
  /** What the verifier is asked beyond its own settings. */
  readonly verifyOptions: VerifyOptions | undefined;
  readonly optional: boolean;
  readonly allowPreflight: boolean;
}

/** {@link AuthorizationOptions}, read. */
export interface AuthorizationRules {
  readonly subjects: readonly SubjectPattern[] | undefined;
  readonly roles: readonly string[] | undefined;
}

/** {@link RouteOptions}, read. */
export interface RouteRules extends AuthenticationRules {
  readonly authorization: AuthorizationRules | undefined;
}

const AUTHENTICATION = ['audience', 'optional', 'allowPreflight'] as const;
const AUTHORIZATION = ['subjects', 'roles'] as const;

function readAudience(one: unknown): string {
  if (!isAudience(one))
    throw new TypeError('`audience` is one audience or several, each of visible ASCII characters');
  return one;
}

function readSubject(one: unknown): SubjectPattern {
  try {
    return parseSubjectPattern(one as string);
  } catch (cause) {
    throw new TypeError('`subjects` holds `spiffe://<trust domain>/<path>`, or such a prefix and `/*`', {
      cause,
    });
  }
}

function readRole(one: unknown): string {
  if (!isRole(one)) throw new TypeError('`roles` holds names of 1 to 64 of a-z 0-9 . _ : -');
  return one;
}

function readAuthorization(subjects: unknown, roles: unknown): AuthorizationRules {
  return Object.freeze({
    subjects: readList('subjects', subjects, 'subject pattern', readSubject),
    roles: readList('roles', roles, 'role', readRole),
  });
}

/**
 * Reads how to authenticate.
 * @throws TypeError for an unknown or a wrong option
 */
export function authenticationRules(options: AuthenticationOptions = {}): AuthenticationRules {
  const { audience, optional, allowPreflight } = closedOptions(options, AUTHENTICATION);
  const audiences = readList(
    'audience',
    typeof audience === 'string' ? [audience] : audience,
    'audience',
    readAudience,
  );
  return Object.freeze({
    verifyOptions:
      audiences === undefined ? undefined : Object.freeze({ __proto__: null, audience: audiences }),
    optional: readSwitch('optional', optional),
    allowPreflight: readSwitch('allowPreflight', allowPreflight),
  });
}

/**
 * Reads who may call.
 * @throws TypeError for an unknown or a wrong option, and when nothing is said: allowing all is `{ anyCaller: true }`
 */
export function authorizationRules(options: AuthorizationOptions): AuthorizationRules {
  const { subjects, roles, anyCaller } = closedOptions(options, [...AUTHORIZATION, 'anyCaller']);
  const restricted = subjects !== undefined || roles !== undefined;
  if (anyCaller !== undefined && (anyCaller !== true || restricted)) {
    throw new TypeError('`anyCaller` is `true` and stands alone');
  }
  if (!restricted && anyCaller === undefined) {
    throw new TypeError('say who may call: `subjects`, `roles`, or `anyCaller: true`');
  }
  return readAuthorization(subjects, roles);
}

/**
 * Reads the options of a route.
 * @throws TypeError for an unknown or a wrong option, and for `optional` beside `subjects` or `roles`
 */
export function routeRules(options: RouteOptions = {}): RouteRules {
  const { subjects, roles, ...rest } = closedOptions(options, [...AUTHENTICATION, ...AUTHORIZATION]);
  const restricted = subjects !== undefined || roles !== undefined;
  const authentication = authenticationRules(rest);
  if (restricted && authentication.optional) {
    throw new TypeError(
      '`optional` lets in who has no subject and no role: leave out `subjects` and `roles`',
    );
  }
  return Object.freeze({
    ...authentication,
    authorization: restricted ? readAuthorization(subjects, roles) : undefined,
  });
}

/**
 * Checks what an adapter was given to verify with.
 * @throws TypeError
 */
export function requireVerifier(identity: Verifier): Verifier {
  if (typeof identity?.verify !== 'function') {
    throw new TypeError('an identity is required: something with `verify(token, options)`');
  }
  return identity;
}
