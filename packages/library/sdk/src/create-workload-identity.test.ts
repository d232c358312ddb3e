import { isWorkloadIdentityError } from '@workload-identity/contract';
import { AsymmetricKey, HmacKey } from '@workload-identity/core';
import { describe, expect, it } from 'vitest';
import { BILLING, codeOf, ORDERS, open, openScene, shared, watch } from '../test/scene.ts';
import { privateKey, secret } from '../test/secrets.ts';
import { type Configuration, createWorkloadIdentity } from './index.ts';

const TO_BILLING = { audience: BILLING };
const START = Date.parse('2026-01-31T12:00:00Z');

/** Two services that share one secret, and one bundle. */
function pair(scene = openScene()) {
  const key = { file: scene.write('secret', secret()) };
  const verify = { bundle: { file: scene.bundle([shared(key.file)]) } };
  const sign = { rung: 'hmac', key } as const;
  return { scene, orders: { workload: ORDERS, sign, verify }, billing: { workload: BILLING, sign, verify } };
}

describe('createWorkloadIdentity', () => {
  it('carries an identity from one service to the other with a shared secret', async () => {
    const { orders, billing } = pair();
    const { token } = await open(orders).mint({ ...TO_BILLING, roles: ['orders.write'] });
    const caller = await open(billing).verify(token);
    expect(caller).toMatchObject({
      subject: ORDERS,
      issuer: ORDERS,
      audience: [BILLING],
      roles: ['orders.write'],
      rung: 'hmac',
    });
    expect(Object.isFrozen(caller)).toBe(true);
  });

  it.each(['pem', 'jwk'] as const)('carries an identity with a private key as %s', async (form) => {
    const scene = openScene();
    const text = privateKey()[form];
    const { publicJwk } = await AsymmetricKey.parse(text);
    const file = scene.bundle([
      { rung: 'asymmetric', issuer: ORDERS, subjects: [ORDERS], keys: [publicJwk] },
    ]);
    const orders = open({
      workload: ORDERS,
      sign: { rung: 'asymmetric', key: { file: scene.write('key', text) } },
    });
    const billing = open({ workload: BILLING, verify: { bundle: { file } } });
    const caller = await billing.verify(await orders.tokenFor(BILLING));
    expect(caller).toMatchObject({ subject: ORDERS, rung: 'asymmetric' });
  });

  it('signs with a key for each audience, which the verifier of another audience cannot read', async () => {
    const scene = openScene();
    const root = secret();
    const key = { file: scene.write('root', root) };
    const derived = (await (await HmacKey.parse(root)).forAudience(BILLING)).exportForVerifier();
    const file = scene.bundle([
      {
        rung: 'hmac',
        issuer: 'self',
        subjects: [ORDERS],
        keys: [{ secret: { file: scene.write('derived', derived) }, audience: BILLING }],
      },
    ]);
    const orders = open({ workload: ORDERS, sign: { rung: 'hmac', key, audienceScoped: true } });
    const billing = open({
      workload: BILLING,
      verify: { bundle: { file }, audiences: [BILLING, 'https://other.example.com'] },
    });
    expect((await billing.verify(await orders.tokenFor(BILLING))).subject).toBe(ORDERS);
    expect(await codeOf(billing.verify(await orders.tokenFor('https://other.example.com')))).toBe(
      'key_unknown',
    );
  });

  it('mints for another subject than its issuer, when it is a token service', async () => {
    const scene = openScene();
    const text = privateKey().pem;
    const issuer = 'https://sts.example.com';
    const { publicJwk } = await AsymmetricKey.parse(text);
    const file = scene.bundle([
      { rung: 'asymmetric', issuer, subjects: [ORDERS, BILLING], keys: [publicJwk] },
    ]);
    const service = open({
      workload: ORDERS,
      sign: { rung: 'asymmetric', key: { file: scene.write('key', text) }, issuer },
      verify: { bundle: { file }, audiences: [BILLING] },
    });
    const own = await service.verify((await service.mint(TO_BILLING)).token);
    const other = await service.verify((await service.mint({ ...TO_BILLING, subject: BILLING })).token);
    expect([own.subject, other.subject, own.issuer]).toEqual([ORDERS, BILLING, issuer]);
  });

  it('fills in the lifetime and the roles of the configuration where a request is silent', async () => {
    const { orders, billing } = pair();
    const sign = { ...orders.sign, lifetime: '2m', roles: ['orders.read'] };
    const identity = open({ ...orders, sign });
    const asked = [
      await identity.mint(TO_BILLING),
      await identity.mint({ ...TO_BILLING, lifetime: 30, roles: [] }),
      { token: await identity.tokenFor(BILLING) },
    ];
    const verifier = open(billing);
    const callers = await Promise.all(asked.map(({ token }) => verifier.verify(token)));
    expect(callers.map(({ roles, issuedAt, expiresAt }) => [roles, expiresAt - issuedAt])).toEqual([
      [['orders.read'], 120],
      [[], 30],
      [['orders.read'], 120],
    ]);
  });

  it('hands its clock and its chance to all that is made with it', async () => {
    const { orders } = pair();
    let now = START;
    const identity = open(
      { ...orders, verify: { ...orders.verify, audiences: [BILLING], leeway: '0s' } },
      { clock: () => now, random: () => 0, randomBytes: (length) => new Uint8Array(length) },
    );
    const { token, tokenId, issuedAt } = await identity.mint(TO_BILLING);
    expect({ tokenId, issuedAt }).toEqual({ tokenId: 'A'.repeat(22), issuedAt: START / 1000 });
    expect(identity.status().bundle?.loadedAt).toBeUndefined();
    await identity.verify(token);
    expect(identity.status().bundle?.loadedAt).toBe(START);
    const held = await identity.tokenFor(BILLING);
    now += 199_000;
    expect(await identity.tokenFor(BILLING)).toBe(held);
    now += 101_000;
    expect(await codeOf(identity.verify(token))).toBe('token_expired');
    expect(await identity.tokenFor(BILLING)).not.toBe(held);
  });

  it('holds the token for an audience until it is forgotten', async () => {
    const identity = open(pair().orders);
    const held = await identity.tokenFor(BILLING);
    expect(await identity.tokenFor(BILLING)).toBe(held);
    identity.forget(BILLING, 'another token');
    expect(await identity.tokenFor(BILLING)).toBe(held);
    identity.forget(BILLING, held);
    expect(await identity.tokenFor(BILLING)).not.toBe(held);
  });

  it('reads nothing before it is ready or used, and then everything once for all who came at once', async () => {
    const { orders } = pair();
    const reads: string[] = [];
    const text = secret();
    const identity = open(orders, {
      readSecret: async ({ file }) => {
        reads.push(String(file));
        return text;
      },
    });
    expect(reads).toEqual([]);
    await Promise.all([
      identity.mint(TO_BILLING),
      identity.tokenFor(BILLING),
      identity.ready(),
      identity.ready(),
    ]);
    expect(reads).toEqual([orders.sign.key.file, orders.sign.key.file]);
  });

  it('has functions that need no `this`', async () => {
    const { mint, status } = open(pair().orders);
    expect(await codeOf(mint(TO_BILLING))).toBe('none');
    expect(status().workload).toBe(ORDERS);
  });

  it('rejects ready() with the reason, and opens by itself once that is mended', async () => {
    const { scene, orders } = pair();
    let now = START;
    scene.write('bundle.json', '{ "version": 2 }');
    const identity = open(
      { ...orders, verify: { ...orders.verify, audiences: [BILLING] } },
      { clock: () => now },
    );
    expect(await codeOf(identity.ready())).toBe('bundle_invalid');
    const { token } = await identity.mint(TO_BILLING);
    const refused = await identity.verify(token).catch((error: unknown) => error);
    expect(isWorkloadIdentityError(refused, 'bundle_unavailable')).toBe(true);
    expect(isWorkloadIdentityError((refused as Error).cause, 'bundle_invalid')).toBe(true);
    scene.bundle([shared(orders.sign.key.file)]);
    expect(await codeOf(identity.verify(token))).toBe('bundle_unavailable');
    now += 1_000;
    expect(await codeOf(identity.verify(token))).toBe('none');
  });

  it('opens at once after a reload that found all in order', async () => {
    const { scene, orders } = pair();
    scene.write('bundle.json', '');
    const identity = open(
      { ...orders, verify: { ...orders.verify, audiences: [BILLING] } },
      { clock: () => START },
    );
    expect(await codeOf(identity.ready())).toBe('bundle_invalid');
    scene.bundle([shared(orders.sign.key.file)]);
    expect((await identity.reload()).bundle?.state).toBe('current');
    expect(await codeOf(identity.verify((await identity.mint(TO_BILLING)).token))).toBe('none');
  });

  it('mints while the bundle is missing: only what is needed is waited for', async () => {
    const { scene, orders } = pair();
    const identity = open({ ...orders, verify: { bundle: { file: scene.path('none.json') } } });
    expect(await codeOf(identity.mint(TO_BILLING))).toBe('none');
    expect(identity.status()).toMatchObject({ signer: { state: 'current' }, bundle: { state: 'empty' } });
  });

  it('announces every verification, also one before there is a bundle', async () => {
    const { scene } = pair();
    const seen = watch('verify');
    const identity = open({ workload: BILLING, verify: { bundle: { file: scene.path('none.json') } } });
    await identity.verify('a.b.c').catch(() => {});
    expect(seen).toEqual([{ outcome: 'refused', code: 'bundle_unavailable', cached: false }]);
  });

  it('tells what to configure where `sign` or `verify` is missing', async () => {
    const { orders } = pair();
    const { sign, verify, workload } = orders;
    const verifier = open({ workload, verify });
    const signer = open({ workload, sign });
    await expect(verifier.mint(TO_BILLING)).rejects.toThrow('the configuration has no `sign`');
    expect(await codeOf(verifier.mint(TO_BILLING))).toBe('signer_unavailable');
    expect(await codeOf(verifier.tokenFor(BILLING))).toBe('signer_unavailable');
    await expect(signer.verify('token')).rejects.toThrow('the configuration has no `verify`');
    expect(await codeOf(signer.verify('token'))).toBe('bundle_unavailable');
    expect(Object.keys(signer.status())).toEqual(['workload', 'signer']);
    expect(Object.keys(verifier.status())).toEqual(['workload', 'bundle']);
  });

  it('throws `closed` from every function after close(), which may be called again', async () => {
    const identity = open(pair().orders);
    const { token } = await identity.mint({ audience: ORDERS });
    await identity.verify(token);
    await identity.tokenFor(ORDERS);
    await identity.close();
    const calls = [
      () => identity.mint(TO_BILLING),
      () => identity.verify(token),
      () => identity.tokenFor(ORDERS),
      () => identity.forget(ORDERS),
      () => identity.ready(),
      () => identity.reload(),
      () => identity.status(),
    ];
    expect(await Promise.all(calls.map(codeOf))).toEqual(calls.map(() => 'closed'));
    expect(await codeOf(identity.close())).toBe('none');
  });

  it('throws `closed` also to who waited for it to open', async () => {
    const identity = open(pair().orders);
    const waiting = [
      identity.ready(),
      identity.mint(TO_BILLING),
      identity.verify('a.b.c'),
      identity.reload(),
    ];
    const codes = Promise.all(waiting.map(codeOf));
    await identity.close();
    expect(await codes).toEqual(['closed', 'closed', 'closed', 'closed']);
  });

  it('is disposed of by `await using`', async () => {
    const { orders } = pair();
    let escaped: ReturnType<typeof createWorkloadIdentity>;
    {
      await using identity = createWorkloadIdentity(orders);
      await identity.ready();
      escaped = identity;
    }
    expect(await codeOf(() => escaped.status())).toBe('closed');
  });

  it('copies the configuration: what happens to it later changes nothing', async () => {
    const { orders } = pair();
    const mine = structuredClone(orders) as { workload: string; sign: { key: { file: string } } };
    const identity = open(mine as Configuration);
    mine.workload = BILLING;
    mine.sign.key.file = '/does/not/exist';
    expect(identity.workload).toBe(ORDERS);
    expect(await codeOf(identity.mint(TO_BILLING))).toBe('none');
  });

  it('throws a TypeError for what only a programmer can get wrong', async () => {
    const { orders } = pair();
    const make = (options: object) => () => createWorkloadIdentity(orders, options);
    expect(make({ clocks: Date.now })).toThrow(new TypeError('`clocks` is not an option'));
    expect(make({ clock: 5 })).toThrow(new TypeError('`clock` is a function'));
    expect(make({ signals: 'no' })).toThrow(new TypeError('`signals` is a boolean'));
    const identity = open(orders);
    const wrong = { audience: BILLING, issuer: BILLING };
    await expect(identity.mint(wrong)).rejects.toThrow(TypeError);
    await expect(identity.mint(undefined as never)).rejects.toThrow(TypeError);
    await expect(identity.tokenFor(undefined as never)).rejects.toThrow(TypeError);
  });
});
