import { describe, expect, test } from 'vitest';
import type { Refusal } from '../expected.ts';
import { bearer, type Harness } from '../harness.ts';
import { WORKLOADS } from '../names.ts';
import type { RawRequest } from '../raw-http.ts';
import type { World } from '../world.ts';

type Headers = NonNullable<RawRequest['headers']>;

/** Every way to carry bad credentials, with the answer on a protected and on an optional route alike. */
export const BAD_CREDENTIALS: readonly [string, Refusal, (world: World) => Headers | Promise<Headers>][] = [
  ['an empty header', 'invalid_request', () => [['Authorization', '']]],
  ['the scheme alone', 'invalid_request', () => [['Authorization', 'Bearer']]],
  ['the scheme and a space', 'invalid_request', () => [['Authorization', 'Bearer ']]],
  ['two spaces', 'invalid_request', async (world) => [['Authorization', `Bearer  ${await world.token()}`]]],
  ['a tab', 'invalid_request', async (world) => [['Authorization', `Bearer\t${await world.token()}`]]],
  ['a colon', 'invalid_request', async (world) => [['Authorization', `Bearer: ${await world.token()}`]]],
  ['no space', 'credential_missing', async (world) => [['Authorization', `Bearer${await world.token()}`]]],
  [
    'a second word',
    'invalid_request',
    async (world) => [['Authorization', `Bearer ${await world.token()} x`]],
  ],
  [
    'a quoted token',
    'invalid_request',
    async (world) => [['Authorization', `Bearer "${await world.token()}"`]],
  ],
  [
    'a parameter',
    'invalid_request',
    async (world) => [['Authorization', `Bearer token=${await world.token()}`]],
  ],
  [
    'a no-break space',
    'invalid_request',
    async (world) => [['Authorization', `Bearer\xa0${await world.token()}`]],
  ],
  [
    'a byte beyond ASCII',
    'invalid_request',
    async (world) => [['Authorization', `Bearer ${await world.token()}\xff`]],
  ],
  [
    'two tokens in one header',
    'invalid_request',
    async (world) => [['Authorization', `Bearer ${await world.token()}, Bearer ${await world.token()}`]],
  ],
  [
    'two headers, both good',
    'invalid_request',
    async (world) => [bearer(await world.token()), bearer(await world.token())],
  ],
  [
    'two headers, the first good',
    'invalid_request',
    async (world) => [bearer(await world.token()), ['Authorization', 'Basic eDp5']],
  ],
  [
    'two headers, the second good',
    'invalid_request',
    async (world) => [['authorization', 'Basic eDp5'], bearer(await world.token())],
  ],
  [
    'two headers, the first empty',
    'invalid_request',
    async (world) => [['AUTHORIZATION', ''], bearer(await world.token())],
  ],
  [
    'a proof beside the token',
    'invalid_request',
    async (world) => [bearer(await world.token()), ['DPoP', 'e30.e30.e30']],
  ],
  ['Basic', 'credential_missing', () => [['Authorization', 'Basic eDp5']]],
  [
    'the token as DPoP',
    'credential_missing',
    async (world) => [['Authorization', `DPoP ${await world.token()}`]],
  ],
  [
    'a scheme that starts alike',
    'credential_missing',
    async (world) => [['Authorization', `BearerX ${await world.token()}`]],
  ],
  ['the bare token', 'credential_missing', async (world) => [['Authorization', await world.token()]]],
  ['a proof alone', 'credential_missing', () => [['DPoP', 'e30.e30.e30']]],
  [
    'another token header',
    'credential_missing',
    async (world) => [['Workload-Identity-Token', await world.token()]],
  ],
  ['no token at all', 'invalid_token', () => [['Authorization', 'Bearer x']]],
  ['`null`', 'invalid_token', () => [['Authorization', 'Bearer null']]],
  ['an expired token', 'invalid_token', async (world) => [bearer(await world.expiredToken())]],
  [
    'a token for somebody else',
    'invalid_token',
    async (world) => [bearer(await world.token({ audience: 'spiffe://prod.example.com/shipping' }))],
  ],
  ['a key nobody trusts', 'invalid_token', async (world) => [bearer(await world.strangersToken())]],
  ['a tampered token', 'invalid_token', async (world) => [bearer(await world.tamperedToken())]],
  ['a token with padding', 'invalid_token', async (world) => [bearer(`${await world.token()}=`)]],
];

export function credentialCases(harness: Harness): void {
  test('a good token reaches the handler, whatever the case of the scheme', async () => {
    const token = await harness.world.token();
    for (const scheme of ['Bearer', 'bearer', 'BEARER', 'bEaReR']) {
      const headers = [['Authorization', `${scheme} ${token}`]] as const;
      await harness.admits({ path: '/secret', headers }, 'secret', WORKLOADS.orders);
    }
    await harness.admits(
      { path: '/secret', method: 'POST', headers: [bearer(token)], body: '{}' },
      'secret',
      WORKLOADS.orders,
    );
  });

  test('no credential gets the challenge without an error', async () => {
    await harness.refuses({ path: '/secret' }, 'credential_missing');
    await harness.refuses({ path: '/secret', method: 'HEAD' }, 'credential_missing');
    await harness.refuses({ path: '/secret', method: 'POST', body: 'x'.repeat(5000) }, 'credential_missing');
  });

  test('a token elsewhere is no credential', async () => {
    const token = await harness.world.token();
    await harness.refuses({ path: `/secret?access_token=${token}` }, 'credential_missing');
    await harness.refuses(
      { path: '/secret', headers: [['Cookie', `access_token=${token}`]] },
      'credential_missing',
    );
    await harness.refuses(
      { path: '/secret', headers: [['X-Authorization', `Bearer ${token}`]] },
      'credential_missing',
    );
  });

  describe('attack 44: bad credentials get their fixed answer on a protected route', () => {
    test.each(BAD_CREDENTIALS)('%s: %s', async (_, refusal, make) => {
      await harness.refuses({ path: '/secret', headers: await make(harness.world) }, refusal);
    });
  });

  test('attack 44: a header of 100 KiB is refused by whoever reads it first', async () => {
    const before = harness.calls.length;
    for (const value of [`Bearer ${'x'.repeat(102_400)}`, 'x'.repeat(102_400)]) {
      const answer = harness.send({ path: '/secret', headers: [['Authorization', value]] });
      // The server may reset the connection before its 431 is read: the rest of the header was still on its way.
      const status = await answer.then((it) => it.status).catch((error) => error.code);
      expect([401, 431, 'ECONNRESET', 'EPIPE']).toContain(status);
    }
    expect(harness.calls.slice(before)).toEqual([]);
  });
}
