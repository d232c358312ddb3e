import { expect, test } from 'vitest';
import { fetchRequest, nodeRequest } from './request.ts';

test('a second header of the same name is seen, whatever its case', () => {
  const rawHeaders = ['Authorization', 'one', 'X', 'Authorization', 'aUTHORIZATION', 'two'];
  const view = nodeRequest({ method: 'GET', rawHeaders, headers: { authorization: 'one' } });
  expect(view.header('authorization')).toEqual(['one', 'two']);
  expect(view.header('cookie')).toEqual([]);
});

test('what the client sent counts, not what was made of it', () => {
  const view = nodeRequest({ rawHeaders: ['Authorization', 'sent'], headers: { authorization: 'replaced' } });
  expect(view.header('authorization')).toEqual(['sent']);
});

test('a platform that fills only the parsed headers is read too', () => {
  const view = nodeRequest({ rawHeaders: [], headers: { authorization: 'one', via: ['a', 'b'] } });
  expect(view.header('authorization')).toEqual(['one']);
  expect(view.header('via')).toEqual(['a', 'b']);
  expect(view.method).toBe('');
});

test('attack 50: a header that only `Object.prototype` has was not sent', () => {
  const view = nodeRequest({ rawHeaders: [], headers: {} });
  for (const name of ['constructor', 'toString', '__proto__']) expect(view.header(name)).toEqual([]);
});

test('several values of a fetch request arrive joined', () => {
  const headers = new Headers([
    ['Authorization', 'Bearer a'],
    ['authorization', 'Bearer b'],
  ]);
  const view = fetchRequest(new Request('http://localhost', { headers }));
  expect(view.header('authorization')).toEqual(['Bearer a, Bearer b']);
  expect(view.header('cookie')).toEqual([]);
});
