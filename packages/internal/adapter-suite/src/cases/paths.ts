import { expect, test } from 'vitest';
import { bearer, type Harness } from '../harness.ts';
import { WORKLOADS } from '../names.ts';

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND', 'QUERY'];

/** Ways to write a path that some router or other takes for the same one. */
function spellings(path: string): string[] {
  const [first = '', ...rest] = path.slice(1);
  const tail = rest.join('');
  const code = first.charCodeAt(0).toString(16);
  return [
    path,
    `/%${code}${tail}`,
    `/%25${code}${tail}`,
    `/${path}`,
    `//${path}`,
    `${path}/`,
    `${path}//`,
    `/.${path}`,
    `/x/..${path}`,
    `/%2e${path}`,
    `/x/%2e%2e${path}`,
    path.toUpperCase(),
    `/${first.toUpperCase()}${tail}`,
    path.replaceAll('/', '//'),
    path.replace(/(.)\//, '$1%2f'),
    `${path};v=1`,
    `${path};/`,
    `/;v=1${path}`,
    `${path}?x=/optional`,
    `${path}#x`,
    `${path}%00`,
    `${path}%20`,
    `${path}.json`,
    `${path}%ff`,
    `/optional/..${path}`,
    `/optional/%2e%2e${path}`,
    `/\\${path}`,
    path.replaceAll('/', '\\'),
    `http://localhost${path}`,
    `http://evil.example${path}`,
    `*`,
    path + path,
  ];
}

const PATHS = ['/secret', '/mounted/secret', '/own/secret', '/roles'];

export function pathCases(harness: Harness): void {
  test.each(PATHS)('attack 41: no spelling of %s reaches a handler without a caller', async (path) => {
    const before = harness.calls.length;
    for (const spelling of spellings(path)) {
      const { status } = await harness.send({ path: spelling });
      expect(status, spelling).toBeGreaterThanOrEqual(400);
    }
    expect(harness.calls.slice(before).filter(({ route }) => route !== 'optional')).toEqual([]);
  });

  test.each(PATHS)('attack 41: no method reaches the handler of %s without a caller', async (path) => {
    for (const method of [...METHODS, 'get', 'FOO', 'CONNECT']) {
      const before = harness.calls.length;
      const answer = harness.send({ path, method });
      // Node closes the connection of a CONNECT nobody listens for.
      const status = await (method === 'CONNECT'
        ? answer.then((it) => it.status).catch(() => 400)
        : answer.then((it) => it.status));
      expect(status, method).toBeGreaterThanOrEqual(400);
      expect(harness.calls.slice(before), method).toEqual([]);
    }
  });

  test('attack 41: a spelling that reaches a handler with a token brings the caller along', async () => {
    const token = await harness.world.token({ roles: ['billing.admin'] });
    const before = harness.calls.length;
    for (const path of PATHS) {
      for (const spelling of spellings(path))
        await harness.send({ path: spelling, headers: [bearer(token)] });
    }
    const calls = harness.calls.slice(before);
    expect(new Set(calls.map(({ subject }) => subject))).toEqual(new Set([WORKLOADS.orders]));
    for (const route of ['secret', 'mounted', 'own', 'roles']) {
      expect(calls.some((call) => call.route === route)).toBe(true);
    }
  });

  test.each(['GET', 'HEAD', 'OPTIONS', 'POST', 'DELETE'])(
    'attack 41: %s asks for the role as every method does',
    async (method) => {
      const path = '/roles';
      const token = await harness.world.token({ roles: ['billing.read'] });
      await harness.refuses({ path, method, headers: [bearer(token)] }, 'not_authorized');
      const good = await harness.world.token({ roles: ['billing.admin'] });
      await harness.admits({ path, method, headers: [bearer(good)] }, 'roles', WORKLOADS.orders);
    },
  );

  test('attack 41: a path that does not exist tells a stranger nothing', async () => {
    await harness.refuses({ path: '/nowhere' }, 'credential_missing');
    await harness.refuses({ path: '/mounted/nowhere' }, 'credential_missing');
    await harness.refuses({ path: '/own/nowhere' }, 'credential_missing');
    const { status } = await harness.send({
      path: '/nowhere',
      headers: [bearer(await harness.world.token())],
    });
    expect(status).toBe(404);
  });
}
