import type { IncomingMessage, ServerOptions } from 'node:http';
import {
  array,
  assert,
  asyncProperty,
  constantFrom,
  mixedCase,
  oneof,
  stringMatching,
  tuple,
} from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exchange, turn } from '../../test/support/exchange.ts';
import { isIdentityField } from './identity-fields.ts';
import { removeIdentityFields } from './remove-identity-fields.ts';

type Moment = () => Promise<void>;

const SPOOFED = [
  'X-Workload-Identity: me',
  'x-workload-identity-subject: me',
  'x-workload-identity-subject: me again',
  'X-WORKLOAD-IDENTITY-ROLES: admin',
  'x_workload_identity_subject: me',
  'X.Workload.Identity.Subject: me',
];
const KEPT = ['Checksum: abc', 'Via: a', 'Via: b', 'X-Workload: kept', 'Set-Cookie: c=1'];
const TRAILERS = [KEPT[0], ...SPOOFED, ...KEPT.slice(1)].join('\r\n');
const START = 'POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n';
const BODY = `4\r\nbody\r\n0\r\n${TRAILERS}\r\n\r\n`;
const CHUNKED = `${START}Transfer-Encoding: chunked\r\n\r\n${BODY}`;

/** The names in every view of the trailers. */
function namesIn({ trailers, trailersDistinct, rawTrailers }: IncomingMessage): string[] {
  const raw = rawTrailers.filter((_, at) => at % 2 === 0);
  return [...Object.keys(trailers), ...Object.keys(trailersDistinct), ...raw];
}

const complete: (request: IncomingMessage) => Moment = (request) => async () => {
  while (!request.complete) await turn();
};
const ended: (request: IncomingMessage) => Moment = (request) => async () => {
  await new Promise((resolve) => request.on('end', resolve).resume());
};

/** Looks at every moment a handler can, and gives every name it saw. */
async function watch(request: IncomingMessage): Promise<string[]> {
  const names = namesIn(request);
  const look = () => void names.push(...namesIn(request));
  request.on('data', look).on('end', look).on('close', look).pause();
  await complete(request)();
  look();
  await ended(request)();
  await turn();
  look();
  return names;
}

const guardAndWatch = (request: IncomingMessage) => {
  removeIdentityFields(request);
  return watch(request);
};

describe('attack 46: over HTTP/1, no trailer that names a caller is ever seen', () => {
  it.each<[string, string | readonly string[], ServerOptions?]>([
    ['in one piece', CHUNKED],
    ['byte by byte', [...CHUNKED]],
    ['announced', CHUNKED.replace('\r\n\r\n', '\r\nTrailer: X-Workload-Identity-Subject, Checksum\r\n\r\n')],
    ['of a GET', CHUNKED.replace('POST', 'GET')],
    ['over HTTP/1.0', CHUNKED.replace('HTTP/1.1', 'HTTP/1.0')],
    ['where the first line says HTTP/2.0', CHUNKED.replace('HTTP/1.1', 'HTTP/2.0')],
    ['with a coding before the chunks', CHUNKED.replace('chunked', 'gzip, chunked')],
    ['where the coding is in capitals', CHUNKED.replace('Transfer-Encoding: ch', 'TRANSFER-ENCODING: Ch')],
    ['beside an upgrade', CHUNKED.replace('Host', 'Upgrade: x\r\nConnection: upgrade\r\nHost')],
    [
      'with a space behind the coding’s name',
      CHUNKED.replace('Transfer-Encoding:', 'transfer-Encoding :'),
      { insecureHTTPParser: true },
    ],
  ])('%s', async (_, bytes, options) => {
    const names = await exchange(bytes, guardAndWatch, options);
    expect(names).toContain('checksum');
    expect(names?.filter(isIdentityField)).toEqual([]);
  });

  it('where the parser leaves out the coding, among more headers than it takes', async () => {
    const many = (count: number) => Array.from({ length: count }, (_, at) => `a${at}:\r\n`).join('');
    const names = await exchange(CHUNKED.replace('Transfer', `${many(1030)}Transfer`), guardAndWatch);
    // Newer versions of Node refuse such a request. So this does what Node 20 does, with a low `maxHeadersCount`.
    expect(names?.filter(isIdentityField) ?? []).toEqual([]);
    const left = await exchange(CHUNKED.replace('Transfer', `${many(40)}Transfer`), (request) => {
      delete request.headers['transfer-encoding'];
      request.rawHeaders.splice(2 * 31);
      return guardAndWatch(request);
    });
    expect(left?.filter(isIdentityField)).toEqual([]);
  });

  it('where somebody deletes the coding from the parsed headers, or from the raw ones', async () => {
    for (const where of ['headers', 'rawHeaders'] as const) {
      const names = await exchange(CHUNKED, (request) => {
        const { headers, rawHeaders } = request;
        if (where === 'headers') delete headers['transfer-encoding'];
        else rawHeaders.splice(0);
        return guardAndWatch(request);
      });
      expect(names?.filter(isIdentityField)).toEqual([]);
    }
  });

  it('through an object that inherits from the request', async () => {
    const names = await exchange(CHUNKED, (request) => {
      removeIdentityFields(Object.create(request));
      return watch(request);
    });
    expect(names?.filter(isIdentityField)).toEqual([]);
  });

  it.each<[string, (request: IncomingMessage) => Moment]>([
    ['have come', complete],
    ['have ended', ended],
  ])('where the adapter runs after they %s', async (_, moment) => {
    for (const readBefore of [true, false]) {
      const views = await exchange(CHUNKED, async (request) => {
        await moment(request)();
        if (readBefore) namesIn(request);
        removeIdentityFields(request);
        return namesIn(request);
      });
      expect(views?.filter((name) => /checksum/i.test(name))).toHaveLength(3);
      expect(views?.filter(isIdentityField)).toEqual([]);
    }
  });
});

