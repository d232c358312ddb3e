import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fastifyJwt from '@fastify/jwt';
import type { Verifier } from '@workload-identity/core';
import { authenticate } from '@workload-identity/express';
import { workloadIdentity } from '@workload-identity/fastify';
import express, { type Express } from 'express';
import { auth } from 'express-oauth2-jwt-bearer';
import fastify, { type FastifyInstance } from 'fastify';
import { readAsymmetric, readSecret } from '../world/keys.ts';
import { CALLER, SERVICE } from '../world/names.ts';
import { publicAuthority, secretAuthority, verifierOf } from '../world/ours.ts';
import type { ServerKind, ServerSetup } from './messages.ts';

// One server in a process of its own. It answers its setup with the port it listens on, and lives until it is killed.
const ANSWER = { hello: 'world' };

async function verifierFor({ privatePem, secret }: ServerSetup): Promise<Verifier> {
  return verifierOf([
    publicAuthority(await readAsymmetric(privatePem)),
    secretAuthority(await readSecret(secret)),
  ]);
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function serveFastify(prepare: (app: FastifyInstance) => Promise<unknown>): Promise<number> {
  const app = fastify();
  await prepare(app);
  app.get('/', async () => ANSWER);
  await app.listen({ port: 0, host: '127.0.0.1' });
  return (app.server.address() as AddressInfo).port;
}

async function serveExpress(prepare: (app: Express) => unknown): Promise<number> {
  const app = express();
  await prepare(app);
  app.get('/', (_request, response) => {
    response.json(ANSWER);
  });
  return listening(createServer(app));
}

async function fastifyPeer({ privatePem }: ServerSetup, cache: boolean): Promise<number> {
  const { publicPem } = await readAsymmetric(privatePem);
  return serveFastify(async (app) => {
    await app.register(fastifyJwt, {
      secret: { public: publicPem },
      verify: { algorithms: ['ES256'], allowedIss: CALLER, allowedAud: SERVICE, cache },
    });
    app.addHook('onRequest', async (request) => request.jwtVerify());
  });
}

const SERVERS: Readonly<Record<ServerKind, (setup: ServerSetup) => Promise<number>>> = {
  fastify: () => serveFastify(async () => undefined),
  'fastify-ours': (setup) =>
    serveFastify(async (app) => app.register(workloadIdentity, { identity: await verifierFor(setup) })),
  'fastify-jwt': (setup) => fastifyPeer(setup, false),
  'fastify-jwt-cached': (setup) => fastifyPeer(setup, true),
  express: () => serveExpress(() => undefined),
  'express-ours': (setup) => serveExpress(async (app) => app.use(authenticate(await verifierFor(setup)))),
  'express-oauth2-jwt-bearer': ({ secret }) =>
    serveExpress((app) =>
      app.use(auth({ secret, tokenSigningAlg: 'HS256', issuer: CALLER, audience: SERVICE })),
    ),
};

process.once('message', async (setup: ServerSetup) => {
  const port = await SERVERS[setup.kind](setup);
  process.send?.({ port });
});
