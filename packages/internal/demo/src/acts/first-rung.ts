import type { Fleet } from '../fleet.ts';
import { ORDERS, STOREFRONT, TRUST_DOMAIN } from '../names.ts';
import type { Platform } from '../platform.ts';
import type { Stage } from '../stage.ts';

/** One order goes through, and billing saw the right caller on the right rung. */
export async function expectOrder(stage: Stage, fleet: Fleet, rung: string): Promise<void> {
  const { status, body } = await fleet.order();
  stage.check(`an order went through: 201`, status === 201, { status, body });
  stage.check(`orders knew its caller as ${STOREFRONT}`, body.orderedBy === STOREFRONT, body.orderedBy);
  stage.check(`billing knew its caller as ${ORDERS}`, body.charge?.for === ORDERS, body.charge?.for);
  stage.check(`the token was signed on the rung "${rung}"`, body.charge?.rung === rung, body.charge?.rung);
}

/** Act one: a shared secret, adopted in an afternoon. */
export async function firstRung(stage: Stage, platform: Platform, fleet: Fleet): Promise<void> {
  stage.act('Act 1. One shared secret (rung "hmac")');
  const file = platform.secret('shared.secret');
  platform.publish([
    { rung: 'hmac', issuer: 'self', subjects: [`spiffe://${TRUST_DOMAIN}/*`], keys: [{ secret: { file } }] },
  ]);
  const sign = { rung: 'hmac', key: { file } } as const;
  await fleet.roll({ storefront: sign, orders: sign, billing: sign });
  stage.say(
    'storefront calls orders (Express), orders calls billing (Fastify), each in a process of its own.',
  );
  await expectOrder(stage, fleet, 'hmac');
}
