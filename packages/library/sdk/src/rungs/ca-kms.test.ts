import { awsKmsCaKey } from '@workload-identity/aws-kms';
import { createRootCertificate } from '@workload-identity/ca';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { CANARIES, useTestEnvironment } from '../../../../certificates/aws-kms/test/environment.ts';
import {
  adminClient,
  createKey,
  describeWithMoto,
  type Moto,
  REGION,
  startMoto,
} from '../../../../certificates/aws-kms/test/moto.ts';
import { fails, type KmsProxy, startProxy } from '../../../../certificates/aws-kms/test/proxy.ts';
import { signsItself } from '../../../../certificates/aws-kms/test/signs-itself.ts';
import { under } from '../../test/ca.ts';
import { BILLING, codeOf, nextEvent, ORDERS, open, openScene, watch } from '../../test/scene.ts';
import type { IdentityOptions } from '../index.ts';

const TO_BILLING = { audience: BILLING };
const HOUR = 3_600_000;
const ARN = 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';

/** The certificate of a key in KMS, as an operator makes it once. */
async function rootOf(endpoint: string, keyId: string): Promise<string> {
  const key = awsKmsCaKey({ keyId, region: REGION, endpoint });
  const { pem } = await createRootCertificate(key, { trustDomain: 'prod.example.com' });
  await key.close?.();
  return pem;
}

/** Orders signs under a key in KMS, and verifies its own tokens for billing. */
function orders(file: string, kms: string, endpoint: string, options: IdentityOptions = {}) {
  const sign = { rung: 'ca', key: { awsKms: kms, region: REGION, endpoint } } as const;
  return open({ workload: ORDERS, sign, verify: { bundle: { file }, audiences: [BILLING] } }, options);
}

const keyIdOf = (identity: ReturnType<typeof open>) => identity.status().signer?.keys[0]?.keyId;

describe('a CA key in a KMS that answers over HTTP', () => {
  useTestEnvironment();
  let proxy: KmsProxy;

  /** A KMS that is up, with a CA of its own. */
  async function kms() {
    proxy.always(signsItself('ECC_NIST_EDWARDS25519'));
    const scene = openScene();
    const pem = await rootOf(proxy.url, ARN);
    return { scene, pem, file: scene.bundle([under(pem)]) };
  }

  beforeAll(async () => {
    proxy = await startProxy('http://127.0.0.1:1');
  });
  afterAll(() => proxy?.close());

  it('signs one leaf for many tokens', async () => {
    const { file } = await kms();
    const identity = orders(file, ARN, proxy.url);
    const from = proxy.calls.length;
    for (let count = 0; count < 200; count++) await identity.mint(TO_BILLING);
    expect(proxy.calls.slice(from).map(({ action }) => action)).toEqual(['GetPublicKey', 'Sign']);
    const { token } = await identity.mint(TO_BILLING);
    expect((await identity.verify(token)).rung).toBe('ca');
  });

  it('leaves a service signing while it refuses every call; a new one does not start, and says why', async () => {
    const { file } = await kms();
    let now = Date.now();
    const running = orders(file, ARN, proxy.url, { clock: () => now, random: () => 0 });
    await running.ready();
    const before = keyIdOf(running);
    proxy.always(fails('AccessDeniedException', 'canary', 400));
    const events = watch('leaf');
    now += 6.1 * HOUR;
    expect((await running.mint(TO_BILLING)).keyId).toBe(before);
    await vi.waitFor(() => expect(events).toHaveLength(1));
    expect(events).toMatchObject([{ outcome: 'failed', code: 'authority_unavailable', keyId: before }]);
    expect(running.status().signer).toMatchObject({
      state: 'stale',
      keys: [{ state: 'active', keyId: before }],
      error: { code: 'authority_unavailable', message: expect.stringContaining('AWS denies kms:Sign') },
    });
    await expect(orders(file, ARN, proxy.url).ready()).rejects.toMatchObject({
      code: 'authority_unavailable',
      message: expect.stringContaining('AWS denies kms:GetPublicKey'),
    });
    proxy.always(signsItself('ECC_NIST_EDWARDS25519'));
    now += 6 * HOUR;
    // Another key than before answers now: it is no CA of this bundle.
    expect(await codeOf(running.mint(TO_BILLING))).toBe('signer_unavailable');
    expect(running.status().signer).toMatchObject({ state: 'empty', keys: [] });
  });

  it('follows an alias to another key at SIGHUP, once the bundle has its anchor', async () => {
    const { scene, pem, file } = await kms();
    const identity = orders(file, 'alias/workload-ca', proxy.url);
    await identity.ready();
    const before = keyIdOf(identity);
    proxy.always(signsItself('ECC_NIST_EDWARDS25519'));
    const tooEarly = await identity.reload();
    expect(tooEarly.signer).toMatchObject({ state: 'stale', keys: [{ keyId: before }] });
    expect(tooEarly.signer?.error?.message).toContain(
      'no anchor of the trust bundle is for the CA key kms alias',
    );
    expect(await codeOf(identity.verify((await identity.mint(TO_BILLING)).token))).toBe('none');
    scene.bundle([under(pem, await rootOf(proxy.url, ARN))], { sequence: 2 });
    expect((await identity.reload()).signer?.state).toBe('current');
    expect(keyIdOf(identity)).not.toBe(before);
    expect(await codeOf(identity.verify((await identity.mint(TO_BILLING)).token))).toBe('none');
  });

  it('follows an alias to another key at the next renewal, without a hand', async () => {
    const [first, second] = [signsItself('ECC_NIST_EDWARDS25519'), signsItself('ECC_NIST_EDWARDS25519')];
    const pems: string[] = [];
    for (const key of [second, first]) {
      proxy.always(key);
      pems.push(await rootOf(proxy.url, ARN));
    }
    const file = openScene().bundle([under(...pems)]);
    let now = Date.now();
    const identity = orders(file, 'alias/workload-ca', proxy.url, { clock: () => now, random: () => 0 });
    await identity.ready();
    const before = keyIdOf(identity);
    proxy.always(second);
    const events = watch('leaf');
    for (const [attempt, later] of [6.1 * HOUR, 60_000].entries()) {
      now += later;
      await identity.mint(TO_BILLING);
      await vi.waitFor(() => expect(events).toHaveLength(attempt + 1));
    }
    expect(events).toMatchObject([{ outcome: 'failed', code: 'key_invalid' }, { outcome: 'renewed' }]);
    expect(keyIdOf(identity)).not.toBe(before);
    expect(identity.status().signer?.state).toBe('current');
  });
});

