import { type ErrorCode, WorkloadIdentityError } from '@workload-identity/contract';

/** The call that failed, and with what. */
export interface FailedCall {
  /** The IAM action: `kms:Sign` or `kms:GetPublicKey`. */
  readonly action: string;
  /** The key for the operator. */
  readonly name: string;
  readonly region: string;
}

type Advice = (call: FailedCall) => string;
type Reason = readonly [ErrorCode, Advice];

/*
 * `authority_unavailable` where what must change lies outside the process, which then goes on by itself. `config_invalid`
 * and `key_invalid` where this configuration, or this key, can never work.
 */
const later = (advice: Advice): Reason => ['authority_unavailable', advice];
const never = (code: ErrorCode, advice: Advice): Reason => [code, advice];

const denied = later(
  ({ action, name }) =>
    `AWS denies ${action} on ${name}. Allow kms:GetPublicKey and kms:Sign to the role of this process in the key policy, or in an IAM policy where the key policy leaves it to IAM, and compare its conditions: kms:MessageType RAW, kms:SigningAlgorithm, kms:RequestAlias`,
);
const missing = never(
  'config_invalid',
  ({ name, region }) =>
    `there is no ${name} in ${region}. A key belongs to one region and one account: compare the region, the account of the credentials and the spelling`,
);
const disabled = later(
  ({ name }) => `${name} is disabled. Enable it, or move to its successor (see the rotation of a CA key)`,
);
const wrongState = later(
  ({ name }) =>
    `${name} is in a state that permits no use, such as pending deletion. Cancel the deletion and enable the key; if it is meant to go, move to its successor first`,
);
const wrongUse = never(
  'key_invalid',
  ({ action, name }) =>
    `${name} cannot do ${action}. Create a key with KeyUsage SIGN_VERIFY and KeySpec ECC_NIST_P256`,
);
const throttled = later(
  ({ region }) =>
    `KMS throttles this account in ${region}. Renew fewer leaves at once, look for what else signs with KMS in this account, or ask for a higher quota`,
);
const broken = later(
  ({ region }) => `KMS in ${region} has a fault of its own. It was attempted again in vain`,
);
const late = later(
  ({ region }) =>
    `KMS in ${region} did not answer in time. Check the route to it: VPC endpoint, security group, DNS`,
);
const unreachable = later(
  ({ region }) =>
    `KMS in ${region} cannot be reached. Check the region, the endpoint and the route to it: VPC endpoint, security group, DNS`,
);
const untrusted = later(
  () => 'the TLS certificate of the KMS endpoint is not trusted. Check the endpoint and what stands between',
);
const noCredentials = later(
  () =>
    'there are no AWS credentials. Give this process a role (IRSA, task role, instance profile) or set them in its environment',
);
const expired = later(
  () => 'the AWS credentials have expired. Renew them; roles of the platform renew by themselves',
);
const strange = later(
  () => 'AWS does not know the credentials, or their signature is wrong. Check which ones this process finds',
);
const clock = later(
  () =>
    'the clock of this machine is off by more than 5 minutes, so AWS refuses the signed request. Set the clock (NTP); leaves issued by such a clock would be refused too',
);
const noRegion = never(
  'config_invalid',
  () => 'there is no AWS region for the KMS key. Name it in the configuration, or give the key by its ARN',
);

/** By the name of the SDK's error, or by the code of the system's. */
const REASONS: Readonly<Record<string, Reason>> = {
  AccessDeniedException: denied,
  NotFoundException: missing,
  InvalidArnException: missing,
  DisabledException: disabled,
  KMSInvalidStateException: wrongState,
  InvalidKeyUsageException: wrongUse,
  UnsupportedOperationException: wrongUse,
  ThrottlingException: throttled,
  Throttling: throttled,
  LimitExceededException: throttled,
  RequestLimitExceeded: throttled,
  TooManyRequestsException: throttled,
  BudgetSpent: late,
  TimeoutError: late,
  ETIMEDOUT: late,
  ECONNREFUSED: unreachable,
  ECONNRESET: unreachable,
  EPIPE: unreachable,
  ENOTFOUND: unreachable,
  EAI_AGAIN: unreachable,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  CERT_HAS_EXPIRED: untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  ERR_TLS_CERT_ALTNAME_INVALID: untrusted,
  CredentialsProviderError: noCredentials,
  ExpiredTokenException: expired,
  ExpiredToken: expired,
  UnrecognizedClientException: strange,
  InvalidClientTokenId: strange,
  MissingAuthenticationTokenException: strange,
  IncompleteSignatureException: strange,
  InvalidSignatureException: strange,
  SignatureDoesNotMatch: strange,
  RequestExpired: clock,
  RequestInTheFuture: clock,
  RequestTimeTooSkewed: clock,
};

const OFF_CLOCK = /signature (expired|not yet current)/i;

interface Thrown {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  readonly $metadata?: { httpStatusCode?: number; requestId?: string; attempts?: number };
}

function reasonOf({ name = '', code = '', message = '', $metadata }: Thrown): Reason | undefined {
  const known = [code, name].find((key) => Object.hasOwn(REASONS, key));
  const reason = known === undefined ? undefined : REASONS[known];
  if (reason === strange && OFF_CLOCK.test(message)) return clock;
  if (message === 'Region is missing') return noRegion;
  return reason ?? (($metadata?.httpStatusCode ?? 0) >= 500 ? broken : undefined);
}

/** What the operator needs to find the call in the logs of AWS. Neither message nor body: they may quote credentials. */
function trace({ name, code, $metadata }: Thrown): string {
  const facts = [
    [code, name].find((word) => word !== undefined && /^[\w-]{1,64}$/.test(word)) ?? 'unknown',
    $metadata?.httpStatusCode && `HTTP ${$metadata.httpStatusCode}`,
    $metadata?.requestId && `request ${$metadata.requestId.slice(0, 64)}`,
    ($metadata?.attempts ?? 1) > 1 && `${$metadata?.attempts} attempts`,
  ];
  return facts.filter((fact) => fact).join(', ');
}

/** Turns what the AWS SDK threw into an error that tells the operator what to do, and that holds nothing of the original. */
export function explain(call: FailedCall, thrown: unknown): WorkloadIdentityError {
  const failure = (thrown ?? {}) as Thrown;
  const [code, advice] = reasonOf(failure) ?? later(({ action, name }) => `${action} with ${name} failed`);
  return new WorkloadIdentityError(code, { detail: `${advice(call)} (${trace(failure)})` });
}
