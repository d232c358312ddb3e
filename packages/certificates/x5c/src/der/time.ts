import { Flaw } from '../flaw.ts';
import type { DerReader } from './reader.ts';
import { TAG } from './tags.ts';

const UTC_TIME = /^\d{12}Z$/;
const GENERALIZED_TIME = /^\d{14}Z$/;

const MONTHS: ReadonlyMap<number, number> = new Map(
  [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].map((days, index) => [index + 1, days]),
);

function daysIn(year: number, month: number): number {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return (MONTHS.get(month) ?? 0) + (month === 2 && isLeap ? 1 : 0);
}

function parse(digits: string): number {
  const number = (from: number, length: number): number => Number(digits.slice(from, from + length));
  const [year, month, day] = [number(0, 4), number(4, 2), number(6, 2)];
  const [hour, minute, second] = [number(8, 2), number(10, 2), number(12, 2)];
  if (day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 59) {
    throw new Flaw('its validity has a time that does not exist');
  }
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
}

/**
 * A time of the validity, in seconds since 1970. UTCTime through 2049, GeneralizedTime from 2050 on; both with seconds,
 * without fractions, in UTC (RFC 5280 section 4.1.2.5).
 */
export function readTime(reader: DerReader): number {
  const { tag, contents } = reader.readAny();
  const text = Buffer.from(contents).toString('latin1');
  if (tag === TAG.utcTime && UTC_TIME.test(text))
    return parse((text < '50' ? '20' : '19') + text.slice(0, 12));
  if (tag === TAG.generalizedTime && GENERALIZED_TIME.test(text) && text >= '2050')
    return parse(text.slice(0, 14));
  throw new Flaw('its validity has a time of a wrong form');
}
