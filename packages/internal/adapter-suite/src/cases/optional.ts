import { describe, expect, test } from 'vitest';
import { bearer, type Harness } from '../harness.ts';
import { WORKLOADS } from '../names.ts';
import { BAD_CREDENTIALS } from './credentials.ts';

const ORIGIN = ['Origin', 'https://evil.example'] as const;
const ASKS = ['Access-Control-Request-Method', 'POST'] as const;
const ASKS_HEADERS = ['Access-Control-Request-Headers', 'authorization'] as const;
const PREFLIGHT = { method: 'OPTIONS', headers: [ORIGIN, ASKS, ASKS_HEADERS] };

export function optionalCases(harness: Harness): void {
  test('attack 42: optional authentication lets in who shows nothing, as nobody', async () => {
    await harness.admits({ path: '/optional' }, 'optional', undefined);
    await harness.admits({ path: '/optional', headers: [['Cookie', 'a=b']] }, 'optional', undefined);
    const headers = [bearer(await harness.world.token())];
    await harness.admits({ path: '/optional', headers }, 'optional', WORKLOADS.orders);
  });

  describe('attack 42: optional authentication refuses bad credentials', () => {
    test.each(BAD_CREDENTIALS)('%s: %s', async (_, refusal, make) => {
      await harness.refuses({ path: '/optional', headers: await make(harness.world) }, refusal);
    });
  });

  test.each(['/secret', '/mounted/secret', '/own/secret', '/roles', '/nowhere'])(
    'attack 42: a preflight of %s needs a caller like every request',
    async (path) => {
      await harness.refuses({ ...PREFLIGHT, path }, 'credential_missing');
      await harness.refuses({ path, method: 'OPTIONS', headers: [ASKS_HEADERS] }, 'credential_missing');
    },
  );

  test('attack 42: a route can let in preflights, as nobody', async () => {
    await harness.admits({ ...PREFLIGHT, path: '/preflight' }, 'preflight', undefined);
  });

  test.each([
    ['another method', { method: 'POST', headers: [ORIGIN, ASKS] }],
    ['GET', { method: 'GET', headers: [ORIGIN, ASKS] }],
    [
      'an overridden method',
      { method: 'POST', headers: [ORIGIN, ASKS, ['X-HTTP-Method-Override', 'OPTIONS']] },
    ],
    ['no origin', { method: 'OPTIONS', headers: [ASKS, ASKS_HEADERS] }],
    ['no method asked for', { method: 'OPTIONS', headers: [ORIGIN, ASKS_HEADERS] }],
  ] as const)('attack 42: what only looks like a preflight needs a caller: %s', async (_, request) => {
    await harness.refuses({ ...request, path: '/preflight' }, 'credential_missing');
  });

  test('attack 42: a preflight with credentials is judged by them', async () => {
    const withHeader = (...header: [string, string]) => ({
      ...PREFLIGHT,
      path: '/preflight',
      headers: [...PREFLIGHT.headers, header],
    });
    await harness.refuses(withHeader('Authorization', 'Bearer x'), 'invalid_token');
    await harness.refuses(withHeader('Authorization', 'Basic eDp5'), 'credential_missing');
    await harness.refuses(withHeader('Authorization', ''), 'invalid_request');
    await harness.refuses(withHeader('DPoP', 'x'), 'credential_missing');
    const token = await harness.world.token();
    await harness.admits(withHeader(...bearer(token)), 'preflight', WORKLOADS.orders);
  });

  test('attack 42: where preflights are allowed, everything else is protected as ever', async () => {
    await harness.refuses({ path: '/preflight' }, 'credential_missing');
    const other = bearer(await harness.world.token({ subject: WORKLOADS.other }));
    await harness.refuses({ path: '/preflight', method: 'POST', headers: [other] }, 'not_authorized');
    expect(harness.adapter.construct(harness.world.identity, { allowPreflight: true })).not.toBeInstanceOf(
      Error,
    );
  });
}
