import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { inspect } from 'node:util';
import { anything, assert, constantFrom, oneof, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  admit,
  answerFor,
  authenticationRules,
  authorizationRules,
  callers,
  closedOptions,
  fetchRequest,
  nodeRequest,
  removeIdentityFields,
  routeRules,
} from '../http.ts';
import { defineVerify, type VerifiedIdentity, type Verifier } from '../index.ts';

const ORDERS = 'spiffe://prod.example.com/orders';
const CALLER = Object.freeze({ __proto__: null, subject: ORDERS, roles: ['a'] }) as never as VerifiedIdentity;
/** What the verifier was asked is part of what must not change. */
let asked: unknown[] = [];
const verifier: Verifier = {
  verify: defineVerify((token, options) => {
    asked.push(token, options?.audience, options?.provenKey);
    if (token !== 'good') throw new TypeError('this verifier knows one token');
    return CALLER;
  }),
};

/** Every name of an option and of a field that `core/http` reads, and of those that what it calls reads. */
const NAMES = [
  ...['audience', 'optional', 'allowPreflight', 'subjects', 'roles', 'anyCaller', 'public'],
  ...['verifyOptions', 'provenKey', 'subject', 'caller', 'verify', 'identity', 'matches', 'text'],
  ...['method', 'headers', 'rawHeaders', 'headersDistinct', 'header', 'httpVersionMajor', 'stream'],
  ...['endAfterHeaders', 'rawTrailers', 'trailers', 'trailersDistinct', '_addHeaderLines', 'emit'],
  ...['authorization', 'dpop', 'workload-identity-token', 'workload-proof-token', 'origin'],
  ...['access-control-request-method', 'transfer-encoding', 'x-workload-identity-subject'],
  ...['status', 'body', 'code', 'publicCode', 'fault', 'detail', 'cause', 'name', 'message', 'stack'],
  ...['type', 'ctor', 'length', 'constructor', 'expected', 'presented', 'expiresAt', 'validFrom'],
  ...['get', 'set', 'value', 'writable', 'enumerable', 'configurable'],
];
const VALUES = constantFrom<unknown>(
  ...[true, false, 0, 1, '', 'x', null, ORDERS, [], {}, 'Bearer good', ['Bearer good'], 'denied', 'OPTIONS'],
  ...[[ORDERS], ['a'], { subject: ORDERS, roles: ['a'] }, { endAfterHeaders: true }, () => CALLER],
);

/** Runs something while this stands on `Object.prototype`. */
function under<T>(name: string, value: unknown, run: () => T): T {
  const before = Object.getOwnPropertyDescriptor(Object.prototype, name);
  const polluted = { __proto__: null, value, configurable: true, writable: true, enumerable: true };
  Object.defineProperty(Object.prototype, name, polluted as PropertyDescriptor);
  try {
    return run();
  } finally {
    Reflect.deleteProperty(Object.prototype, name);
    if (before !== undefined) Object.defineProperty(Object.prototype, name, before);
  }
}

function requestOf(method: string, headers: readonly string[]): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  request.method = method;
  // As the parser does it, and with it what comes behind the body.
  const parsed = request as unknown as { _addHeaderLines(fields: string[], length: number): void };
  parsed._addHeaderLines([...headers], headers.length);
  return request;
}

const GOOD = ['Authorization', 'Bearer good'];
const PREFLIGHT = ['Origin', 'https://a.example', 'Access-Control-Request-Method', 'GET'];
const REQUESTS: readonly [string, readonly string[]][] = [
  ['GET', []],
  ['GET', GOOD],
  ['GET', ['Authorization', 'Bearer bad']],
  ['GET', [...GOOD, ...GOOD]],
  ['GET', ['DPoP', 'x']],
  ['OPTIONS', PREFLIGHT],
  ['POST', [...GOOD, 'Transfer-Encoding', 'chunked', 'X-Workload-Identity-Subject', 'me']],
];
const FETCHED = new Request('http://localhost');
const OPTIONS = [
  {},
  { audience: 'a' },
  { optional: true },
  { allowPreflight: true },
  { roles: ['b'] },
  { subjects: [ORDERS] },
];
const RULES = OPTIONS.map((options) => routeRules(options));

type Outcome = readonly unknown[];
function outcomeOf(run: () => unknown): Outcome {
  try {
    return ['gives', run()];
  } catch (error) {
    const { status, headers, body } = answerFor(error);
    return ['throws', status, headers, body];
  }
}

/** What every request gets under rules of every kind, and what becomes of it. */
function verdicts(): Outcome[] {
  asked = [];
  const outcomes = RULES.flatMap((rules) =>
    REQUESTS.flatMap(([method, headers]) => {
      const request = requestOf(method, headers);
      return [
        outcomeOf(() => removeIdentityFields(request)),
        outcomeOf(() => admit(verifier, nodeRequest(request), rules)),
        outcomeOf(() => [request.rawHeaders, callers.of(request)]),
        outcomeOf(() => Object.hasOwn(request, '_addHeaderLines')),
        outcomeOf(() => fetchRequest(FETCHED).header('authorization')),
      ];
    }),
  );
  return [...outcomes, asked];
}

/** What options are read as. */
function readings(): Outcome[] {
  return [
    ...OPTIONS.map((options) => outcomeOf(() => routeRules(options))),
    outcomeOf(() => authenticationRules({})),
    outcomeOf(() => authenticationRules()),
    outcomeOf(() => authorizationRules({} as never)),
    outcomeOf(() => authorizationRules({ anyCaller: true })),
    outcomeOf(() => ({ ...closedOptions({}, ['audience'] as never) })),
  ];
}

/** As text, so that what has come from the prototype is told from what has not. */
const shown = (outcomes: Outcome[]) => outcomes.map((outcome) => inspect(outcome, { depth: 8 }));
const anyValue = oneof(VALUES, anything());

describe('attack 50: whatever stands on `Object.prototype`', () => {
  it('every verdict, answer and caller stays the same', () => {
    const expected = shown(verdicts());
    expect(new Set(expected).size).toBeGreaterThan(8);
    assert(
      property(constantFrom(...NAMES), anyValue, (name, value) => {
        expect(shown(under(name, value, verdicts))).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('options are read as they are written', () => {
    const expected = shown(readings());
    assert(
      property(constantFrom(...NAMES), anyValue, (name, value) => {
        expect(shown(under(name, value, readings))).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });
});
