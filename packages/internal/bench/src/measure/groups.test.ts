import { expect, test } from 'vitest';
import { type Group, measureGroups } from './groups.ts';
import { AT_ONCE, ONE_BY_ONE, type Pace } from './pace.ts';

const EFFORT = { rounds: 3, milliseconds: 1 };
const spin = (microseconds: number) => (): void => {
  const end = performance.now() + microseconds / 1_000;
  while (performance.now() < end);
};

async function group(pace: Pace): Promise<Group> {
  return {
    id: 'spin',
    what: 'spin',
    main: 'slow',
    contenders: [pace.direct('ours', [0], spin(20)), pace.direct('slow', [0], spin(200))],
  };
}

test('one at a time, a row says what one call takes', async () => {
  const [row, ...others] = await measureGroups([group], ONE_BY_ONE, EFFORT);
  expect(others).toEqual([]);
  expect(row).toMatchObject({ id: 'spin', what: 'spin', unit: 'µs', against: 'slow' });
  expect(row?.ours).toBeGreaterThanOrEqual(20);
  expect(row?.peer).toBeGreaterThanOrEqual(200);
  expect(row?.ratio).toBeLessThan(1);
});

test('at once, it says how many are done in a second', async () => {
  const [row] = await measureGroups([group], AT_ONCE, EFFORT);
  expect(row).toMatchObject({ id: 'spin-64', what: 'spin, 64 at once', unit: '/s' });
  expect(row?.ours).toBeLessThanOrEqual(50_000);
  expect(row?.peer).toBeLessThanOrEqual(5_000);
  expect(row?.ratio).toBeGreaterThan(1);
});

test('the groups are made one after the other', async () => {
  const log: string[] = [];
  const named = (id: string) => async (pace: Pace) => {
    log.push(`made ${id}`);
    const run = (times: number): void => {
      spin(times * 10)();
      log.push(id);
    };
    return { ...(await group(pace)), id, contenders: ['ours', 'slow'].map((name) => ({ id: name, run })) };
  };
  const rows = await measureGroups([named('a'), named('b')], ONE_BY_ONE, EFFORT);
  expect(rows.map(({ id }) => id)).toEqual(['a', 'b']);
  expect(log.filter((line, at) => line !== log[at - 1])).toEqual(['made a', 'a', 'made b', 'b']);
});
