/**
 * What is used where a setting is left out. None of it is part of the contract: it may change with a minor version.
 * Descriptions and READMEs take the values from here. Times are seconds, sizes bytes.
 */
export const DEFAULTS = Object.freeze({
  /** Lifetime of a token. */
  tokenLifetimeSeconds: 300,
  /** Leeway between the clocks of minter and verifier. */
  leewaySeconds: 10,
  /** Memory for verified tokens. */
  cacheBytes: 16 * 1024 * 1024,
  /** How often files and secrets are looked at. */
  pollSeconds: 5,
  /** The least time between two reads that unknown keys cause. */
  unknownKeyCooldownSeconds: 5,
});
