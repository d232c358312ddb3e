import { isWorkloadIdentityError } from '@workload-identity/contract';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { failure } from '../test/failure.ts';
import { OpenKeys } from '../test/open-keys.ts';
import { describeWithSoftHsm } from '../test/softhsm.ts';
import type { TokenSettings } from './options.ts';
import { readPin } from './token.ts';

describe('the PIN', () => {
  const settings = (readSecret: TokenSettings['readSecret']): TokenSettings => ({
    module: '/usr/lib/hsm.so',
    tokenLabel: 'main',
    slot: undefined,
    pin: { env: 'HSM_PIN' },
    readSecret,
  });

  test.each(['', '\n', '\r\n'])('is what is read, without a line break at its end: %j', async (end) => {
    expect(await readPin(settings(async () => ` 4711${end}`))).toBe(' 4711');
  });

  test('attack 55: is waited for for two seconds', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const late = failure(readPin(settings(() => new Promise(() => {}))));
      await vi.advanceTimersByTimeAsync(2_000);
      const error = await late;
      expect(isWorkloadIdentityError(error, 'secret_unavailable')).toBe(true);
      expect(error.message).toContain('the environment variable HSM_PIN has not answered for 2 seconds');
    } finally {
      vi.useRealTimers();
    }
  });

  test('is in no error of a reader that repeats what it was given', async () => {
    const error = await failure(
      readPin(settings(() => Promise.reject(new Error('no such file: canary-4711')))),
    );
    expect(isWorkloadIdentityError(error, 'secret_unavailable')).toBe(true);
    expect(`${error.stack} ${String(error.cause)}`).not.toContain('canary');
  });
});

describeWithSoftHsm('attack 56: a PIN in place of a label', (hsm) => {
  const keys = new OpenKeys(hsm);
  beforeAll(() => void hsm.createToken('main'));
  afterEach(() => keys.close());

  test.each(['82640517', 'correct horse battery staple', 'correct-horse-battery-staple'])(
    'is shown by no error: %j',
    async (canary) => {
      const changes = [
        { tokenLabel: canary },
        { keyLabel: canary },
        { pin: { env: canary }, readSecret: undefined as never },
        { pin: { file: canary }, readSecret: undefined as never },
      ];
      for (const change of changes) {
        const error = await failure(keys.with(change).publicKey());
        expect(isWorkloadIdentityError(error)).toBe(true);
        expect(`${error.stack} ${JSON.stringify(error)}`).not.toContain(canary);
        expect(error.message).toContain('not shown');
      }
    },
  );

  test('a module that is not there is shown by its path, unless that looks like a secret', async () => {
    const shown = await failure(keys.with({ module: '/usr/lib/none.so' }).publicKey());
    expect(shown.message).toContain('the file /usr/lib/none.so is not a PKCS#11 module');
    const canary = '/J3xTt7kPq0vZ8yW2mNcR5uLhE9aSdFgB1oIiKjXlVU';
    const hidden = await failure(keys.with({ module: canary }).publicKey());
    expect(hidden.message).not.toContain(canary.slice(2));
  });
});
