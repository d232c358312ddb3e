import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { exchange } from '../../test/support/exchange.ts';
import { isIdentityField } from './identity-fields.ts';
import { removeIdentityFields } from './remove-identity-fields.ts';

const HEADERS = [
  'A: 1',
  'X-Workload-Identity-Subject: me',
  'B: 2',
  'x_workload_identity: me',
  'X.Workload.Identity.Roles: admin',
  'Trailer: X-Workload-Identity-Subject',
  'Connection: close, X-Workload-Identity-Subject',
];
const REQUEST = `GET / HTTP/1.1\r\nHost: localhost\r\n${HEADERS.join('\r\n')}\r\n\r\n`;

/** The names a handler sees, in each of the three views. */
function namesIn({ rawHeaders, headers, headersDistinct }: IncomingMessage): Record<string, string[]> {
  return {
    raw: rawHeaders.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase()),
    parsed: Object.keys(headers),
    distinct: Object.keys(headersDistinct),
  };
}

describe('removeIdentityFields', () => {
  it.each<[string, (request: IncomingMessage) => unknown]>([
    ['none was read before', () => undefined],
    ['the parsed ones were read before', (request) => request.headers],
    ['the distinct ones were read before', (request) => request.headersDistinct],
  ])('attack 46: clears all three views of the headers, and no other name: %s', async (_, look) => {
    const views = await exchange(REQUEST, (request) => {
      look(request);
      removeIdentityFields(request);
      return namesIn(request);
    });
    for (const names of Object.values(views ?? {})) {
      expect(names.filter(isIdentityField)).toEqual([]);
      for (const name of ['a', 'b', 'connection', 'trailer', 'host']) expect(names).toContain(name);
    }
  });

  it('leaves values alone: a name in `Connection` or `Trailer` is no field', async () => {
    const headers = await exchange(REQUEST, (request) => {
      removeIdentityFields(request);
      return request.headers;
    });
    expect(headers).toMatchObject({
      connection: 'close, X-Workload-Identity-Subject',
      trailer: 'X-Workload-Identity-Subject',
    });
  });

  it('attack 46: clears headers that were parsed again from the raw ones', async () => {
    const views = await exchange(REQUEST, (request) => {
      removeIdentityFields(request);
      request.headers = Object.fromEntries(
        request.rawHeaders.flatMap((name, at, all) => (at % 2 === 0 ? [[name, all[at + 1]]] : [])),
      );
      return namesIn(request);
    });
    expect(
      Object.values(views ?? {})
        .flat()
        .filter(isIdentityField),
    ).toEqual([]);
  });

  it('attack 46: clears a request of a platform without raw headers', () => {
    const headers = { 'x-workload-identity-subject': 'me', host: 'h' };
    removeIdentityFields({ rawHeaders: [], headers });
    expect(headers).toEqual({ host: 'h' });
  });
});