describe('an alias that moved before the bundle had an anchor for its new key', () => {
  useTestEnvironment();

  /** Orders has a leaf under the first key, and has found at its renewal that the alias leads to the second. */
  async function tooEarly() {
    const proxy = await startProxy('http://127.0.0.1:1');
    onTestFinished(() => proxy.close());
    const [first, second] = [signsItself('ECC_NIST_EDWARDS25519'), signsItself('ECC_NIST_EDWARDS25519')];
    const rootUnder = (key: typeof first) => {
      proxy.always(key);
      return rootOf(proxy.url, ARN);
    };
    const fresh = await rootUnder(second);
    const old = await rootUnder(first);
    const scene = openScene();
    const time = { now: Date.now() };
    const key = { awsKms: 'alias/workload-ca', region: REGION, endpoint: proxy.url } as const;
    const identity = open(
      {
        workload: ORDERS,
        sign: { rung: 'ca', key },
        verify: { bundle: { file: scene.bundle([under(old)]) }, audiences: [BILLING], pollInterval: '1s' },
      },
      { clock: () => time.now, random: () => 0 },
    );
    await identity.ready();
    const before = keyIdOf(identity);
    const leaves = watch('leaf');
    proxy.always(second);
    time.now += 6.1 * HOUR;
    await identity.mint(TO_BILLING);
    await vi.waitFor(() => expect(leaves).toMatchObject([{ outcome: 'failed', code: 'key_invalid' }]));
    await vi.waitFor(() => expect(identity.status().signer?.error?.code).toBe('config_invalid'), 5_000);
    const { token, keyId } = await identity.mint(TO_BILLING);
    expect(keyId).toBe(before);
    expect(await codeOf(identity.verify(token))).toBe('none');
    expect(identity.status().signer).toMatchObject({
      state: 'stale',
      error: {
        message: expect.stringMatching(
          /no anchor of the trust bundle is for the CA key.*none of it was put to use/s,
        ),
      },
    });
    /** Lets the next attempt to renew the leaf come, and end well. */
    const renewed = async () => {
      time.now += 120_000;
      await identity.mint(TO_BILLING);
      await vi.waitFor(() => expect(leaves.at(-1)).toMatchObject({ outcome: 'renewed' }), 5_000);
    };
    return { scene, proxy, first, old, fresh, identity, before, renewed };
  }

  it('is followed when the anchor comes, without a hand', async () => {
    const { scene, old, fresh, identity, before, renewed } = await tooEarly();
    scene.bundle([under(old, fresh)], { sequence: 2 });
    await vi.waitFor(() => expect(identity.status().signer?.error?.code).not.toBe('config_invalid'), 5_000);
    await renewed();
    expect(keyIdOf(identity)).not.toBe(before);
    expect(await codeOf(identity.verify((await identity.mint(TO_BILLING)).token))).toBe('none');
    scene.bundle([under(fresh)], { sequence: 3 });
    await identity.reload();
    expect(await codeOf(identity.verify((await identity.mint(TO_BILLING)).token))).toBe('none');
    expect(identity.status().signer?.state).toBe('current');
  });

  it('is signed under the old key again when it points back, and the complaint ends', async () => {
    const { proxy, first, identity, before, renewed } = await tooEarly();
    proxy.always(first);
    await renewed();
    expect(keyIdOf(identity)).not.toBe(before);
    expect(await codeOf(identity.verify((await identity.mint(TO_BILLING)).token))).toBe('none');
    await vi.waitFor(() => expect(identity.status().signer?.state).toBe('current'), 5_000);
  });
});