describe('the other trailers', () => {
  const others = {
    trailers: { checksum: 'abc', via: 'a, b', 'x-workload': 'kept', 'set-cookie': ['c=1'] },
    distinct: { checksum: ['abc'], via: ['a', 'b'], 'x-workload': ['kept'], 'set-cookie': ['c=1'] },
    raw: KEPT.flatMap((line) => line.split(': ')),
  };

  it('are in every view, as Node makes it', async () => {
    const views = await exchange(CHUNKED, async (request) => {
      removeIdentityFields(request);
      await ended(request)();
      const { trailers, trailersDistinct, rawTrailers } = request;
      return { trailers, distinct: { ...trailersDistinct }, raw: rawTrailers };
    });
    expect(views).toEqual(others);
  });

  it('come into the object that was there before them', async () => {
    const trailers = await exchange(CHUNKED, async (request) => {
      const before = request.trailers;
      removeIdentityFields(request);
      await ended(request)();
      expect(request.trailers).toBe(before);
      return before;
    });
    expect(trailers).toEqual(others.trailers);
  });

  it('are there after two adapters, of which the second adds nothing', async () => {
    const trailers = await exchange(CHUNKED, async (request) => {
      removeIdentityFields(request);
      const own = Reflect.ownKeys(request).map((name) => Object.getOwnPropertyDescriptor(request, name));
      removeIdentityFields(request);
      expect(Reflect.ownKeys(request).map((name) => Object.getOwnPropertyDescriptor(request, name))).toEqual(
        own,
      );
      await ended(request)();
      return request.trailers;
    });
    expect(trailers).toEqual(others.trailers);
  });
});

it('attack 46: of whatever trailers are sent, a handler sees those that name no caller, in their order', async () => {
  const separator = constantFrom('-', '_', '.', '~', '!');
  const spoofed = tuple(separator, separator, stringMatching(/^[\w-]{0,8}$/)).map(
    ([first, second, rest]) => `x${first}workload${second}identity${rest}`,
  );
  const name = oneof(
    mixedCase(spoofed),
    stringMatching(/^[xX]-[A-Za-z.-]{1,20}$/),
    constantFrom('Via', 'Etag'),
  );
  const value = stringMatching(/^[!-~]{1,8}$/);
  await assert(
    asyncProperty(array(tuple(name, value), { maxLength: 40 }), async (trailers) => {
      const lines = trailers.map((pair) => `${pair.join(': ')}\r\n`).join('');
      const bytes = `${START}Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n${lines}\r\n`;
      const seen = await exchange(bytes, async (request) => {
        removeIdentityFields(request);
        await ended(request)();
        return [request.rawTrailers, Object.keys(request.trailers)];
      });
      const others = trailers.filter(([one]) => !/^x.workload.identity/i.test(one));
      const names = new Set(others.map(([one]) => one.toLowerCase()));
      expect([seen?.[0], new Set(seen?.[1])]).toEqual([others.flat(), names]);
    }),
    { numRuns: 150 },
  );
});

it.each([
  ['without a body', `${START}\r\n`],
  ['with a body of known length', `${START}Content-Length: 4\r\n\r\nbody`],
  ['with thirty headers', `${START}${'a: b\r\n'.repeat(28)}\r\n`],
])('a request %s cannot have trailers, and nothing is added to it', async (_, bytes) => {
  const names = await exchange(bytes, async (request) => {
    void request.headers;
    const before = Reflect.ownKeys(request);
    removeIdentityFields(request);
    return [before, Reflect.ownKeys(request)];
  });
  expect(names?.[1]).toEqual(names?.[0]);
});

it('attack 46: a platform that has no place to take trailers out of shows none', () => {
  const request = {
    rawHeaders: ['Transfer-Encoding', 'chunked'],
    headers: { 'transfer-encoding': 'chunked' },
    rawTrailers: [] as string[],
    trailers: {},
    trailersDistinct: {},
  };
  removeIdentityFields(request);
  request.rawTrailers = ['X-Workload-Identity-Subject', 'me'];
  request.trailers = { 'x-workload-identity-subject': 'me' };
  request.trailersDistinct = { 'x-workload-identity-subject': ['me'] };
  expect([request.rawTrailers, request.trailers, request.trailersDistinct]).toEqual([[], {}, {}]);
});
