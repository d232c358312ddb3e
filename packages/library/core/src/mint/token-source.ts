import { LIMITS } from '@workload-identity/contract';
import { inRange, readClock, readOptions } from '../options.ts';
import type { MintedToken, Minter, MintRequest } from './minter.ts';

/** Settings of {@link createTokenSource}. */
export interface TokenSourceOptions {
  readonly minter: Minter;
  /** Lifetime of the tokens, in seconds. Default 300. */
  readonly lifetime?: number;
  /** Roles every token carries. Default none. */
  readonly roles?: readonly string[];
  /** Milliseconds since 1970, like `Date.now`, which is the default. */
  readonly clock?: () => number;
  /** A number from 0 to 1 that spreads refreshes, like `Math.random`, which is the default. */
  readonly random?: () => number;
}

/** Hands out tokens to present, by audience. */
export interface TokenSource {
  /**
   * A token for an audience: the same one until two thirds of its life are over. Then one caller's request fetches the
   * next in the background; while that fails, the old one serves until its end.
   */
  tokenFor(audience: string): Promise<string>;
  /**
   * Forgets the token for an audience, because a peer refused it.
   * @param token the refused one; a newer one that has taken its place stays
   */
  forget(audience: string, token?: string): void;
}

interface Held {
  readonly minted: MintedToken;
  readonly refreshAt: number;
}

const MAX_AUDIENCES = 10_000;
const REFRESH_AT = 2 / 3;
// Replicas started together refresh apart: up to a tenth of the life earlier.
const JITTER = 0.1;
const RETRY_SECONDS = 1;
const SOURCE_OPTIONS = { minter: true, lifetime: true, roles: true, clock: true, random: true } as const;

class CachingTokenSource implements TokenSource {
  readonly #minter: Minter;
  readonly #request: Omit<MintRequest, 'audience'>;
  readonly #clock: () => number;
  readonly #random: () => number;
  readonly #held = new Map<string, Held>();
  readonly #minting = new Map<string, Promise<string>>();

  constructor(given: TokenSourceOptions) {
    const { minter, lifetime, roles, clock, random = Math.random } = readOptions(given, SOURCE_OPTIONS);
    if (typeof minter?.mint !== 'function') throw new TypeError('`minter` is required');
    if (lifetime !== undefined) inRange('lifetime', lifetime, 1, LIMITS.lifetimeSeconds);
    this.#minter = minter;
    this.#request = { ...(lifetime !== undefined && { lifetime }), ...(roles !== undefined && { roles }) };
    this.#clock = readClock(clock);
    this.#random = random;
  }

  async tokenFor(audience: string): Promise<string> {
    const held = this.#held.get(audience);
    const now = this.#clock() / 1000;
    // A clock that went back leaves a token from the future: mint anew.
    if (held === undefined || now >= held.minted.expiresAt - 1 || now < held.minted.issuedAt - 1) {
      return this.#mint(audience);
    }
    if (now >= held.refreshAt) this.#refresh(audience, held, now);
    return held.minted.token;
  }

  forget(audience: string, token?: string): void {
    if (token === undefined || this.#held.get(audience)?.minted.token === token) this.#held.delete(audience);
  }

  #refresh(audience: string, held: Held, now: number): void {
    this.#mint(audience).catch(() => {
      // The old token still serves; the mint event told why the new one is late.
      if (this.#held.get(audience) === held) {
        this.#held.set(audience, { ...held, refreshAt: now + RETRY_SECONDS });
      }
    });
  }

  #mint(audience: string): Promise<string> {
    const under = this.#minting.get(audience);
    if (under !== undefined) return under;
    const minting = this.#fetch(audience).finally(() => this.#minting.delete(audience));
    this.#minting.set(audience, minting);
    return minting;
  }

  async #fetch(audience: string): Promise<string> {
    const minted = await this.#minter.mint({ audience, ...this.#request });
    const life = minted.expiresAt - minted.issuedAt;
    const refreshAt = minted.issuedAt + life * (REFRESH_AT - JITTER * this.#random());
    if (this.#held.size >= MAX_AUDIENCES) this.#held.clear();
    this.#held.set(audience, { minted, refreshAt });
    return minted.token;
  }
}

/**
 * Makes a token source over a minter: cached, refreshed ahead, one mint at a time for each audience.
 * @throws TypeError for a setting that is missing, unknown or out of range
 */
export function createTokenSource(options: TokenSourceOptions): TokenSource {
  return new CachingTokenSource(options);
}
