import type { SignConfiguration } from '../rungs/rungs.ts';

/** How a service verifies. */
export interface VerifyConfiguration {
  /** The trust bundle: a JSON file. Paths are relative to the working directory. */
  readonly bundle: { readonly file: string };
  /** The trust domain the bundle must be of. Default: that of the workload. */
  readonly trustDomain?: string;
  /** Who this service is to its callers; a token must be meant for one of these, exactly. Default: the workload itself. */
  readonly audiences?: readonly string[];
  /** Leeway between clocks: `0s` to `60s`, default `10s`. */
  readonly leeway?: string;
  /** The longest lifetime accepted: `1s` to `1h`, which is the default. */
  readonly maxLifetime?: string;
  /** Memory for verified tokens, in bytes; 0 switches the cache off. Default 16 MiB. */
  readonly cacheBytes?: number;
  /** Takes RS256 from keys the bundle gives that algorithm. Off by default. */
  readonly acceptRs256?: boolean;
  /** How often the bundle, the secrets in it and the keys to sign with are looked at; `0s` never. Default `5s`. */
  readonly pollInterval?: string;
}

/** The parts of a configuration. */
export interface ConfigurationParts {
  /** Where the editor finds the schema. */
  readonly $schema?: string;
  /** Which workload this is: `spiffe://<trust domain>/<path>`. */
  readonly workload: string;
  /** Without it, the service cannot mint. */
  readonly sign?: SignConfiguration;
  /** Without it, the service cannot verify. */
  readonly verify?: VerifyConfiguration;
}

/** The configuration of a service, as `workload-identity.json` holds it: it signs, verifies, or both. */
export type Configuration = ConfigurationParts &
  ({ readonly sign: SignConfiguration } | { readonly verify: VerifyConfiguration });
