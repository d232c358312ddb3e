import { expect, it } from 'vitest';
import { durationSchema } from './duration.ts';

const upToADay = durationSchema('0s', '24h');

it.each([
  ['0s', 0],
  ['30s', 30],
  ['5m', 300],
  ['12h', 43_200],
  ['86400s', 86_400],
])('reads %s as %i seconds', (text, seconds) => {
  expect(upToADay.parse(text)).toBe(seconds);
});

it.each([
  '',
  '5',
  '5 m',
  ' 5m',
  '5m ',
  '5M',
  '05m',
  '-5m',
  '+5m',
  '1.5h',
  '1e3s',
  '5ms',
  '5d',
  'PT5M',
  '1h30m',
  '٥m',
  '9999999s',
  300,
  null,
])('refuses %j', (value) => {
  expect(upToADay.safeParse(value).success).toBe(false);
});

it('holds its bounds, both inclusive', () => {
  const lifetime = durationSchema('1s', '1h');
  expect(['0s', '1s', '60m', '1h', '61m'].map((text) => lifetime.safeParse(text).success)).toEqual([
    false,
    true,
    true,
    true,
    false,
  ]);
});