describe('a KMS that answers late', () => {
  useTestEnvironment();

  it('is let finish the leaf it was asked for, and the next leaf is under the key that came meanwhile', async () => {
    const proxy = await startProxy('http://127.0.0.1:1');
    onTestFinished(() => proxy.close());
    const [first, second] = [signsItself('ECC_NIST_EDWARDS25519'), signsItself('ECC_NIST_EDWARDS25519')];
    const pems: string[] = [];
    for (const key of [second, first]) {
      proxy.always(key);
      pems.push(await rootOf(proxy.url, ARN));
    }
    const scene = openScene();
    let now = Date.now();
    const options = { clock: () => now, random: () => 0 };
    const identity = orders(scene.bundle([under(...pems)]), 'alias/workload-ca', proxy.url, options);
    await identity.ready();
    const before = keyIdOf(identity);
    const asked = new Promise<() => void>((resolve) => {
      proxy.always((call, response, forward) => {
        resolve(() => first(call, response, forward));
        return true;
      });
    });
    const events = watch('leaf');
    now += 6.1 * HOUR;
    await identity.mint(TO_BILLING);
    const answer = await asked;
    proxy.always(second);
    scene.bundle([under(...pems.slice(0, 1))], { sequence: 2 });
    const taken = nextEvent('signer');
    const reloading = identity.reload();
    expect(await taken).toEqual({ outcome: 'loaded', rung: 'ca' });
    answer();
    expect((await reloading).signer?.state).toBe('current');
    expect(events).toMatchObject([{ outcome: 'renewed' }, { outcome: 'renewed' }]);
    expect(keyIdOf(identity)).not.toBe(before);
    expect(await codeOf(identity.verify((await identity.mint(TO_BILLING)).token))).toBe('none');
  });
});

describe('a KMS at an address where nobody listens', () => {
  useTestEnvironment();

  it('leaves a running service signing with its leaf; a new one does not start, and says why', async () => {
    const proxy = await startProxy('http://127.0.0.1:1');
    proxy.always(signsItself('ECC_NIST_EDWARDS25519'));
    const scene = openScene();
    const file = scene.bundle([under(await rootOf(proxy.url, ARN))]);
    let now = Date.now();
    const running = orders(file, ARN, proxy.url, { clock: () => now, random: () => 0 });
    await running.ready();
    const before = keyIdOf(running);
    await proxy.close();
    const events = watch('leaf');
    now += 6.1 * HOUR;
    expect((await running.mint(TO_BILLING)).keyId).toBe(before);
    await vi.waitFor(() => expect(events).toHaveLength(1), { timeout: 15_000 });
    expect(running.status().signer).toMatchObject({
      state: 'stale',
      keys: [{ keyId: before }],
      error: { code: 'authority_unavailable', message: expect.stringContaining('cannot be reached') },
    });
    const { token } = await running.mint(TO_BILLING);
    expect((await running.verify(token)).keyId).toBe(before);
    const failure = await orders(file, ARN, proxy.url)
      .ready()
      .catch((error: Error) => error);
    expect(failure).toMatchObject({ code: 'authority_unavailable' });
    expect((failure as Error).message).toContain('cannot be reached');
    for (const canary of Object.values(CANARIES))
      expect(JSON.stringify([failure, events])).not.toContain(canary);
  });
});

describeWithMoto('a CA key in AWS KMS, on an emulator', () => {
  useTestEnvironment();
  let moto: Moto;

  beforeAll(async () => {
    moto = await startMoto();
  });
  afterAll(() => moto?.kill());

  it('signs leaves through configuration alone, by identifier, and rotates to another key', async () => {
    const admin = adminClient(moto.url);
    const [first, second] = [await createKey(admin), await createKey(admin, 'ECC_NIST_P384')];
    const scene = openScene();
    const [old, fresh] = [await rootOf(moto.url, first), await rootOf(moto.url, second)];
    const file = scene.bundle([under(old, fresh)]);
    const [before, after] = [orders(file, first, moto.url), orders(file, second, moto.url)];
    const tokens = [await before.tokenFor(BILLING), await after.tokenFor(BILLING)];
    for (const token of tokens) expect((await after.verify(token)).subject).toBe(ORDERS);
    scene.bundle([under(fresh)], { sequence: 2 });
    await after.reload();
    const verdicts = await Promise.all(tokens.map((token) => codeOf(after.verify(token))));
    expect(verdicts).toEqual(['chain_untrusted', 'none']);
  });

  it('says what to do about a key that is not there, or not for certificates', async () => {
    const admin = adminClient(moto.url);
    const file = openScene().bundle([]);
    const nobody = '00000000-0000-4000-8000-000000000000';
    await expect(orders(file, nobody, moto.url).ready()).rejects.toMatchObject({ code: 'config_invalid' });
    const symmetric = await createKey(admin, 'SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT');
    const failure = await orders(file, symmetric, moto.url)
      .ready()
      .catch((error: Error) => error);
    expect((failure as Error).message).toContain('ECC_NIST_P256');
  });
});
