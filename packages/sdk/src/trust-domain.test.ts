import { describe, expect, it } from 'vitest';
import { BILLING, codeOf, ORDERS, open, openScene, shared, watch } from '../test/scene.ts';
import { secret } from '../test/secrets.ts';

const ELSEWHERE = 'test.example.com';
const STRANGER = `spiffe://${ELSEWHERE}/orders`;

/** A scene with a bundle of this trust domain, and what signs and verifies by it. */
function sceneOf(trustDomain: string) {
  const scene = openScene();
  const key = { file: scene.write('secret', secret()) };
  const authority = { ...shared(key.file), subjects: [`spiffe://${trustDomain}/*`] };
  const put = (domain: string, sequence: number) =>
    scene.bundle([{ ...authority, subjects: [`spiffe://${domain}/*`] }], { trustDomain: domain, sequence });
  const bundle = { file: scene.bundle([authority], { trustDomain }) };
  return { scene, key, bundle, put };
}

describe('the trust domain of the bundle', () => {
  it('is that of the workload: a first bundle of another one is refused, and says what to do', async () => {
    const { bundle } = sceneOf(ELSEWHERE);
    const events = watch('bundle');
    const identity = open({ workload: BILLING, verify: { bundle } });
    await expect(identity.ready()).rejects.toMatchObject({
      code: 'bundle_invalid',
      message: expect.stringContaining(
        'it is of the trust domain test.example.com, and this service trusts prod.example.com. Where that is meant, set `trustDomain` to it',
      ),
    });
    expect(identity.status().bundle).toMatchObject({ state: 'empty', error: { code: 'bundle_invalid' } });
    expect(events).toMatchObject([{ outcome: 'refused', code: 'bundle_invalid' }]);
    expect(await codeOf(identity.verify('a.b.c'))).toBe('bundle_unavailable');
  });

  it('does not let a token of another environment in by a bundle in the wrong place', async () => {
    const { bundle, key } = sceneOf(ELSEWHERE);
    const stranger = open({ workload: STRANGER, sign: { rung: 'hmac', key } });
    const { token } = await stranger.mint({ audience: BILLING });
    expect(await codeOf(open({ workload: BILLING, verify: { bundle } }).verify(token))).toBe(
      'bundle_unavailable',
    );
    // The same bundle is right for a service of its own trust domain.
    const peer = open({ workload: STRANGER, verify: { bundle, audiences: [BILLING] } });
    expect((await peer.verify(token)).subject).toBe(STRANGER);
  });

  it('is the configured one where a service trusts another than its own, and then no other', async () => {
    const { bundle, key, put } = sceneOf(ELSEWHERE);
    const verify = { bundle, trustDomain: ELSEWHERE };
    const identity = open({ workload: BILLING, verify });
    await identity.ready();
    expect(identity.status().bundle).toMatchObject({ state: 'current', trustDomain: ELSEWHERE });
    const stranger = open({ workload: STRANGER, sign: { rung: 'hmac', key } });
    expect((await identity.verify(await stranger.tokenFor(BILLING))).subject).toBe(STRANGER);
    put('prod.example.com', 2);
    expect(await codeOf(open({ workload: BILLING, verify }).ready())).toBe('bundle_invalid');
  });

  it('says nothing about who a service is: it mints in its own', async () => {
    const { bundle, key } = sceneOf(ELSEWHERE);
    const sign = { rung: 'hmac', key } as const;
    const identity = open({ workload: ORDERS, sign, verify: { bundle, trustDomain: ELSEWHERE } });
    const { token } = await identity.mint({ audience: ORDERS });
    expect(await codeOf(identity.verify(token))).toBe('subject_not_allowed');
  });

  it('stays what it was while a service runs', async () => {
    const { bundle, put } = sceneOf('prod.example.com');
    const identity = open({ workload: BILLING, verify: { bundle } });
    await identity.ready();
    put(ELSEWHERE, 2);
    expect((await identity.reload()).bundle).toMatchObject({
      state: 'stale',
      trustDomain: 'prod.example.com',
      error: { code: 'bundle_invalid' },
    });
  });

  it('is taken as it is written, and compared exactly', () => {
    const { bundle } = sceneOf(ELSEWHERE);
    for (const trustDomain of ['Test.example.com', '', 'test example', 'spiffe://test.example.com']) {
      expect(() => open({ workload: BILLING, verify: { bundle, trustDomain } })).toThrow(
        'verify.trustDomain: found',
      );
    }
  });
});
