import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ORDERS, STS } from '../support/names.ts';
import { verdict } from '../support/outcome.ts';
import { pairSigning } from '../support/signing.ts';
import { tokenOf } from '../support/tokens.ts';
import { makeWorld, verifierOf, type World } from '../support/world.ts';

let world: World;
const server = createServer((_request, response) => response.end('{"keys":[]}'));
let requests = 0;
let sockets = 0;
server.on('request', () => requests++);
const onSocket = (): void => {
  sockets++;
};

beforeAll(async () => {
  world = await makeWorld();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  subscribe('net.client.socket', onSocket);
});

afterAll(() => {
  unsubscribe('net.client.socket', onSocket);
  server.closeAllConnections();
  server.close();
});

test('attack 08: no token opens a socket', async () => {
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const verifier = verifierOf(world.source);
  const attacker = await pairSigning('ES256');
  for (const signing of [attacker, world.pairs.ES256, world.secrets.HS256]) {
    for (const url of [`${origin}/keys.json`, `${origin}/`, `file:///etc/passwd`, `data:,x`]) {
      expect(await verdict(verifier, tokenOf(signing, {}, { jku: url }))).toBe('header_invalid');
      expect(await verdict(verifier, tokenOf(signing, {}, { x5u: url }))).toBe('header_invalid');
      expect(await verdict(verifier, tokenOf(signing, {}, { kid: url }))).toBe('header_invalid');
      expect(await verdict(verifier, tokenOf(signing, { iss: url }))).not.toBe('accepted');
    }
  }
  expect([sockets, requests]).toEqual([0, 0]);

  await (await fetch(origin)).text();
  expect(requests, 'the observer would have seen one').toBe(1);
  expect(sockets).toBeGreaterThan(0);
});

test.each([
  'https://sts.example.com@evil.example',
  'https://sts.example.com:443@evil.example',
  'https://sts.example.com.evil.example',
  'https://evil.example/https://sts.example.com',
  'https://sts.example.com/',
  'https://sts.example.com/path',
  'https://sts.example.com?x',
  'https://sts.example.com#x',
  'https://sts.example.com:443',
  'https://sts.example.co',
  'https://sts.example.comm',
  'https://STS.example.com',
  'https://sts.example.com.',
  'http://sts.example.com',
  'HTTPS://sts.example.com',
  ' https://sts.example.com',
  'https://sts.example.com\n',
  'https://ѕts.example.com',
  'https://sts%2eexample.com',
  'https://sts.example.com\\@evil.example',
  '//sts.example.com',
  'sts.example.com',
])('attack 08: the issuer %j is not the trusted one', async (iss) => {
  const outcome = await verdict(verifierOf(world.source), tokenOf(world.pairs.ES256, { iss }));
  expect(['issuer_not_allowed', 'claims_invalid']).toContain(outcome);
  expect(await verdict(verifierOf(world.source), tokenOf(world.pairs.ES256, { iss: STS, sub: ORDERS }))).toBe(
    'accepted',
  );
});
