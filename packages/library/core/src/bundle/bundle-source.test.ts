import { randomBytes } from 'node:crypto';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HmacAuthority, type TrustBundle, WorkloadIdentityError } from '@workload-identity/contract';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { record } from '../../test/support/channels.ts';
import type { BundleEvent } from '../events.ts';
import type { BundleSource, BundleSourceOptions } from './bundle-options.ts';
import { createBundleSource } from './bundle-source.ts';

let folder: string;
let file: string;
const opened: BundleSource[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'workload-identity-'));
});
afterEach(() => {
  for (const source of opened.splice(0)) source.close();
  vi.useRealTimers();
});
afterAll(() => rm(folder, { recursive: true }));

const shared: HmacAuthority = {
  rung: 'hmac',
  issuer: 'self',
  subjects: ['spiffe://prod.example.com/*'],
  keys: [{ secret: { env: 'SECRET' } }],
};
const bundle = (sequence: number, changes: Partial<TrustBundle> = {}): TrustBundle => ({
  version: 1,
  trustDomain: 'prod.example.com',
  sequence,
  authorities: [shared],
  ...changes,
});

/** Puts a file in place at once, as a deployment does. */
async function write(text: string | Uint8Array): Promise<void> {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}
const put = (document: unknown): Promise<void> => write(JSON.stringify(document));

let secret = randomBytes(32).toString('base64');
function open(options: Partial<BundleSourceOptions> = {}): BundleSource {
  const source = createBundleSource({
    bundle: { file },
    readSecret: async () => secret,
    pollInterval: 0,
    ...options,
  });
  opened.push(source);
  return source;
}

async function opening(options: Partial<BundleSourceOptions> = {}): Promise<BundleSource> {
  file = join(folder, `${randomBytes(8).toString('hex')}.json`);
  await put(bundle(5));
  const source = open(options);
  await source.ready();
  return source;
}

const keysOf = (source: BundleSource): string[] => [...source.current().keys.keys()];

