import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { useTestEnvironment } from '../test/environment.ts';
import { failure } from '../test/failure.ts';
import { type KmsProxy, stalls, startProxy } from '../test/proxy.ts';
import { signsItself } from '../test/signs-itself.ts';
import { createClient, withinBudget } from './client.ts';
import { awsKmsCaKey } from './kms-ca-key.ts';
import { type KmsCaKeyOptions, readOptions } from './options.ts';

const TBS = randomBytes(600);
const kms = signsItself('ECC_NIST_EDWARDS25519');

describe('the client of a key in KMS', () => {
  useTestEnvironment();
  let server: KmsProxy;
  beforeAll(async () => {
    server = await startProxy('http://127.0.0.1:1');
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  afterAll(() => server?.close());

  const ready = async (options: Partial<KmsCaKeyOptions> = {}) => {
    server.always(kms);
    const key = awsKmsCaKey({
      keyId: 'alias/ca',
      region: 'eu-west-1',
      endpoint: server.url,
      random: () => 0,
      ...options,
    });
    await key.publicKey();
    return { key, from: server.calls.length };
  };

  test('has the limits that its settings say, and asks the region and the address they name', async () => {
    const client = createClient(
      readOptions({
        keyId: 'alias/ca',
        region: 'eu-central-1',
        endpoint: 'http://127.0.0.1:4566',
        connectSeconds: 2,
        attemptSeconds: 5,
        attempts: 5,
      }),
    );
    expect(await client.config.region()).toBe('eu-central-1');
    expect(await client.config.maxAttempts()).toBe(5);
    expect(await client.config.endpoint?.()).toMatchObject({ hostname: '127.0.0.1', port: 4566 });
    await failure(client.config.requestHandler.handle({} as never));
    const { requestHandler } = client.config;
    const { httpHandlerConfigs } = requestHandler as unknown as { httpHandlerConfigs(): object };
    expect(httpHandlerConfigs.call(requestHandler)).toMatchObject({
      connectionTimeout: 2_000,
      requestTimeout: 5_000,
      socketTimeout: 5_000,
      throwOnRequestTimeout: true,
    });
    client.destroy();
  });

  test('has a second for a connection, three for an attempt, four attempts and ten seconds by default', () => {
    expect(readOptions({ keyId: 'alias/ca' })).toMatchObject({
      connectMs: 1_000,
      attemptMs: 3_000,
      attempts: 4,
      budgetMs: 10_000,
    });
  });

  test('attempts again what began to answer and never ended', async () => {
    const { key, from } = await ready({ attemptSeconds: 0.3 });
    server.next(stalls, kms);
    await expect(key.sign(TBS)).resolves.toBeDefined();
    expect(server.calls.length - from).toBe(2);
    await key.close?.();
  });

  test('hangs up when the time of a call is over, and waits for nothing when the call is', async () => {
    const signals: AbortSignal[] = [];
    const waits: (() => void)[] = [];
    const sleep = (_time: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        if (signal === undefined) return resolve();
        signals.push(signal);
        waits.push(resolve);
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    const { key } = await ready({ sleep, attemptSeconds: 60 });
    await key.sign(TBS);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    const hungUp = new Promise((resolve) => {
      server.always((_call, response) => {
        response.on('close', resolve);
        waits.at(-1)?.();
        return true;
      });
    });
    const error = await failure(key.sign(TBS));
    expect(error.message).toContain('did not answer in time');
    await hungUp;
    await key.close?.();
  });

  test('passes on what fails at once, and leaves no timer to fail behind it', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    const call = () => {
      throw new Error('at once');
    };
    await expect(withinBudget(readOptions({ keyId: 'alias/ca' }), call)).rejects.toThrow('at once');
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  test('is ended with the key', async () => {
    const others = await server.connections();
    const { key } = await ready();
    expect(await server.connections()).toBe(others + 1);
    await key.close?.();
    await vi.waitFor(async () => expect(await server.connections()).toBe(others), 2_000);
    await expect(key.publicKey()).rejects.toMatchObject({ code: 'closed' });
    const closed = server.calls.length;
    await expect(key.sign(TBS)).rejects.toMatchObject({ code: 'closed' });
    expect(server.calls.length).toBe(closed);
  });

  test('writes no line to the console', async () => {
    const spies = (['trace', 'debug', 'info', 'log', 'warn', 'error'] as const).map((name) =>
      vi.spyOn(console, name),
    );
    const { key } = await ready({ attempts: 1 });
    await key.sign(TBS);
    server.always(() => false);
    await failure(key.sign(TBS));
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
    await key.close?.();
  });
});
