import { createFetch } from '@workload-identity/fetch';
import { type Configuration, createWorkloadIdentity, type WorkloadIdentity } from '@workload-identity/sdk';
import { Balancer } from './balancer.ts';
import { BILLING, ORDERS, STOREFRONT } from './names.ts';
import type { Platform } from './platform.ts';
import { RunningService } from './running-service.ts';

type Sign = NonNullable<Configuration['sign']>;

/** How each workload signs. */
export interface Signs {
  readonly storefront: Sign;
  readonly orders: Sign;
  readonly billing: Sign;
}

/** The running system: `storefront` (this process) calls `orders` (Express), which calls `billing` (Fastify). */
export class Fleet {
  readonly #platform: Platform;
  readonly #balancers: { readonly orders: Balancer; readonly billing: Balancer };
  #orders: RunningService | undefined;
  #billing: RunningService | undefined;
  #storefront: { identity: WorkloadIdentity; fetch: typeof fetch } | undefined;

  private constructor(platform: Platform, balancers: { orders: Balancer; billing: Balancer }) {
    this.#platform = platform;
    this.#balancers = balancers;
  }

  static async open(platform: Platform): Promise<Fleet> {
    return new Fleet(platform, { orders: await Balancer.open(), billing: await Balancer.open() });
  }

  get orders(): RunningService {
    return this.#orders as RunningService;
  }

  get billing(): RunningService {
    return this.#billing as RunningService;
  }

  get billingOrigin(): string {
    return this.#balancers.billing.origin;
  }

  /** Starts every workload under its configuration, one after the other, each before the old one stops: a rolling restart. */
  async roll(signs: Signs): Promise<void> {
    this.#billing = await this.#replace(
      'billing',
      this.#platform.configure(BILLING, signs.billing).file,
      this.#billing,
    );
    this.#orders = await this.#replace(
      'orders',
      this.#platform.configure(ORDERS, signs.orders).file,
      this.#orders,
    );
    const old = this.#storefront?.identity;
    const identity = createWorkloadIdentity(
      this.#platform.configure(STOREFRONT, signs.storefront).configuration,
    );
    await identity.ready();
    const { origin } = this.#balancers.orders;
    this.#storefront = { identity, fetch: createFetch(identity, { targets: { [origin]: ORDERS } }) };
    await old?.close();
  }

  /** One order, from storefront through orders to billing. */
  async order(): Promise<{ status: number; body: OrderAnswer }> {
    const response = await (this.#storefront as { fetch: typeof fetch }).fetch(
      `${this.#balancers.orders.origin}/orders`,
      {
        method: 'POST',
      },
    );
    return { status: response.status, body: (await response.json()) as OrderAnswer };
  }

  /** Lets every process read its keys and its bundle again, and waits until the bundle with this sequence is in force. */
  async reload(sequence: number): Promise<void> {
    for (const service of [this.orders, this.billing]) {
      const from = service.reportCount;
      service.hangUp();
      await service.report('bundle', (one) => one.sequence === sequence, from);
    }
    await this.#storefront?.identity.reload();
  }

  /** Waits until orders and billing have each renewed their leaf, by themselves, at half its life. */
  async renewals(): Promise<void> {
    const services = [this.orders, this.billing];
    const renewed = services.map((service) =>
      service.report('leaf', (one) => one.outcome === 'renewed', service.reportCount),
    );
    await Promise.all(renewed);
  }

  async close(): Promise<void> {
    await this.#storefront?.identity.close();
    await Promise.all([this.#orders?.stop(), this.#billing?.stop()]);
    this.#balancers.orders.close();
    this.#balancers.billing.close();
  }

  async #replace(
    name: 'orders' | 'billing',
    file: string,
    old: RunningService | undefined,
  ): Promise<RunningService> {
    const started = await RunningService.start(name, {
      WORKLOAD_IDENTITY_CONFIG: file,
      BILLING_ORIGIN: this.#balancers.billing.origin,
    });
    await this.#balancers[name].switchTo(started.origin);
    await old?.stop();
    return started;
  }
}

/** What `orders` answers. */
export interface OrderAnswer {
  readonly orderedBy?: string;
  readonly charge?: { readonly for?: string; readonly rung?: string; readonly keyId?: string };
  readonly code?: string;
}