describe('a source of trust', () => {
  test('does nothing before it is asked', () => {
    let reads = 0;
    const source = createBundleSource({ bundle: bundle(1), readSecret: async () => `${reads++}` });
    expect(reads).toBe(0);
    expect(source.status()).toEqual({ state: 'empty' });
    expect(() => source.current()).toThrow(expect.objectContaining({ code: 'bundle_unavailable' }));
  });

  test('tells how it stands', async () => {
    const source = await opening({ clock: () => 123_456 });
    expect(source.status()).toEqual({
      state: 'current',
      trustDomain: 'prod.example.com',
      sequence: 5,
      loadedAt: 123_456,
    });
    expect(Object.isFrozen(source.status())).toBe(true);
  });

  test('takes a newer bundle, and the same one no second time', async () => {
    const source = await opening();
    const loads = record<BundleEvent>('bundle');
    const before = source.current();
    await source.reload();
    expect(source.current()).toBe(before);
    await put(bundle(6));
    await source.reload();
    expect(source.current()).not.toBe(before);
    expect(source.current().sequence).toBe(6);
    loads.stop();
    expect(loads.events).toEqual([{ outcome: 'loaded', trustDomain: 'prod.example.com', sequence: 6 }]);
  });

  test('takes a changed secret under the same bundle', async () => {
    const source = await opening();
    const [before] = keysOf(source);
    secret = randomBytes(32).toString('base64');
    await source.reload();
    expect(keysOf(source)).toHaveLength(1);
    expect(keysOf(source)[0]).not.toBe(before);
  });

  test.each<[string, () => Promise<void>, string]>([
    ['broken JSON', () => write('{"version":1'), 'bundle_invalid'],
    ['a member twice', () => write('{"version":1,"version":1}'), 'bundle_invalid'],
    ['a mistake in it', () => put(bundle(6, { authorities: [{}] as never })), 'bundle_invalid'],
    ['bytes that are not UTF-8', () => write(Buffer.from([0xff, 0xfe])), 'bundle_invalid'],
    [
      'a file name that is not UTF-8',
      async () => {
        const [before = '', after = ''] = JSON.stringify(
          bundle(6, { authorities: [{ ...shared, keys: [{ secret: { file: '@' } }] }] }),
        ).split('@');
        await write(Buffer.concat([Buffer.from(before), Buffer.of(0xff), Buffer.from(after)]));
      },
      'bundle_invalid',
    ],
    ['nothing in it', () => write(''), 'bundle_invalid'],
    [
      'more than 16 MiB',
      () => write(JSON.stringify(bundle(6)).padEnd(16 * 1024 * 1024 + 1)),
      'bundle_unavailable',
    ],
    ['no file', () => rm(file), 'bundle_unavailable'],
    ['an older sequence', () => put(bundle(4)), 'bundle_invalid'],
    [
      'another trust domain',
      () => put({ ...bundle(6), trustDomain: 'test.example.com', authorities: [] }),
      'bundle_invalid',
    ],
    [
      'a subject of another trust domain',
      () => put(bundle(6, { denied: { subjects: ['spiffe://test.example.com/x'] } })),
      'bundle_invalid',
    ],
    [
      'a secret that is too short',
      async () => {
        secret = 'AAAA';
      },
      'key_invalid',
    ],
  ])('keeps the last good bundle while there is %s, and says so once', async (_, breakIt, code) => {
    secret = randomBytes(32).toString('base64');
    const source = await opening();
    const good = source.current();
    const loads = record<BundleEvent>('bundle');
    await breakIt();
    await source.reload();
    await source.reload();
    expect(source.current()).toBe(good);
    expect(source.status()).toMatchObject({ state: 'stale', sequence: 5, error: { code } });
    expect(loads.events).toEqual([{ outcome: 'refused', code, message: source.status().error?.message }]);
    secret = randomBytes(32).toString('base64');
    await put(bundle(7));
    await source.reload();
    loads.stop();
    expect(source.status()).toMatchObject({ state: 'current', sequence: 7 });
    expect(source.status().error).toBeUndefined();
    expect(loads.events.at(-1)).toMatchObject({ outcome: 'loaded', sequence: 7 });
  });

  test('says that all is well again when a broken bundle turns back into the one in force', async () => {
    const source = await opening();
    const good = source.current();
    const loads = record<BundleEvent>('bundle');
    await write('broken');
    await source.reload();
    await put(bundle(5));
    await source.reload();
    loads.stop();
    expect(loads.events.map(({ outcome }) => outcome)).toEqual(['refused', 'loaded']);
    expect(source.current()).toBe(good);
    expect(source.status().state).toBe('current');
  });

  test('asks a further check before a bundle comes into force', async () => {
    let refuses = false;
    const check = (): void => {
      if (refuses) throw new WorkloadIdentityError('bundle_invalid', { detail: 'not these anchors' });
    };
    const source = await opening({ check });
    refuses = true;
    await put(bundle(6));
    await source.reload();
    expect(source.current().sequence).toBe(5);
    expect(source.status().error?.message).toContain('not these anchors');
  });

  test('gives the reason when the first bundle cannot be used, and again until it can', async () => {
    file = join(folder, 'later.json');
    const source = open();
    await expect(source.ready()).rejects.toMatchObject({ code: 'bundle_unavailable' });
    await expect(source.ready()).rejects.toThrow('ENOENT');
    expect(() => source.current()).toThrow(expect.objectContaining({ code: 'bundle_unavailable' }));
    await put(bundle(1));
    await source.ready();
    expect(source.status().state).toBe('current');
  });

  test('is of no use after it was closed', async () => {
    const source = await opening();
    source.close();
    expect(() => source.current()).toThrow(expect.objectContaining({ code: 'closed' }));
    await expect(source.ready()).rejects.toMatchObject({ code: 'closed' });
    await put(bundle(6));
    await source.reload();
    expect(source.status().sequence).toBe(5);
  });

  test('takes nothing that was on its way when it was closed', async () => {
    file = join(folder, 'closing.json');
    await put(bundle(1));
    const source = open();
    const loading = source.ready();
    source.close();
    await expect(loading).rejects.toMatchObject({ code: 'closed' });
    expect(source.status().state).toBe('empty');
  });

  test('reads anew for a question that came while it was reading, and never twice at once', async () => {
    const counts = { now: 0, most: 0, all: 0 };
    const source = open({
      bundle: bundle(1),
      readSecret: async () => {
        counts.all++;
        counts.most = Math.max(counts.most, ++counts.now);
        await new Promise((resolve) => setImmediate(resolve));
        counts.now--;
        return secret;
      },
    });
    // The first continues before the question that waits behind it.
    const again = source.reload().then(() => source.reload());
    await Promise.all([again, source.reload(), source.reload(), source.reload()]);
    expect(counts).toEqual({ now: 0, most: 1, all: 2 });
    await source.reload();
    expect(counts.all).toBe(3);
  });
});
