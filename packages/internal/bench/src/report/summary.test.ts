import { describe, expect, test } from 'vitest';
import { rowOf } from '../measure/rows.ts';
import { TARGETS } from '../measure/targets.ts';
import { row } from './rows.fixture.ts';
import { summary } from './summary.ts';

const ids = [...TARGETS.keys()];
/** A row for a target: on its limit, or beyond it. */
function judged(id: string, met: boolean) {
  const { limit, sense } = TARGETS.get(id) as { limit: number; sense: string };
  const ratio = met ? limit : limit * (sense === 'at most' ? 2 : 0.5);
  return rowOf({ id, what: `what ${id} is`, unit: 'µs', ours: [ratio], against: 'a peer', peer: [1] });
}

describe('the summary of a run', () => {
  test('counts what is met', () => {
    expect(
      summary(
        ids.map((id) => judged(id, true)),
        true,
      ),
    ).toBe(`${ids.length} of ${ids.length} targets met`);
  });

  test('names each target that is missed, with its ratio', () => {
    const text = summary(
      ids.map((id) => judged(id, id !== 'verify-es256' && id !== 'fastify-fresh')),
      true,
    );
    expect(text.split('\n')).toEqual([
      `${ids.length - 2} of ${ids.length} targets met`,
      'MISSED  what verify-es256 is: 2.20 (2.20–2.20) of a peer, ≤ 1.1 MISSED',
      'MISSED  what fastify-fresh is: 0.60 (0.60–0.60) of a peer, ≥ 1.2 MISSED',
    ]);
  });

  test.each(ids)('counts %s as missed where no row of a whole run has it', (absent) => {
    const rows = ids.filter((id) => id !== absent).map((id) => judged(id, true));
    expect(summary(rows, true).split('\n')).toEqual([
      `${ids.length - 1} of ${ids.length} targets met`,
      `MISSED  ${absent} was not measured`,
    ]);
  });

  test('a row that goes by a longer name does not stand for the target', () => {
    expect(summary([row('verify-es256/jose')], true)).toContain('MISSED  verify-es256 was not measured');
  });

  test('of a part of a run is about that part', () => {
    expect(summary([judged('verify-es256', true), row('other')], false)).toBe('1 of 1 targets met');
  });

  test('of nothing at all has everything missed', () => {
    expect(summary([], true).split('\n')).toHaveLength(1 + ids.length);
    expect(summary([], true)).toContain(`0 of ${ids.length} targets met`);
  });
});
