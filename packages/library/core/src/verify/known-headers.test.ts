import type { TokenHeader } from '@workload-identity/contract';
import { expect, test } from 'vitest';
import { KnownHeaders } from './known-headers.ts';

const header = (keyId: string) => ({ keyId }) as TokenHeader;

test('a header is known by the whole of its text', () => {
  const known = new KnownHeaders();
  const long = 'a'.repeat(2_000);
  known.add('short', header('short'));
  known.add(`${long}1`, header('one'));
  expect(known.get('short')).toEqual(header('short'));
  expect(known.get('shor')).toBeUndefined();
  expect(known.get(`${long}1`)).toEqual(header('one'));
  for (const other of [long, `${long}2`, `${long}11`]) expect(known.get(other)).toBeUndefined();
});

test('of two that begin alike the later one is known', () => {
  const known = new KnownHeaders();
  const long = 'a'.repeat(200);
  known.add(`${long}1`, header('one'));
  known.add(`${long}2`, header('two'));
  expect([known.get(`${long}1`), known.get(`${long}2`)]).toEqual([undefined, header('two')]);
});

test('it starts again before there are too many', () => {
  const known = new KnownHeaders();
  for (let at = 0; at <= 1_024; at++) known.add(`${at}`, header(`${at}`));
  expect([known.get('0'), known.get('1023')]).toEqual([undefined, undefined]);
  expect(known.get('1024')).toEqual(header('1024'));
});
