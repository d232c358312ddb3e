import { Flaw } from '../flaw.ts';
import type { DerReader } from './reader.ts';
import { TAG } from './tags.ts';

const UTC_TIME = /^\d{12}Z$/;
const GENERALIZED_TIME = /^\d{14}Z$/;

function parse(digits: string): number {
  const [year, month, day, hour, minute, second] = [
    digits.slice(0, 4),
    ...(digits.slice(4).match(/../g) as string[]),
  ];
  const text = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const milliseconds = Date.parse(text);
  // The 31st of June parses nowhere or as another day.
  if (Number.isNaN(milliseconds) || new Date(milliseconds).toISOString() !== text) {
    throw new Flaw('its validity has a time that does not exist');
  }
  return milliseconds / 1000;
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
