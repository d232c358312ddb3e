import { setTimeout as wait } from 'node:timers/promises';
import type { KMSClient } from '@aws-sdk/client-kms';
import { WorkloadIdentityError } from '@workload-identity/contract';

/** Settings of {@link awsKmsCaKey}. */
export interface KmsCaKeyOptions {
  /** Key identifier, key ARN, `alias/…` or alias ARN. An ARN brings its region. */
  readonly keyId: string;
  /** Default: the region of the ARN, then what the AWS SDK finds in the environment and in `~/.aws/config`. */
  readonly region?: string;
  /** Another address of KMS: a VPC endpoint or an emulator. `https:`, or `http:` on this machine. */
  readonly endpoint?: string;
  /**
   * A client to use in place of an own one. It brings its region, endpoint, credentials, timeouts and retries; of the
   * budget only `budgetSeconds` holds. The caller ends it.
   */
  readonly client?: KMSClient;
  /** Seconds until a connection stands. Default 1. */
  readonly connectSeconds?: number;
  /** Seconds for one attempt. Default 3. */
  readonly attemptSeconds?: number;
  /** How often one call is attempted. Default 4. */
  readonly attempts?: number;
  /** Seconds for one call with all its attempts and the waits between them. Default 10. */
  readonly budgetSeconds?: number;
  /** Milliseconds since 1970, like `Date.now`, which is the default. */
  readonly clock?: () => number;
  /** A number from 0 to 1 that spreads the retries, like `Math.random`, which is the default. */
  readonly random?: () => number;
  /** Waits, in milliseconds, between attempts and for the end of the budget; ends early by the signal. Default: Node's timer. */
  readonly sleep?: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

/** The settings with every default in place. */
export interface Settings {
  readonly keyId: string;
  readonly region: string | undefined;
  readonly endpoint: string | undefined;
  readonly client: KMSClient | undefined;
  readonly connectMs: number;
  readonly attemptMs: number;
  readonly attempts: number;
  readonly budgetMs: number;
  readonly clock: () => number;
  readonly random: () => number;
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

// What has another form may be a secret that was written here by mistake: it is refused, and not shown.
const KEY_ID =
  /^(?:arn:[A-Za-z0-9:/_-]{1,2044}|alias\/[A-Za-z0-9:/_-]{1,250}|mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
const ARN_REGION = /^arn:[a-z0-9-]+:kms:([a-z0-9-]+):\d{12}:(?:key|alias)\/[A-Za-z0-9:/_-]{1,256}$/;
const REGION = /^[a-z]{2,8}(?:-[a-z]{2,16}){1,3}-\d{1,2}$/;
const NAMES: Readonly<Record<keyof KmsCaKeyOptions, true>> = {
  keyId: true,
  region: true,
  endpoint: true,
  client: true,
  connectSeconds: true,
  attemptSeconds: true,
  attempts: true,
  budgetSeconds: true,
  clock: true,
  random: true,
  sleep: true,
};
const OWN_CLIENT = ['region', 'endpoint', 'connectSeconds', 'attemptSeconds', 'attempts'] as const;
const MAX_SECONDS = 60;
const MAX_ATTEMPTS = 10;

function invalid(detail: string): WorkloadIdentityError {
  return new WorkloadIdentityError('config_invalid', { detail });
}

function milliseconds(name: string, value: number): number {
  if (typeof value === 'number' && value > 0 && value <= MAX_SECONDS) return value * 1000;
  throw new TypeError(`${name} must be a number of seconds, more than 0 and at most ${MAX_SECONDS}`);
}

function attempts(value: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= MAX_ATTEMPTS) return value;
  throw new TypeError(`attempts must be a whole number from 1 to ${MAX_ATTEMPTS}`);
}

function regionOf(keyId: string, region: string | undefined): string | undefined {
  const inArn = ARN_REGION.exec(keyId)?.[1];
  if (keyId.startsWith('arn:') && inArn === undefined)
    throw invalid('what begins with `arn:` is not the ARN of a KMS key or alias');
  if (region === undefined) return inArn;
  if (!REGION.test(region)) throw invalid('the KMS region is not the name of a region, such as `eu-west-1`');
  if (inArn !== undefined && inArn !== region)
    throw invalid(`the KMS key is in ${inArn} by its ARN, and the region is set to ${region}`);
  return region;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Over plain HTTP anyone on the path could put their own public key in place of the CA's. */
function checkEndpoint(endpoint: string): string {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  const safe = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname));
  if (url === undefined || !safe || url.username !== '' || url.password !== '')
    throw invalid('the KMS endpoint must be an `https:` URL without credentials, or `http:` on this machine');
  return endpoint;
}

/**
 * Reads the settings.
 * @throws TypeError when the caller misuses an option
 * @throws WorkloadIdentityError `config_invalid` when a key, region or endpoint cannot be one
 */
export function readOptions(given: KmsCaKeyOptions): Settings {
  if (typeof given !== 'object' || given === null) throw new TypeError('settings are required: an object');
  const options: KmsCaKeyOptions = Object.assign(Object.create(null), given);
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(NAMES, name));
  if (unknown !== undefined) throw new TypeError(`\`${unknown}\` is not an option`);
  const { keyId, region, endpoint, client } = options;
  if (typeof keyId !== 'string') throw new TypeError('keyId must be a string');
  if (!KEY_ID.test(keyId)) throw invalid('the KMS key must be a key id, a key ARN or `alias/…`');
  const both = OWN_CLIENT.filter((name) => client !== undefined && options[name] !== undefined);
  if (both.length > 0) throw new TypeError(`give either client or ${both.join(', ')}`);
  return {
    keyId,
    region: client === undefined ? regionOf(keyId, region) : undefined,
    endpoint: endpoint === undefined ? undefined : checkEndpoint(endpoint),
    client,
    connectMs: milliseconds('connectSeconds', options.connectSeconds ?? 1),
    attemptMs: milliseconds('attemptSeconds', options.attemptSeconds ?? 3),
    attempts: attempts(options.attempts ?? 4),
    budgetMs: milliseconds('budgetSeconds', options.budgetSeconds ?? 10),
    clock: options.clock ?? Date.now,
    random: options.random ?? Math.random,
    sleep: options.sleep ?? ((time, signal) => wait(time, undefined, signal && { signal })),
  };
}
