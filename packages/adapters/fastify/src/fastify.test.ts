import { connect } from 'node:http2';
import type { VerifiedIdentity, Verifier } from '@workload-identity/core';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type WorkloadIdentityOptions, workloadIdentity } from './index.ts';

const SUBJECT = 'spiffe://prod.example.com/orders';
const GOOD = { authorization: 'Bearer good' };

/** Says yes to the token `good`: what is tested here is what the plugin does with the answer. */
const identity: Verifier = {
  async verify(token) {
    if (token !== 'good') throw new Error('this verifier knows one token');
    return Object.freeze({ subject: SUBJECT, roles: ['a'] }) as unknown as VerifiedIdentity;
  },
};
const subjectOf = async (request: FastifyRequest) => request.caller?.subject ?? 'nobody';
const wrong = { config: { workloadIdentity: { role: ['a'] } as object } };

function deferred() {
  let settle: { resolve: (value: never) => void; reject: (reason: Error) => void } | undefined;
  const promise = new Promise<never>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, ...(settle as unknown as NonNullable<typeof settle>) };
}

let app: FastifyInstance;
beforeEach(() => {
  app = fastify();
});
afterEach(() => app.close());

async function status(url: string, headers: Record<string, string> = {}): Promise<number> {
  return (await app.inject({ url, headers })).statusCode;
}

describe('attack 41: every route is covered', () => {
  test('whether it was added before or after the plugin, waited for or not, in whichever context', async () => {
    app.get('/before', subjectOf);
    app.register(
      async (child) => {
        child.get('/before', subjectOf);
        child.register(async (grandchild) => {
          grandchild.get('/deep', subjectOf);
        });
      },
      { prefix: '/child' },
    );
    await app.register(async () => undefined);
    app.get('/between', subjectOf);
    await app.register(workloadIdentity, { identity });
    app.get('/after', subjectOf);
    app.register(
      async (child) => {
        child.setNotFoundHandler(subjectOf);
        child.get('/after', subjectOf);
      },
      { prefix: '/later' },
    );
    app.setNotFoundHandler(subjectOf);

    const urls = [
      '/before',
      '/child/before',
      '/child/deep',
      '/between',
      '/after',
      '/later/after',
      '/later/x',
      '/x',
    ];
    for (const url of urls) {
      expect([url, await status(url)]).toEqual([url, 401]);
      expect([url, (await app.inject({ url, headers: GOOD })).body]).toEqual([url, SUBJECT]);
    }
  });

  test('so it does not load where it would cover only some', async () => {
    app.register(async (child) => {
      await child.register(workloadIdentity, { identity });
    });
    await expect(app.ready()).rejects.toThrow(/root instance/);
  });

  test('nor twice', async () => {
    app.register(workloadIdentity, { identity });
    app.register(workloadIdentity, { identity });
    await expect(app.ready()).rejects.toThrow();
  });
});

test('attack 41: no hook after it and no parser runs for a refused request', async () => {
  const ran: string[] = [];
  await app.register(workloadIdentity, { identity });
  for (const name of ['onRequest', 'preParsing', 'preValidation', 'preHandler'] as const) {
    app.addHook(name, async () => {
      ran.push(name);
    });
  }
  app.post('/', { onRequest: async () => void ran.push('of the route') }, subjectOf);
  const response = await app.inject({
    method: 'POST',
    url: '/',
    payload: '{',
    headers: { 'content-type': 'application/json' },
  });
  expect([response.statusCode, ran]).toEqual([401, []]);
});

describe('attack 43: a wrong config', () => {
  test('stops the route from being added', async () => {
    await app.register(workloadIdentity, { identity });
    expect(() => app.get('/', wrong, subjectOf)).toThrow(/`role` is not an option/);
    expect(() =>
      app.get('/', { config: { workloadIdentity: { public: true } as object } }, subjectOf),
    ).toThrow(TypeError);
    const both = { public: 'unauthenticated', roles: ['a'] } as object;
    expect(() => app.get('/', { config: { workloadIdentity: both } }, subjectOf)).toThrow(TypeError);
    const contradiction = { optional: true, subjects: [SUBJECT] };
    expect(() => app.get('/', { config: { workloadIdentity: contradiction } }, subjectOf)).toThrow(
      /`optional`/,
    );
  });

  test('of a plugin stops the server from starting', async () => {
    await app.register(workloadIdentity, { identity });
    app.register(async (child) => {
      child.get('/', wrong, subjectOf);
    });
    await expect(app.ready()).rejects.toThrow(/`role` is not an option/);
  });

  test('of a route from before the plugin lets nobody in', async () => {
    app.get('/', wrong, subjectOf);
    app.register(workloadIdentity, { identity });
    expect(await status('/')).toBe(500);
    expect(await status('/', GOOD)).toBe(500);
  });

  test('of the plugin stops the server from starting', async () => {
    for (const options of [{}, { identity, optional: true }, { identity: {} }, { verifier: identity }]) {
      const server = fastify();
      server.register(workloadIdentity, options as WorkloadIdentityOptions);
      await expect(server.ready()).rejects.toThrow(TypeError);
    }
  });
});

