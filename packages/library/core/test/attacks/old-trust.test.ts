import { randomBytes } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { createBundleSource, HmacKey } from '../../src/index.ts';
import { BILLING } from '../support/names.ts';
import { secretSigning } from '../support/signing.ts';
import { tokenOf } from '../support/tokens.ts';
import { bundleOf, verifierOf } from '../support/world.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

async function collected(): Promise<void> {
  // What was weak in one turn is held until it ends.
  for (let round = 0; round < 3; round++) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
}

/** A source whose secret is another one after each reload, and a verifier that caches a token of each. */
async function rotating(denials: number) {
  let signing = secretSigning();
  const tokens = Array.from({ length: denials }, (_, at) => `denied-token-identifier-${at}`);
  const bundle = bundleOf(
    [
      {
        rung: 'hmac',
        issuer: 'self',
        subjects: ['spiffe://prod.example.com/*'],
        keys: [{ secret: { env: 'S' } }],
      },
    ],
    { denied: { tokens } },
  );
  const source = createBundleSource({
    bundle,
    readSecret: async () => signing.secret.toString('base64'),
    pollInterval: 0,
  });
  const verifier = verifierOf(source);
  const rotate = async (): Promise<WeakRef<object>> => {
    signing = secretSigning();
    await source.reload();
    await verifier.verify(tokenOf(signing));
    return new WeakRef(source.current());
  };
  return { source, verifier, rotate };
}

describe('attack 60: the memory of an old trust', () => {
  it('holds no old snapshot, although each has a token in the cache', async () => {
    const { rotate, source } = await rotating(100);
    const snapshots: WeakRef<object>[] = [];
    for (let at = 0; at < 200; at++) snapshots.push(await rotate());
    await collected();
    const alive = snapshots.filter((snapshot) => snapshot.deref() !== undefined);
    expect(alive.map((snapshot) => snapshot.deref())).toEqual([source.current()]);
  });

  it('does not grow with reloads', async () => {
    const { rotate } = await rotating(20_000);
    for (let at = 0; at < 3; at++) await rotate();
    await collected();
    const before = process.memoryUsage().heapUsed;
    for (let at = 0; at < 40; at++) await rotate();
    await collected();
    // Each snapshot holds about 2 MiB of denials: forty of them would be 80.
    expect((process.memoryUsage().heapUsed - before) / 2 ** 20).toBeLessThan(12);
  });

  it('lets a verification under way end under the trust it began with', async () => {
    const { rotate, source, verifier } = await rotating(1);
    await rotate();
    const before = source.current();
    const key = await HmacKey.fromSecret(randomBytes(32));
    expect(before.keys.has(key.keyId)).toBe(false);
    const verifying = verifier
      .verify(tokenOf(secretSigning()))
      .catch((error: { code: string }) => error.code);
    await rotate();
    expect(await verifying).toBe('key_unknown');
  });
});

describe('attack 45: the key of a snapshot', () => {
  it('gives its secret to nobody who holds a bundle source', async () => {
    const signing = secretSigning();
    const source = createBundleSource({
      bundle: bundleOf([
        {
          rung: 'hmac',
          issuer: 'self',
          subjects: ['spiffe://prod.example.com/*'],
          keys: [{ secret: { env: 'S' } }, { secret: { env: 'S' }, deriveFor: [BILLING] }],
        },
      ]),
      readSecret: async () => signing.secret.toString('base64'),
    });
    await source.ready();
    const seen = new Set<unknown>();
    const visit = (value: unknown): void => {
      if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value))
        return;
      seen.add(value);
      expect(typeof (value as { export?: unknown }).export).not.toBe('function');
      if (value instanceof Uint8Array) throw new Error('bytes are reachable');
      const inner = value instanceof Map ? [...value] : value instanceof Set ? [...value] : [];
      for (const one of inner) visit(one);
      for (const name of Reflect.ownKeys(value)) visit((value as Record<PropertyKey, unknown>)[name]);
    };
    visit(source.current());
    expect(seen.size).toBeGreaterThan(10);
    source.close();
  });
});
