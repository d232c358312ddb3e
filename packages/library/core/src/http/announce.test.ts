import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { HttpEvent } from './announce.ts';

const SECRET = 'eyCanary';
let events: HttpEvent[];
let warnings: string[];
let printers: NodeJS.WarningListener[];
const listen = (event: unknown) => void events.push(event as HttpEvent);
const onWarning = (warning: Error) => void warnings.push(warning.message);

beforeEach(() => {
  events = [];
  warnings = [];
  vi.resetModules();
  subscribe('workload-identity:http', listen);
  // Node's own listener would print what is only being tested.
  printers = process.listeners('warning');
  process.removeAllListeners('warning').on('warning', onWarning);
});

afterEach(() => {
  unsubscribe('workload-identity:http', listen);
  process.off('warning', onWarning);
  for (const printer of printers) process.on('warning', printer);
});

/** The module anew, as in a process that has just started. */
async function announce(...args: Parameters<typeof import('./announce.ts').announce>): Promise<void> {
  const { announce: fresh } = await import('./announce.ts');
  fresh(...args);
  await new Promise((resolve) => setImmediate(resolve));
}

test('a refusal is published with its exact code, and warns of nothing', async () => {
  await announce(401, 'token_expired', new Error(SECRET));
  expect(events).toEqual([{ status: 401, code: 'token_expired' }]);
  expect(warnings).toEqual([]);
});

test('a fault is published with its name and its places', async () => {
  class BrokenSource extends Error {}
  await announce(500, undefined, new BrokenSource(SECRET));
  expect(events).toEqual([
    { status: 500, fault: expect.stringMatching(/^BrokenSource\n\s+at .*announce\.test/) },
  ]);
});

test('a fault without a message has its places too', async () => {
  await announce(500, undefined, new Error());
  expect(events).toEqual([{ status: 500, fault: expect.stringMatching(/^Error\n\s+at .*announce\.test/) }]);
});

test('a fault warns, once', async () => {
  await announce(500, undefined, new TypeError(SECRET));
  await announce(500, undefined, new TypeError(SECRET));
  expect(events).toHaveLength(2);
  expect(warnings).toEqual([expect.stringContaining('TypeError')]);
});

/** An error whose stack was written before its message was changed. */
function reworded(from: string, to: string): Error {
  const error = new Error(from);
  void error.stack;
  return Object.assign(error, { message: to });
}

test.each([
  ['a message', new Error(SECRET)],
  [
    'a message of lines that look like places',
    new Error(`no\n    at ${SECRET} (x.js:1:1)\n    at ${SECRET}`),
  ],
  ['another message', reworded(`a\n    at ${SECRET}`, 'elsewhere')],
  ['a shorter message', reworded(`a\n    at ${SECRET}`, 'E')],
  ['the end of a message', reworded(`a: b\n    at ${SECRET}`, 'b')],
  ['a message that was taken away', reworded(`a\n    at ${SECRET}`, '')],
  ['an error without a stack', Object.assign(new Error(SECRET), { stack: undefined })],
  ['a cause', new Error('no', { cause: new Error(SECRET) })],
  ['a name', Object.assign(new Error('no'), { name: SECRET })],
  ['several errors', new AggregateError([new Error(SECRET)], SECRET)],
  ['a text', SECRET],
  ['an object', { message: SECRET }],
])('attack 45: nothing of what was said goes into the event or the warning: %s', async (_, thrown) => {
  await announce(500, undefined, thrown);
  expect(events).toHaveLength(1);
  expect(JSON.stringify([events, warnings])).not.toContain(SECRET);
});

/** Throws from as deep as `depth`, with all places kept. */
function fromTheDeep(depth: number): Error {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = Number.POSITIVE_INFINITY;
  try {
    const down = (left: number): Error => (left === 0 ? new RangeError('deep') : down(left - 1));
    return down(depth);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

const LONG = 'x'.repeat(100_000);

test.each([
  ['a long message', new Error(LONG)],
  ['a long name', new (Object.defineProperty(class extends Error {}, 'name', { value: LONG }))()],
  ['many places', fromTheDeep(5_000)],
  ['long places', Object.assign(new Error(), { stack: `Error${`\n    at ${LONG} (x.js:1:1)`.repeat(10)}` })],
  ['a long text', LONG],
])('however long an error is, the event and the warning are short: %s', async (_, thrown) => {
  await announce(500, undefined, thrown);
  expect(events).toHaveLength(1);
  expect(JSON.stringify(events).length).toBeLessThan(9_000);
  expect(warnings.join().length).toBeLessThan(9_000);
});

const refusesToBeRead = {
  get() {
    throw new Error(SECRET);
  },
};

test.each([
  ['a stack that is no text', Object.assign(new Error(), { stack: 7 })],
  ['a message that is no text', Object.assign(new Error(), { message: Symbol(SECRET) })],
  ['a constructor that is none', Object.assign(new Error(), { constructor: undefined })],
  [
    'a name that is no text',
    new (class extends Error {
      static override name = (() => SECRET) as never;
    })(),
  ],
  ['a stack that cannot be read', Object.defineProperty(new Error(), 'stack', refusesToBeRead)],
  ['a prototype that cannot be read', new Proxy(new Error(), { getPrototypeOf: refusesToBeRead.get })],
])('a fault that cannot be described is told nevertheless: %s', async (_, thrown) => {
  await announce(500, undefined, thrown);
  expect(events).toEqual([{ status: 500, fault: 'an error that cannot be described' }]);
  expect(warnings).toHaveLength(1);
});

test.each(['type', 'ctor', 'detail', 'code', 'status', 'fault', 'stack'])(
  'attack 50: a fault warns as ever where `%s` stands on `Object.prototype`',
  async (name) => {
    const prototype = Object.prototype as unknown as Record<string, unknown>;
    const { announce: fresh } = await import('./announce.ts');
    const fault = new Error(SECRET);
    const codes: unknown[] = [];
    const listener = (warning: NodeJS.ErrnoException) => void codes.push(warning.code);
    process.on('warning', listener);
    prototype[name] = 7;
    try {
      fresh(500, undefined, fault);
    } finally {
      delete prototype[name];
    }
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', listener);
    expect(codes).toEqual(['WORKLOAD_IDENTITY_FAULT']);
    expect(events).toEqual([{ status: 500, fault: expect.stringMatching(/^Error\n\s+at /) }]);
  },
);