test('`request.caller` is null for nobody and cannot be written', async () => {
  await app.register(workloadIdentity, { identity });
  app.addHook('preHandler', async (request) => {
    expect(() => Object.assign(request, { caller: { subject: 'spiffe://prod.example.com/admin' } })).toThrow(
      TypeError,
    );
  });
  app.get('/', { config: { workloadIdentity: { optional: true } } }, async ({ caller }) => ({ caller }));
  expect((await app.inject({ url: '/' })).json()).toEqual({ caller: null });
  expect((await app.inject({ url: '/', headers: GOOD })).json()).toMatchObject({
    caller: { subject: SUBJECT },
  });
});

test('attack 44: a refusal never goes to the error handler of the application', async () => {
  const failures: unknown[] = [];
  app.setErrorHandler(async (error, _request, reply) => {
    failures.push(error);
    return reply.code(599).send();
  });
  await app.register(workloadIdentity, { identity });
  app.get('/', { config: { workloadIdentity: { roles: ['b'] } } }, subjectOf);
  expect(await status('/')).toBe(401);
  expect(await status('/', GOOD)).toBe(403);
  expect(await status('/', { authorization: 'Bearer other' })).toBe(500);
  expect(failures).toEqual([]);
});

test('a promise of another kind is waited for', async () => {
  await app.register(workloadIdentity, { identity });
  app.get('/', subjectOf);
  const native = globalThis.Promise;
  globalThis.Promise = class Foreign<T> extends native<T> {} as typeof Promise;
  try {
    expect(await status('/', { authorization: 'Bearer other' })).toBe(500);
    expect((await app.inject({ url: '/', headers: GOOD })).body).toBe(SUBJECT);
  } finally {
    globalThis.Promise = native;
  }
});

test('a refusal that comes after something else began to answer is left unsaid', async () => {
  const late = deferred();
  const server = fastify();
  server.server.prependListener('request', (_request, response) => {
    response.writeHead(202);
    setImmediate(() => {
      late.reject(new Error('too late'));
      setImmediate(() => response.end('from elsewhere'));
    });
  });
  let handled = 0;
  await server.register(workloadIdentity, { identity: { verify: () => late.promise } });
  server.get('/', async () => {
    handled += 1;
  });
  const answer = await fetch(await server.listen({ port: 0, host: '127.0.0.1' }), { headers: GOOD });
  expect([answer.status, await answer.text(), handled]).toEqual([202, 'from elsewhere', 0]);
  await server.close();
});

test.each(['lets in', 'refuses'])(
  'a request that has timed out meanwhile goes no further: it %s',
  async (verdict) => {
    const late = deferred();
    const logged: string[] = [];
    const server = fastify({
      logger: { level: 'warn', stream: { write: (line: string) => void logged.push(line) } },
    });
    let handled = 0;
    await server.register(workloadIdentity, { identity: { verify: () => late.promise } });
    server.get('/', { handlerTimeout: 20 }, async () => {
      handled += 1;
    });
    expect((await server.inject({ url: '/', headers: GOOD })).statusCode).toBe(503);
    const before = logged.length;
    if (verdict === 'lets in') late.resolve({ subject: SUBJECT } as never);
    else late.reject(new Error('too late'));
    await new Promise((resolve) => setImmediate(resolve));
    expect([handled, logged.slice(before)]).toEqual([0, []]);
    await server.close();
  },
);

test('HTTP/2 is read as HTTP/1.1 is', async () => {
  const server = fastify({ http2: true });
  server.register(workloadIdentity, { identity });
  server.get('/', async (request) => ({
    subject: request.caller?.subject,
    spoofed: request.headers['x-workload-identity-subject'] ?? null,
  }));
  const session = connect(await server.listen({ port: 0, host: '127.0.0.1' }));
  const get = (headers: Record<string, string | string[]>) =>
    new Promise<[number | undefined, string]>((resolve, reject) => {
      let body = '';
      let answered: number | undefined;
      session
        .request({ ':path': '/', ...headers })
        .on('response', (response) => {
          answered = response[':status'];
        })
        .on('data', (chunk) => {
          body += chunk;
        })
        .on('end', () => resolve([answered, body]))
        .on('error', reject);
    });
  try {
    expect((await get({}))[0]).toBe(401);
    const [code, body] = await get({ ...GOOD, 'x-workload-identity-subject': 'me' });
    expect([code, JSON.parse(body)]).toEqual([200, { subject: SUBJECT, spoofed: null }]);
  } finally {
    session.close();
    await server.close();
  }
});
