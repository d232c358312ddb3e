import {
  CONTRACT,
  isWorkloadIdentityError,
  LIMITS,
  OPTIONAL_CLAIMS,
  parseWorkloadId,
  type RequestedClaims,
  readClaims,
  type TokenClaims,
  WorkloadIdentityError,
} from '@workload-identity/contract';
import { isAudience } from '@workload-identity/contract/identifiers';
import { engine } from '#engine';
import { isPromise } from '../after.ts';
import { DEFAULTS } from '../defaults.ts';
import { events } from '../events.ts';
import { toBase64url } from '../jws/base64url.ts';
import { parseStrictJson } from '../jws/strict-json.ts';
import type { Signer, SignerSource } from '../keys/signer.ts';
import { readClock, readOptions } from '../options.ts';

/** What a token shall say. Who signs, which type, algorithm, times and identifier are not the caller's to choose. */
export interface MintRequest extends RequestedClaims {
  /** For whom: one audience, or up to 8. */
  readonly audience: string | readonly string[];
  /** Which workload, when this minter is an issuer that may assert others. Default: the minter itself. */
  readonly subject?: string;
  /** Seconds, 1 to 3600. Default 300. */
  readonly lifetime?: number;
}

/** A minted token. Times are seconds since 1970. */
export interface MintedToken {
  readonly token: string;
  readonly tokenId: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly keyId: string;
}

/** Settings of {@link createMinter}. */
export interface MinterOptions {
  /** Who signs: `iss`. The workload itself, or the https URL of a token service. */
  readonly issuer: string;
  /** What it signs with: a key ring, or a rotating leaf. */
  readonly signers: SignerSource;
  /** Milliseconds since 1970, like `Date.now`, which is the default. */
  readonly clock?: () => number;
  /** Random bytes. Default: the platform's. */
  readonly randomBytes?: (length: number) => Uint8Array;
}

/** Mints tokens. */
export interface Minter {
  /**
   * Mints a token.
   * @throws TypeError for a member the request does not have
   * @throws WorkloadIdentityError `mint_refused` where the token would break the contract; `signer_unavailable`
   */
  mint(request: MintRequest): Promise<MintedToken>;
}

const TOKEN_ID_BYTES = 16;
const MINTER_OPTIONS = { issuer: true, signers: true, clock: true, randomBytes: true } as const;
/** The claims a request may set, and the names of their members. */
const CLAIM_OF = Object.entries(OPTIONAL_CLAIMS).flatMap(([claim, row]) =>
  'request' in row ? [[row.request, claim] as const] : [],
);
const MINT_OPTIONS = {
  audience: true,
  subject: true,
  lifetime: true,
  ...(Object.fromEntries(CLAIM_OF.map(([name]) => [name, true])) as Record<keyof RequestedClaims, true>),
};

function refused(cause: unknown): unknown {
  if (!isWorkloadIdentityError(cause, 'claims_invalid')) return cause;
  const { detail = cause.message } = cause;
  return new WorkloadIdentityError('mint_refused', { detail, cause });
}

/** Copies a request, once: what is checked is what is signed, and nothing of the caller's is kept or frozen. */
function readRequest(given: MintRequest): MintRequest {
  const request = readOptions(given, MINT_OPTIONS) as unknown as Record<string, unknown>;
  for (const name of Object.keys(request)) {
    const value = request[name];
    if (typeof value === 'object' && value !== null) request[name] = copyJson(value);
  }
  return request as unknown as MintRequest;
}

function copyJson(value: object): unknown {
  // The payload is the first level.
  const copy = parseStrictJson(JSON.stringify(value) ?? '', LIMITS.jsonDepth - 1);
  if (copy !== undefined) return copy;
  throw new WorkloadIdentityError('mint_refused', {
    detail: `it nests deeper than ${LIMITS.jsonDepth}, or holds text that is no Unicode`,
  });
}

function readAudiences({ audience }: MintRequest): readonly string[] {
  const audiences: unknown = typeof audience === 'string' ? [audience] : audience;
  if (Array.isArray(audiences) && audiences.length >= 1 && audiences.every(isAudience)) return audiences;
  throw new WorkloadIdentityError('mint_refused', { detail: '`audience` is one audience or several' });
}

class TokenMinter implements Minter {
  readonly #issuer: string;
  readonly #signers: SignerSource;
  readonly #clock: () => number;
  readonly #tokenId: () => string;

  constructor(given: MinterOptions) {
    const { issuer, signers, clock, randomBytes } = readOptions(given, MINTER_OPTIONS);
    if (typeof signers?.signerFor !== 'function') throw new TypeError('`signers` is required: a key ring');
    if (!issuer?.startsWith('https://')) parseWorkloadId(issuer);
    this.#issuer = issuer;
    this.#signers = signers;
    this.#clock = readClock(clock);
    this.#tokenId =
      randomBytes === undefined ? engine.tokenId : () => toBase64url(randomBytes(TOKEN_ID_BYTES));
  }

  async mint(given: MintRequest): Promise<MintedToken> {
    try {
      const request = readRequest(given);
      const signing = this.#signers.signerFor(readAudiences(request));
      const signer = isPromise(signing) ? await signing : signing;
      const claims = this.#claims(request, signer);
      const signed = signer.sign(JSON.stringify(claims));
      const token = typeof signed === 'string' ? signed : await signed;
      if (token.length > LIMITS.tokenBytes) {
        throw new WorkloadIdentityError('mint_refused', {
          detail: `it is larger than ${LIMITS.tokenBytes} bytes`,
        });
      }
      if (events.mint.hasSubscribers) this.#announce(claims, signer);
      return { token, tokenId: claims.jti, issuedAt: claims.iat, expiresAt: claims.exp, keyId: signer.keyId };
    } catch (thrown) {
      const error = refused(thrown);
      if (isWorkloadIdentityError(error)) events.mint.publish({ outcome: 'failed', code: error.code });
      throw error;
    }
  }

  #claims(request: MintRequest, signer: Signer): TokenClaims {
    const { lifetime = DEFAULTS.tokenLifetimeSeconds } = request;
    if (!Number.isInteger(lifetime) || lifetime < 1 || lifetime > LIMITS.lifetimeSeconds) {
      throw new WorkloadIdentityError('mint_refused', {
        detail: `\`lifetime\` is 1 to ${LIMITS.lifetimeSeconds} seconds`,
      });
    }
    const iat = Math.floor(this.#clock() / 1000);
    const exp = Math.min(iat + lifetime, signer.notAfter ?? Number.POSITIVE_INFINITY);
    const claims: Record<string, unknown> = {
      ver: CONTRACT.version,
      iss: this.#issuer,
      sub: request.subject === undefined ? this.#issuer : request.subject,
      aud: request.audience,
      iat,
      exp,
      jti: this.#tokenId(),
    };
    for (const [name, claim] of CLAIM_OF) if (request[name] !== undefined) claims[claim] = request[name];
    return readClaims(claims);
  }

  #announce({ sub, aud, jti, exp }: TokenClaims, { rung, keyId }: Signer): void {
    events.mint.publish({
      outcome: 'minted',
      subject: sub,
      audience: aud,
      tokenId: jti,
      expiresAt: exp,
      rung,
      keyId,
    });
  }
}

/**
 * Makes a minter. It validates its settings at once and does no I/O.
 * @throws TypeError for a setting that is missing
 * @throws WorkloadIdentityError `identifier_invalid` for an issuer that is neither a workload identifier nor an https URL
 */
export function createMinter(options: MinterOptions): Minter {
  return new TokenMinter(options);
}
