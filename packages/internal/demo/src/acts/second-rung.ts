import type { Authority } from '@workload-identity/contract';
import type { AuthorityJwk } from '@workload-identity/core';
import type { Fleet } from '../fleet.ts';
import { BILLING, ORDERS, STOREFRONT } from '../names.ts';
import type { Platform } from '../platform.ts';
import type { Stage } from '../stage.ts';
import { Traffic } from '../traffic.ts';
import { expectOrder } from './first-rung.ts';

const CALLERS = 4;
const FLOW = 200;

function authority(workload: string, ...keys: AuthorityJwk[]): Authority {
  return { rung: 'asymmetric', issuer: workload, subjects: [workload], keys };
}

/** Act two: the same services, a private key each; then one key is replaced while orders come in. */
export async function secondRung(stage: Stage, platform: Platform, fleet: Fleet): Promise<void> {
  stage.act('Act 2. A private key for each service (rung "asymmetric")');
  const others = [
    authority(STOREFRONT, await platform.key('storefront.pem')),
    authority(BILLING, await platform.key('billing.pem')),
  ];
  const first = await platform.key('orders.pem');
  platform.publish([...others, authority(ORDERS, first)]);
  const sign = (name: string) => ({ rung: 'asymmetric', key: { file: platform.path(name) } }) as const;
  await fleet.roll({
    storefront: sign('storefront.pem'),
    orders: sign('orders.pem'),
    billing: sign('billing.pem'),
  });
  stage.say('The same code, started again; only "sign" in its configuration changed.');
  await expectOrder(stage, fleet, 'asymmetric');

  stage.say('Now the key of orders is replaced while orders come in:');
  const traffic = new Traffic(fleet, CALLERS);
  await traffic.flow(FLOW);
  const next = await platform.key('orders-next.pem');
  await fleet.reload(platform.publish([...others, authority(ORDERS, first, next)]));
  stage.say('1. the bundle knows the new key; nobody signs with it yet');
  await traffic.flow(FLOW);
  platform.copy('orders-next.pem', 'orders.pem');
  await fleet.reload(platform.publish([...others, authority(ORDERS, first, next)]));
  stage.say('2. orders signs with the new key');
  await traffic.flow(FLOW);
  await fleet.reload(platform.publish([...others, authority(ORDERS, next)]));
  stage.say('3. the old key is gone from the bundle; a token still signed with it is refused and replaced');
  await traffic.flow(FLOW);
  await traffic.stop();
  stage.check(
    `${traffic.sent} orders, ${traffic.failures.length} failed`,
    traffic.failures.length === 0,
    traffic.failures.slice(0, 3),
  );
  stage.check('billing saw two keys of orders, one after the other', traffic.keys.size === 2, [
    ...traffic.keys,
  ]);
}
