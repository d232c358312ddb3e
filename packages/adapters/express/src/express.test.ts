import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { listen } from '@workload-identity/adapter-suite';
import { defineVerify, type VerifiedIdentity, type Verifier } from '@workload-identity/core';
import express5, { type Express, type NextFunction, type Request, type Response } from 'express';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { authenticate, authorize } from './index.ts';

const express4: typeof express5 = createRequire(import.meta.url)('express4');
const SUBJECT = 'spiffe://prod.example.com/orders';

/** Says yes to the token `good`: what is tested here is what the middleware does with the answer. */
const identity: Verifier = {
  async verify(token) {
    if (token !== 'good') throw new Error('this verifier knows one token');
    return Object.freeze({ subject: SUBJECT, roles: ['a'] }) as unknown as VerifiedIdentity;
  },
};

describe.each([
  ['Express 5', express5],
  ['Express 4', express4],
])('%s', (_, express) => {
  let app: Express;
  let url: string;
  let close: () => Promise<void>;
  let failures: unknown[];

  beforeEach(async () => {
    app = express();
    failures = [];
    const { port, close: end } = await listen(createServer(app));
    url = `http://127.0.0.1:${port}`;
    close = end;
  });
  afterEach(() => close());

  const get = (path: string, token?: string) =>
    fetch(url + path, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });
  const subjectOf = (request: Request, response: Response) =>
    void response.json({ subject: request.caller?.subject ?? null });
  const onError = (error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    failures.push(error);
    response.status(599).end();
  };
  const forge = (request: Request, _response: Response, next: NextFunction) => {
    Object.defineProperty(request, 'caller', {
      value: { subject: SUBJECT, roles: ['a'] },
      writable: true,
      configurable: true,
    });
    next();
  };

  test('where `authenticate` was forgotten, nobody passes `authorize`', async () => {
    app.get('/', authorize({ anyCaller: true }), subjectOf);
    expect((await get('/', 'good')).status).toBe(401);
  });

  test('a forged `req.caller` does not pass `authorize`', async () => {
    app.get('/', forge, authorize({ subjects: [SUBJECT] }), subjectOf);
    expect((await get('/', 'good')).status).toBe(401);
  });

  test('a forged `req.caller` is replaced, also by nobody', async () => {
    app.get('/', forge, authenticate(identity, { optional: true }), subjectOf);
    expect(await (await get('/')).json()).toEqual({ subject: null });
    expect(await (await get('/', 'good')).json()).toEqual({ subject: SUBJECT });
  });

  test('`req.caller` cannot be written, redefined or deleted after `authenticate`', async () => {
    app.use(authenticate(identity, { optional: true }));
    app.get('/', (request, response) => {
      const wrong = { subject: 'spiffe://prod.example.com/admin' };
      expect(() => Object.assign(request, { caller: wrong })).toThrow(TypeError);
      expect(() => Object.defineProperty(request, 'caller', { value: wrong })).toThrow(TypeError);
      expect(Reflect.deleteProperty(request, 'caller')).toBe(false);
      subjectOf(request, response);
    });
    expect(await (await get('/')).json()).toEqual({ subject: null });
    expect(await (await get('/', 'good')).json()).toEqual({ subject: SUBJECT });
  });

  test('a second `authenticate` on the way judges for itself', async () => {
    const strict: Verifier = { verify: () => Promise.reject(new Error('no')) };
    app.use(authenticate(identity));
    app.get('/again', authenticate(identity, { audience: 'a' }), authorize({ roles: ['a'] }), subjectOf);
    app.get('/strict', authenticate(strict), subjectOf);
    expect(await (await get('/again', 'good')).json()).toEqual({ subject: SUBJECT });
    expect((await get('/strict', 'good')).status).toBe(500);
  });

  test('a caller is forgotten when a second `authenticate` finds nobody', async () => {
    app.use(authenticate(identity));
    app.use((request, _response, next) => {
      request.rawHeaders.splice(0);
      delete request.headers.authorization;
      next();
    });
    app.use(authenticate(identity, { optional: true }));
    app.get('/', subjectOf);
    app.get('/authorized', authorize({ anyCaller: true }), subjectOf);
    expect(await (await get('/', 'good')).json()).toEqual({ subject: null });
    expect((await get('/authorized', 'good')).status).toBe(401);
  });

  test('a caller reaches a mounted application', async () => {
    const inner = express();
    inner.get('/', authorize({ roles: ['a'] }), subjectOf);
    app.use(authenticate(identity));
    app.use('/inner', inner);
    expect(await (await get('/inner', 'good')).json()).toEqual({ subject: SUBJECT });
  });

  test('a caller that cannot be shown is a fault, and no business of the application', async () => {
    const atOnce: Verifier = { verify: defineVerify(() => ({ subject: SUBJECT }) as never) };
    app.use((request, _response, next) => {
      Object.defineProperty(request, 'caller', { value: { subject: SUBJECT }, configurable: false });
      next();
    });
    app.get('/', authenticate(identity), subjectOf);
    app.get('/at-once', authenticate(atOnce), subjectOf);
    app.use(onError);
    expect((await get('/', 'good')).status).toBe(500);
    expect((await get('/at-once', 'good')).status).toBe(500);
    expect(failures).toEqual([]);
  });

  test('a promise of another kind is waited for', async () => {
    app.get('/', authenticate(identity, { optional: true }), subjectOf);
    const native = globalThis.Promise;
    globalThis.Promise = class Foreign<T> extends native<T> {} as typeof Promise;
    try {
      expect((await get('/', 'other')).status).toBe(500);
      expect(await (await get('/', 'good')).json()).toEqual({ subject: SUBJECT });
    } finally {
      globalThis.Promise = native;
    }
  });

  test('attack 44: a refusal never goes to the error handler of the application', async () => {
    app.use(authenticate(identity));
    app.get('/', authorize({ roles: ['b'] }), subjectOf);
    app.use(onError);
    for (const [token, status] of [
      [undefined, 401],
      ['good', 403],
      ['other', 500],
    ] as const) {
      expect((await get('/', token)).status).toBe(status);
    }
    expect(failures).toEqual([]);
  });

  test('an error of a handler is the application’s own, and nothing is answered twice', async () => {
    app.use(authenticate(identity));
    app.get('/', () => {
      throw new Error('of the handler');
    });
    app.use(onError);
    expect((await get('/', 'good')).status).toBe(599);
    expect(failures).toEqual([new Error('of the handler')]);
  });

  test('a request that something else has answered meanwhile goes no further', async () => {
    let handled = 0;
    const slow: Verifier = {
      verify: async () => {
        await answered;
        throw new Error('too late');
      },
    };
    let done: () => void = () => undefined;
    const answered = new Promise<void>((resolve) => {
      done = resolve;
    });
    app.use((_request, response, next) => {
      next();
      response.status(504).end(done);
    });
    app.use(authenticate(slow));
    app.get('/', (_request, response) => {
      handled += 1;
      response.end();
    });
    app.use(onError);
    expect((await get('/', 'good')).status).toBe(504);
    await new Promise((resolve) => setImmediate(resolve));
    expect([handled, failures]).toEqual([0, []]);
  });
});
