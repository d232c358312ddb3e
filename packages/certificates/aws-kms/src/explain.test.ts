import { inspect } from 'node:util';
import { type ErrorCode, isWorkloadIdentityError } from '@workload-identity/contract';
import { describe, expect, test } from 'vitest';
import { explain } from './explain.ts';

const call = { action: 'kms:Sign', name: 'kms alias/ca', region: 'eu-west-1' };
const LATER: ErrorCode = 'authority_unavailable';

describe('what is told of a failure of KMS', () => {
  const told: [string, ErrorCode, readonly string[]][] = [
    ['AWS denies kms:Sign', LATER, ['AccessDeniedException']],
    ['there is no kms alias/ca in eu-west-1', 'config_invalid', ['NotFoundException', 'InvalidArnException']],
    ['is disabled', LATER, ['DisabledException']],
    ['pending deletion', LATER, ['KMSInvalidStateException']],
    ['cannot do kms:Sign', 'key_invalid', ['InvalidKeyUsageException', 'UnsupportedOperationException']],
    [
      'KMS throttles this account',
      LATER,
      [
        'ThrottlingException',
        'Throttling',
        'LimitExceededException',
        'RequestLimitExceeded',
        'TooManyRequestsException',
      ],
    ],
    ['did not answer in time', LATER, ['BudgetSpent', 'TimeoutError', 'ETIMEDOUT']],
    [
      'cannot be reached',
      LATER,
      ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
    ],
    [
      'TLS certificate of the KMS endpoint is not trusted',
      LATER,
      [
        'CERT_HAS_EXPIRED',
        'DEPTH_ZERO_SELF_SIGNED_CERT',
        'SELF_SIGNED_CERT_IN_CHAIN',
        'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
        'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
        'ERR_TLS_CERT_ALTNAME_INVALID',
      ],
    ],
    ['there are no AWS credentials', LATER, ['CredentialsProviderError']],
    ['credentials have expired', LATER, ['ExpiredTokenException', 'ExpiredToken']],
    [
      'does not know the credentials',
      LATER,
      [
        'UnrecognizedClientException',
        'InvalidClientTokenId',
        'MissingAuthenticationTokenException',
        'IncompleteSignatureException',
        'InvalidSignatureException',
        'SignatureDoesNotMatch',
      ],
    ],
    ['clock of this machine is off', LATER, ['RequestExpired', 'RequestInTheFuture', 'RequestTimeTooSkewed']],
  ];
  const each = told.flatMap(([advice, code, names]) => names.map((name) => [name, code, advice] as const));

  test.each(each)('%s is %s: %s', (name, code, advice) => {
    for (const thrown of [
      { name, message: 'canary' },
      { name: 'Error', code: name, message: 'canary' },
    ]) {
      const error = explain(call, thrown);
      expect(isWorkloadIdentityError(error, code)).toBe(true);
      expect(error.message).toContain(advice);
      expect(error.message).toContain(`(${name})`);
    }
  });

  test.each(['constructor', 'toString', '__proto__'])('%s is a name like others', (name) => {
    const error = explain(call, { name });
    expect(isWorkloadIdentityError(error, LATER)).toBe(true);
    expect(error.message).toContain('kms:Sign with kms alias/ca failed');
  });

  test.each([
    { name: 'canary canary', code: 'canary\ncanary', message: 'canary', stack: 'canary' },
    { name: `${'x'.repeat(64)}canary` },
    { name: 'Thrown', $metadata: { requestId: `${'r'.repeat(64)}canary` } },
    new Error('canary'),
    'canary',
    null,
    undefined,
  ])('nothing else of it is told, nor kept', (thrown) => {
    const error = explain(call, thrown);
    expect(isWorkloadIdentityError(error, LATER)).toBe(true);
    expect(inspect(error, { depth: 20, showHidden: true }) + error.stack).not.toContain('canary');
    expect(error.cause).toBeUndefined();
  });

  test('status, request and attempts are told', () => {
    const $metadata = { httpStatusCode: 503, requestId: 'r-1', attempts: 4 };
    expect(explain(call, { name: 'Unknown', $metadata }).message).toContain(
      'has a fault of its own. It was attempted again in vain (Unknown, HTTP 503, request r-1, 4 attempts)',
    );
    expect(
      explain(call, { name: 'Unknown', $metadata: { httpStatusCode: 400, attempts: 1 } }).message,
    ).toContain('failed (Unknown, HTTP 400)');
  });
});
