import type { Authority, WorkloadId } from '@workload-identity/contract';
import { AsymmetricKey } from '@workload-identity/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { collectGarbage } from '../../../core/test/support/collect-garbage.ts';
import { createCa, under } from '../../test/ca.ts';
import { BILLING, ORDERS, open, openScene, type Scene, shared } from '../../test/scene.ts';
import { privateKey, secret } from '../../test/secrets.ts';
import { createVerifying } from './verifying.ts';

const RELOADS = 200;
const DENIALS = 2_000;
const MEBIBYTE = 2 ** 20;

/** What is trusted next, and a token that this trust accepts. */
type Turn = () => Promise<{ readonly authority: Authority; readonly token: () => Promise<string> }>;

const tokenOf = (identity: ReturnType<typeof open>) => async () =>
  (await identity.mint({ audience: BILLING })).token;

/** What each rung puts in the place of the trust before: another key, and on the ca rung another anchor. */
const RUNGS: Readonly<Record<string, (scene: Scene) => Promise<Turn>>> = {
  hmac: async (scene) => async () => {
    const key = { file: scene.write('secret', secret()) };
    const identity = open({ workload: ORDERS, sign: { rung: 'hmac', key } });
    return { authority: shared(key.file), token: tokenOf(identity) };
  },
  'hmac with keys for audiences': async (scene) => async () => {
    const key = { file: scene.write('secret', secret()) };
    const identity = open({ workload: ORDERS, sign: { rung: 'hmac', key, audienceScoped: true } });
    const keys = [{ secret: key, deriveFor: [BILLING, ORDERS] }];
    return { authority: { ...shared(), keys } as Authority, token: tokenOf(identity) };
  },
  asymmetric: async (scene) => async () => {
    const { pem } = privateKey();
    const { publicJwk } = await AsymmetricKey.parse(pem);
    const key = { file: scene.write('key.pem', pem) };
    const identity = open({ workload: ORDERS, sign: { rung: 'asymmetric', key } });
    const authority = { rung: 'asymmetric', issuer: ORDERS, subjects: [ORDERS], keys: [publicJwk] } as const;
    return { authority, token: tokenOf(identity) };
  },
  ca: async (scene) => {
    // Two authorities take turns: to make a new one each time would take longer than all else.
    const cas = [await createCa(scene, 'first'), await createCa(scene, 'second')];
    let at = 0;
    return async () => {
      const { key, certificate, pem } = cas[at++ % 2] as (typeof cas)[number];
      const identity = open({ workload: ORDERS, sign: { rung: 'ca', key, certificate } });
      return { authority: under(pem), token: tokenOf(identity) };
    };
  },
};

/** A verifier whose trust is another one after each turn, with a token of each in its cache. */
async function rotating(rung: string) {
  const scene = openScene();
  const turn = (await RUNGS[rung]?.(scene)) as Turn;
  const tokens = Array.from({ length: DENIALS }, (_, at) => `denied-token-identifier-${at}`);
  const bundle = { file: scene.path('bundle.json') };
  const verifying = createVerifying(BILLING as WorkloadId, { bundle, pollInterval: 0 }, async () => {});
  onTestFinished(() => verifying.bundle.close());
  let sequence = 0;
  const rotate = async (): Promise<readonly WeakRef<object>[]> => {
    const { authority, token } = await turn();
    sequence++;
    scene.bundle([authority], { sequence, denied: { tokens: [`${sequence}`.padStart(16, '0'), ...tokens] } });
    await verifying.bundle.reload();
    const text = await token();
    await verifying.verify(text);
    await verifying.verify(text);
    const { keys, denied, ...snapshot } = verifying.bundle.current();
    expect(snapshot.sequence).toBe(sequence);
    const parts = [verifying.bundle.current(), denied.tokens, ...[...keys.values()].map(({ key }) => key)];
    return parts.map((part) => new WeakRef(part));
  };
  return { verifying, rotate };
}

describe('attack 60: the memory of an old trust', () => {
  it.each(Object.keys(RUNGS))(
    'holds no snapshot, no key and no denial of it, although each has a token in the cache: %s',
    async (rung) => {
      const { verifying, rotate } = await rotating(rung);
      const old: WeakRef<object>[] = [];
      let before = 0;
      for (let at = 0; at < RELOADS; at++) {
        old.push(...(await rotate()));
        if (at !== RELOADS / 4) continue;
        await collectGarbage();
        before = process.memoryUsage().heapUsed;
      }
      await collectGarbage();
      const { keys, denied } = verifying.bundle.current();
      const active = new Set<unknown>([verifying.bundle.current(), denied.tokens]);
      for (const { key } of keys.values()) active.add(key);
      const alive = old.map((one) => one.deref()).filter((one) => one !== undefined);
      expect(new Set(alive)).toEqual(active);
      // The denials of one bundle alone take some hundred KiB.
      expect((process.memoryUsage().heapUsed - before) / MEBIBYTE).toBeLessThan(10);
    },
    120_000,
  );
});
