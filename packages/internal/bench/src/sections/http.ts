import type { ChildProcess } from 'node:child_process';
import { ask, startChild, stopChild } from '../child/child.ts';
import type { KeySetup, LoadOrder, LoadReport, ServerKind } from '../child/messages.ts';
import { type Effort, orderOf } from '../measure/compare.ts';
import { type Row, rowOf } from '../measure/rows.ts';
import type { Section } from '../section.ts';
import { asymmetricWorld, secretWorld } from '../world/keys.ts';

const CONNECTIONS = 64;
/** More tokens than any server here verifies in a second, to begin with. */
const FIRST_FRESH_PER_SECOND = 30_000;
const BUSY = 0.9;

interface Target {
  readonly id: string;
  readonly kind: ServerKind;
  readonly algorithm: LoadOrder['algorithm'];
  readonly fresh: boolean;
}

const TARGETS: readonly Target[] = [
  { id: 'fastify', kind: 'fastify', algorithm: 'ES256', fresh: false },
  { id: 'fastify, ours', kind: 'fastify-ours', algorithm: 'ES256', fresh: false },
  { id: 'fastify, @fastify/jwt', kind: 'fastify-jwt-cached', algorithm: 'ES256', fresh: false },
  { id: 'fastify, ours, fresh', kind: 'fastify-ours', algorithm: 'ES256', fresh: true },
  { id: 'fastify, @fastify/jwt, fresh', kind: 'fastify-jwt', algorithm: 'ES256', fresh: true },
  { id: 'express', kind: 'express', algorithm: 'HS256', fresh: false },
  { id: 'express, ours', kind: 'express-ours', algorithm: 'HS256', fresh: false },
  { id: 'express, peer', kind: 'express-oauth2-jwt-bearer', algorithm: 'HS256', fresh: false },
  { id: 'express, ours, fresh', kind: 'express-ours', algorithm: 'HS256', fresh: true },
  { id: 'express, peer, fresh', kind: 'express-oauth2-jwt-bearer', algorithm: 'HS256', fresh: true },
];

// Which of the targets make a row, in the order of the table.
const ROWS = [
  ['fastify-repeated', 'Fastify, a repeated token', 'fastify, ours', 'fastify', 'bare Fastify'],
  [
    'fastify-repeated/fastify-jwt',
    'Fastify, a repeated token',
    'fastify, ours',
    'fastify, @fastify/jwt',
    '@fastify/jwt with its cache',
  ],
  [
    'fastify-fresh',
    'Fastify, ES256 tokens never seen before',
    'fastify, ours, fresh',
    'fastify, @fastify/jwt, fresh',
    '@fastify/jwt',
  ],
  [
    'fastify-fresh/bare',
    'Fastify, ES256 tokens never seen before',
    'fastify, ours, fresh',
    'fastify',
    'bare Fastify',
  ],
  ['express-repeated', 'Express, a repeated token', 'express, ours', 'express', 'bare Express'],
  [
    'express-repeated/express-oauth2-jwt-bearer',
    'Express, a repeated token',
    'express, ours',
    'express, peer',
    'express-oauth2-jwt-bearer',
  ],
  [
    'express-fresh',
    'Express, HS256 tokens never seen before',
    'express, ours, fresh',
    'express, peer, fresh',
    'express-oauth2-jwt-bearer',
  ],
] as const;

/** One server and what it answered so far, in requests a second. */
class Served {
  readonly #target: Target;
  readonly #child: ChildProcess;
  readonly #port: number;
  readonly perSecond: number[] = [];
  busiest = 0;
  #freshPerSecond = FIRST_FRESH_PER_SECOND;

  private constructor(target: Target, child: ChildProcess, port: number) {
    this.#target = target;
    this.#child = child;
    this.#port = port;
  }

  static async start(target: Target, keys: KeySetup): Promise<Served> {
    const setup = { kind: target.kind, ...keys };
    const { child, answer } = await startChild<{ port: number }>('serve.ts', setup);
    return new Served(target, child, answer.port);
  }

  async drive(load: ChildProcess, milliseconds: number): Promise<number> {
    const { algorithm, fresh } = this.#target;
    const { requests, seconds, busy } = await ask<LoadReport>(load, {
      port: this.#port,
      connections: CONNECTIONS,
      milliseconds,
      algorithm,
      fresh: fresh ? Math.ceil((this.#freshPerSecond * milliseconds) / 1_000) : 0,
    } satisfies LoadOrder);
    this.busiest = Math.max(this.busiest, busy);
    this.#freshPerSecond = Math.max(1_000, (2 * requests) / seconds);
    return requests / seconds;
  }

  stop(): Promise<void> {
    return stopChild(this.#child);
  }
}

async function measure(
  served: ReadonlyMap<string, Served>,
  load: ChildProcess,
  { rounds, milliseconds }: Effort,
): Promise<void> {
  for (const one of served.values()) await one.drive(load, milliseconds);
  for (let round = 0; round < rounds; round++) {
    for (const one of orderOf([...served.values()], round)) {
      one.perSecond.push(await one.drive(load, milliseconds));
    }
  }
}

/** Requests a second over HTTP: every server and the load generator in a process of its own. */
export const http: Section = {
  name: 'http',
  title: `Requests a second, ${CONNECTIONS} connections`,
  async run({ requests }) {
    const { privatePem } = await asymmetricWorld('ES256');
    const keys = { privatePem, secret: (await secretWorld()).text };
    const { child: load } = await startChild('load.ts', keys);
    const served = new Map<string, Served>();
    try {
      for (const target of TARGETS) served.set(target.id, await Served.start(target, keys));
      await measure(served, load, requests);
    } finally {
      await Promise.all([stopChild(load), ...[...served.values()].map((one) => one.stop())]);
    }
    for (const [id, { busiest }] of served) {
      if (busiest > BUSY) {
        process.stderr.write(`note: the load generator was the limit of "${id}": ${busiest.toFixed(2)}\n`);
      }
    }
    const of = (id: string): readonly number[] => served.get(id)?.perSecond ?? [];
    return ROWS.map(
      ([id, what, ours, peer, against]): Row =>
        rowOf({ id, what, unit: '/s', ours: of(ours), against, peer: of(peer) }),
    );
  },
};
