import type { Authority } from '@workload-identity/contract';
import type { AuthorityJwk } from '@workload-identity/core';
import type { Fleet, Signs } from '../fleet.ts';
import { type KmsEmulator, startKmsEmulator } from '../kms-emulator.ts';
import { BILLING, ORDERS, STOREFRONT, TRUST_DOMAIN } from '../names.ts';
import type { Platform } from '../platform.ts';
import type { Stage } from '../stage.ts';
import { Traffic } from '../traffic.ts';

const CALLERS = 4;
const FLOW = 100;
const SUBJECTS = [`spiffe://${TRUST_DOMAIN}/*`];

type Sign = Signs['orders'];

/** The steps of the climb: each is told, and then left under load for a while. */
class Climb {
  readonly #stage: Stage;
  readonly #platform: Platform;
  readonly #fleet: Fleet;
  readonly #traffic: Traffic;

  constructor(stage: Stage, platform: Platform, fleet: Fleet) {
    this.#stage = stage;
    this.#platform = platform;
    this.#fleet = fleet;
    this.#traffic = new Traffic(fleet, CALLERS);
  }

  async bundle(text: string, authorities: readonly Authority[]): Promise<void> {
    await this.#fleet.reload(this.#platform.publish(authorities));
    await this.#settle(text);
  }

  async roll(text: string, sign: (workload: string) => Sign): Promise<void> {
    await this.#fleet.roll({
      storefront: sign('storefront'),
      orders: sign('orders'),
      billing: sign('billing'),
    });
    await this.#settle(text);
  }

  async during(text: string, work: () => Promise<unknown>): Promise<void> {
    await work();
    await this.#settle(text);
  }

  async end(): Promise<void> {
    await this.#traffic.stop();
    const { sent, failures, rungs } = this.#traffic;
    this.#stage.say(`the tokens billing saw were signed on: ${[...rungs].join(', ')}`);
    this.#stage.check(
      `${sent} orders, ${failures.length} failed`,
      failures.length === 0,
      failures.slice(0, 3),
    );
  }

  async #settle(text: string): Promise<void> {
    const before = this.#traffic.failures.length;
    await this.#traffic.flow(FLOW);
    const { failures } = this.#traffic;
    this.#stage.check(text, failures.length === before, failures.slice(before, before + 3));
  }
}

/** An authority of the lowest rung; every holder of the secret speaks for itself. */
function shared(file: string): Authority {
  return { rung: 'hmac', issuer: 'self', subjects: SUBJECTS, keys: [{ secret: { file } }] };
}

function single(workload: string, key: AuthorityJwk): Authority {
  return { rung: 'asymmetric', issuer: workload, subjects: [workload], keys: [key] };
}

function anchored(...anchors: string[]): Authority {
  return { rung: 'ca', issuer: 'certificate', subjects: SUBJECTS, anchors };
}

/** Leaves under a CA key in AWS KMS, and what happens when KMS goes away. */
async function underKms(climb: Climb, platform: Platform, kms: KmsEmulator, before: string): Promise<void> {
  const { sign, anchor } = await platform.kmsAuthority('kms-ca', kms);
  await climb.bundle('the anchor of the KMS key is added', [anchored(before, anchor)]);
  await climb.roll('every service takes its leaf from the key in KMS', () => sign);
  await climb.bundle('the anchor of the file key is dropped', [anchored(anchor)]);
  await climb.during('KMS goes down; the leaves sign on', () => kms.stop());
}

/** Act three: from the lowest rung to the highest under a steady load, without one failed request. */
export async function climb(stage: Stage, platform: Platform, fleet: Fleet): Promise<void> {
  stage.act('Act 3. The climb, under a steady load');
  const secret = platform.secret('climb.secret');
  const keys: Authority[] = [];
  for (const workload of [STOREFRONT, ORDERS, BILLING]) {
    keys.push(single(workload, await platform.key(`climb-${workload.split('/').at(-1)}.pem`)));
  }
  const first = await platform.fileAuthority('ca');
  platform.publish([shared(secret)]);
  const onSecret = (): Sign => ({ rung: 'hmac', key: { file: secret } });
  await fleet.roll({ storefront: onSecret(), orders: onSecret(), billing: onSecret() });

  const steps = new Climb(stage, platform, fleet);
  await steps.bundle('bundle first: a public key for each service beside the shared secret', [
    shared(secret),
    ...keys,
  ]);
  await steps.roll('signers second: each service signs with its own key', (name) => ({
    rung: 'asymmetric',
    key: { file: platform.path(`climb-${name}.pem`) },
  }));
  await steps.bundle('the old authority last: the shared secret is dropped', keys);

  await steps.bundle('bundle first: the anchor of a CA beside the keys', [...keys, anchored(first.anchor)]);
  await steps.roll('signers second: each service signs with a leaf of its own', () => first.sign);
  await steps.bundle('the old authorities last: the keys are dropped', [anchored(first.anchor)]);

  stage.say('(leaves of this CA live one minute; half of that passes now)');
  await steps.during('every leaf was renewed, on a new key', () => fleet.renewals());

  const second = await platform.fileAuthority('ca-2');
  await steps.bundle('the CA is replaced: two anchors for a while', [anchored(first.anchor, second.anchor)]);
  await steps.roll('leaves come from the new CA', () => second.sign);
  await steps.bundle('one anchor again', [anchored(second.anchor)]);

  const kms = await startKmsEmulator();
  if (kms === undefined) stage.say('no KMS emulator here (npm run setup:python): that part is left out');
  else await underKms(steps, platform, kms, second.anchor);
  await steps.end();
}
