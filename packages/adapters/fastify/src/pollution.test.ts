import type { VerifiedIdentity, Verifier } from '@workload-identity/core';
import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { workloadIdentity } from './index.ts';

const SUBJECT = 'spiffe://prod.example.com/orders';
const GOOD = { authorization: 'Bearer good' };
const identity: Verifier = {
  async verify() {
    return Object.freeze({ subject: SUBJECT, roles: ['a'] }) as unknown as VerifiedIdentity;
  },
};

const OPEN = { public: 'unauthenticated' };
const POLLUTED: [string, unknown][] = [
  ['workloadIdentity', OPEN],
  ['workloadIdentity', { optional: true }],
  ['config', { workloadIdentity: OPEN }],
  ['public', 'unauthenticated'],
  ['optional', true],
  ['setter', () => undefined],
  ['setter', true],
  ['identity', { verify: () => ({ subject: SUBJECT }) }],
];
const prototype = Object.prototype as unknown as Record<string, unknown>;
const clean = () => {
  for (const [name] of POLLUTED) delete prototype[name];
};
afterEach(clean);

async function addRoutes(app: FastifyInstance): Promise<void> {
  await app.register(workloadIdentity, { identity });
  app.get('/', async ({ caller }) => caller?.subject ?? 'nobody');
  app.get('/config', { config: {} }, async ({ caller }) => caller?.subject ?? 'nobody');
  app.get(
    '/roles',
    { config: { workloadIdentity: { roles: ['b'] } } },
    async ({ caller }) => caller?.subject ?? 'nobody',
  );
  app.setNotFoundHandler(async () => 'not found');
}

async function answers(app: FastifyInstance): Promise<unknown[]> {
  const statuses: unknown[] = [];
  for (const url of ['/', '/config', '/roles', '/nowhere']) {
    statuses.push((await app.inject({ url })).statusCode, (await app.inject({ url, headers: GOOD })).body);
  }
  return statuses;
}

describe.each(POLLUTED)('attack 50: with `%s` on `Object.prototype`: %j', (name, value) => {
  it.each(['when the routes are added', 'afterwards'])(
    'no route is open and no caller another, %s',
    async (when) => {
      const untouched = fastify();
      await addRoutes(untouched);
      const expected = await answers(untouched);
      expect(expected.filter((answer) => typeof answer === 'number')).toEqual([401, 401, 401, 401]);

      const app = fastify();
      if (when === 'afterwards') await addRoutes(app);
      prototype[name] = value;
      if (when !== 'afterwards') await addRoutes(app);
      await app.ready();
      expect(await answers(app)).toEqual(expected);
      clean();
      expect(await answers(app)).toEqual(expected);
      await Promise.all([app.close(), untouched.close()]);
    },
  );
});

it('`request.caller` cannot be written where a setter stood on `Object.prototype` when the plugin was loaded', async () => {
  const app = fastify();
  prototype['setter'] = () => undefined;
  await app.register(workloadIdentity, { identity });
  clean();
  app.get('/', async (request) => {
    expect(() => Object.assign(request, { caller: { subject: 'x' } })).toThrow(TypeError);
    return request.caller?.subject;
  });
  expect((await app.inject({ url: '/', headers: GOOD })).body).toBe(SUBJECT);
  await app.close();
});
