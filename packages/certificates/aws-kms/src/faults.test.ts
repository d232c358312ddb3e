import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import type { KMSClient } from '@aws-sdk/client-kms';
import type { CaKey } from '@workload-identity/ca';
import { type ErrorCode, isWorkloadIdentityError } from '@workload-identity/contract';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { CANARIES, useTestEnvironment } from '../test/environment.ts';
import { failure } from '../test/failure.ts';
import { adminClient, createKey, describeWithMoto, type Moto, REGION, startMoto } from '../test/moto.ts';
import { type Fault, fails, hangs, type KmsProxy, reply, resets, stalls, startProxy } from '../test/proxy.ts';
import { awsKmsCaKey } from './kms-ca-key.ts';
import type { KmsCaKeyOptions } from './options.ts';

const TBS = randomBytes(600);
const OFF = 3_600_000;

/** The date of an AWS request: `20260101T120000Z`. */
const dated = (text: string) =>
  Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

/** AWS by its own clock: requests more than 5 minutes off are refused. It tells its time in the Date header, or hides it. */
const byClock =
  (now: () => number, tellsTime: boolean): Fault =>
  ({ headers }, response) => {
    const off = now() - dated(String(headers['x-amz-date']));
    response.sendDate = false;
    if (tellsTime) response.setHeader('date', new Date(now()).toUTCString());
    if (Math.abs(off) <= 300_000) return false;
    const message = `Signature ${off > 0 ? 'expired' : 'not yet current'}: ${headers['x-amz-date']} is not within 5 min.`;
    reply(response, 400, { __type: 'InvalidSignatureException', message });
    return true;
  };

describeWithMoto('faults of KMS, through a proxy that does harm', () => {
  useTestEnvironment();
  let moto: Moto;
  let proxy: KmsProxy;
  let admin: KMSClient;
  let keyId: string;
  const open: CaKey[] = [];

  beforeAll(async () => {
    moto = await startMoto();
    proxy = await startProxy(moto.url);
    admin = adminClient(moto.url);
    keyId = await createKey(admin);
  });
  afterEach(async () => {
    proxy.always();
    for (const key of open.splice(0)) await key.close?.();
  });
  afterAll(async () => {
    await proxy?.close();
    await moto?.kill();
  });

  /** A key that has its public key, and waits between attempts without taking time. */
  const ready = async (options: Partial<KmsCaKeyOptions> = {}) => {
    const key = awsKmsCaKey({ keyId, region: REGION, endpoint: proxy.url, random: () => 0, ...options });
    open.push(key);
    await key.publicKey();
    return { key, from: proxy.calls.length };
  };
  const callsSince = (from: number) => proxy.calls.length - from;

  const throttled = fails('ThrottlingException', 'You have exceeded the rate at which you may call KMS.');
  const passing: [string, Fault[]][] = [
    ['throttled twice', [throttled, throttled]],
    ['500 and 503', [fails('KMSInternalException', '', 500), fails('KeyUnavailableException', '', 503)]],
    ['a dependency that timed out', [fails('DependencyTimeoutException', '', 503)]],
    ['connections cut', [resets, resets, resets]],
    ['no answer once', [hangs]],
  ];
  test.each(passing)('what passes by itself is attempted again: %s', async (_what, faults) => {
    const { key, from } = await ready({ attemptSeconds: 1 });
    proxy.next(...faults);
    await expect(key.sign(TBS)).resolves.toBeDefined();
    expect(callsSince(from)).toBe(faults.length + 1);
  });

  const lasting: [string, Fault, number, ErrorCode, string][] = [
    [
      'throttling',
      throttled,
      4,
      'authority_unavailable',
      'ask for a higher quota (ThrottlingException, HTTP 400, request wire-0001, 4 attempts)',
    ],
    [
      'internal error',
      fails('KMSInternalException', '', 500),
      4,
      'authority_unavailable',
      'has a fault of its own',
    ],
    ['cut connections', resets, 4, 'authority_unavailable', 'cannot be reached'],
    ['no answer', hangs, 4, 'authority_unavailable', 'did not answer in time'],
    [
      'missing permission',
      fails('AccessDeniedException', 'User: arn:aws:sts::1:x is not authorized'),
      1,
      'authority_unavailable',
      'Allow kms:GetPublicKey and kms:Sign',
    ],
    ['disabled key', fails('DisabledException'), 1, 'authority_unavailable', 'is disabled. Enable it'],
    [
      'pending deletion',
      fails('KMSInvalidStateException'),
      1,
      'authority_unavailable',
      'Cancel the deletion',
    ],
    ['deleted key', fails('NotFoundException'), 1, 'config_invalid', `there is no kms`],
    ['wrong use', fails('InvalidKeyUsageException'), 1, 'key_invalid', 'KeyUsage SIGN_VERIFY'],
    [
      'expired credentials',
      fails('ExpiredTokenException'),
      1,
      'authority_unavailable',
      'credentials have expired',
    ],
    [
      'unknown credentials',
      fails('UnrecognizedClientException'),
      1,
      'authority_unavailable',
      'does not know the credentials',
    ],
    [
      'an error never seen',
      fails('BrandNewException', 'says something'),
      1,
      'authority_unavailable',
      'kms:Sign with kms',
    ],
  ];
  test.each(lasting)(
    'what lasts tells the operator what to do: %s',
    async (_what, fault, attempts, code, advice) => {
      const { key, from } = await ready({ attemptSeconds: 0.6 });
      proxy.always(fault);
      const error = await failure(key.sign(TBS));
      expect(isWorkloadIdentityError(error, code)).toBe(true);
      expect(error.message).toContain(advice);
      expect(callsSince(from)).toBe(attempts);
      proxy.always();
      await expect(key.sign(TBS), 'it goes on when the fault is gone').resolves.toBeDefined();
    },
  );

  test("the waits between attempts are the budget's own", async () => {
    const waits: number[] = [];
    const sleep = (time: number, signal?: AbortSignal) => {
      // The end of the budget is awaited with a signal, the next attempt without.
      if (signal !== undefined) return new Promise<void>(() => {});
      waits.push(time);
      return Promise.resolve();
    };
    const { key } = await ready({ random: () => 1, sleep });
    proxy.next(throttled, throttled, resets);
    await expect(key.sign(TBS)).resolves.toBeDefined();
    expect(waits).toEqual([500, 1000, 400]);
  });

  test('the time of a call is kept, whatever KMS does', async () => {
    for (const fault of [hangs, stalls]) {
      const { key } = await ready({ attemptSeconds: 60, budgetSeconds: 1 });
      proxy.always(fault);
      const start = performance.now();
      const error = await failure(key.sign(TBS));
      expect(performance.now() - start).toBeLessThan(5_000);
      expect(isWorkloadIdentityError(error, 'authority_unavailable')).toBe(true);
      expect(error.message).toContain('did not answer in time. Check the route to it');
      proxy.always();
    }
  });

  test('a failed GetPublicKey is not remembered, and many callers cause one', async () => {
    const key = awsKmsCaKey({ keyId, region: REGION, endpoint: proxy.url, random: () => 0 });
    open.push(key);
    proxy.next(fails('AccessDeniedException'));
    const from = proxy.calls.length;
    const errors = await Promise.all([failure(key.publicKey()), failure(key.sign(TBS))]);
    for (const error of errors) expect(error.message).toContain('AWS denies kms:GetPublicKey');
    expect(callsSince(from)).toBe(1);
    await expect(key.sign(TBS)).resolves.toBeDefined();
  });

  test('the emulator is killed and comes back: the key fails meanwhile and goes on afterwards', async () => {
    const second = await startMoto();
    const id = await createKey(adminClient(second.url));
    const { port } = new URL(second.url);
    const key = awsKmsCaKey({ keyId: id, region: REGION, endpoint: second.url, random: () => 0 });
    open.push(key);
    await key.sign(TBS);
    await second.kill();
    const error = await failure(key.sign(TBS));
    expect(isWorkloadIdentityError(error, 'authority_unavailable')).toBe(true);
    expect(error.message).toContain(`KMS in ${REGION} cannot be reached`);
    // A new emulator has no keys: an answer again, and a clear one.
    const third = await startMoto(Number(port));
    try {
      const gone = await failure(key.sign(TBS));
      expect(isWorkloadIdentityError(gone, 'config_invalid')).toBe(true);
      expect(gone.message).toContain(`there is no kms ${id} in ${REGION}`);
    } finally {
      await third.kill();
    }
  });

  test.each([
    ['behind', OFF],
    ['ahead', -OFF],
  ])('a clock an hour %s is made good where AWS tells its time', async (_what, off) => {
    const { key } = await ready();
    proxy.always(byClock(() => Date.now() + off, true));
    await expect(key.sign(TBS)).resolves.toBeDefined();
  });

  test.each([
    ['behind', OFF],
    ['ahead', -OFF],
  ])('a clock an hour %s is named where AWS does not', async (_what, off) => {
    const { key } = await ready();
    proxy.always(byClock(() => Date.now() + off, false));
    const error = await failure(key.sign(TBS));
    expect(isWorkloadIdentityError(error, 'authority_unavailable')).toBe(true);
    expect(error.message).toContain('the clock of this machine is off');
    expect(error.message).toContain('NTP');
  });

  test('without credentials the message says how to get some', async () => {
    for (const name of Object.keys(CANARIES)) vi.stubEnv(name, undefined);
    try {
      const key = awsKmsCaKey({ keyId, region: REGION, endpoint: proxy.url });
      open.push(key);
      const error = await failure(key.publicKey());
      expect(isWorkloadIdentityError(error, 'authority_unavailable')).toBe(true);
      expect(error.message).toContain('there are no AWS credentials');
    } finally {
      for (const [name, value] of Object.entries(CANARIES)) vi.stubEnv(name, value);
    }
  });

  test('no credential, no request and no word of the answer is in any error', async () => {
    const echo = [...Object.values(CANARIES), TBS.toString('base64'), 'echo of the answer'].join(' ');
    const faults = [
      ...lasting.map(([, fault]) => fault),
      ...[
        'SignatureDoesNotMatch',
        'InvalidSignatureException',
        'AccessDeniedException',
        'ValidationException',
        'echo of the answer',
      ].map((type) => fails(type, echo)),
    ];
    const { key } = await ready({ attemptSeconds: 1, attempts: 1 });
    for (const fault of faults) {
      proxy.always(fault);
      const error = await failure(key.sign(TBS));
      const shown = inspect(error, { depth: 20, showHidden: true }) + JSON.stringify(error) + error.stack;
      for (const secret of echo.split(' ').filter((word) => word.length > 6))
        expect(shown).not.toContain(secret);
      expect(shown).not.toContain('echo of');
      expect(shown).not.toContain('Credential=');
    }
  });
});
