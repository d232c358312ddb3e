import { assert, asyncProperty, constantFrom, oneof, tuple, uint8Array } from 'fast-check';
import { expect, test } from 'vitest';
import { expectSomeRefusal } from '../expected.ts';
import type { Harness } from '../harness.ts';

const RUNS = 200;
const LINE_BREAKS: readonly number[] = [0x0a, 0x0d];

/** Bytes of a header value: all but those that end it. */
const bytes = uint8Array({ maxLength: 120 }).map((value) =>
  value.filter((byte) => !LINE_BREAKS.includes(byte)),
);
const printable = uint8Array({ min: 0x20, max: 0x7e, maxLength: 120 });
const scheme = constantFrom(
  '',
  'Bearer ',
  'bearer ',
  'Bearer  ',
  'Bearer\t',
  'Bearer',
  'Basic ',
  'DPoP ',
  'Bearer ey',
  'Bearer e30.e30.',
);
const credential = tuple(scheme, oneof(bytes, printable)).map(([start, rest]) =>
  Buffer.concat([Buffer.from(start, 'latin1'), rest]),
);
const name = constantFrom('Authorization', 'authorization', 'AUTHORIZATION', 'aUTHORIZATION');
const path = constantFrom('/secret', '/optional', '/mounted/secret', '/own/secret', '/narrow', '/nowhere');

export function fuzzCases(harness: Harness): void {
  test('attack 44: whatever bytes stand in `Authorization`, the answer is a fixed 400, 401 or 431', async () => {
    const before = harness.calls.length;
    await assert(
      asyncProperty(path, name, credential, async (to, header, value) => {
        expectSomeRefusal(await harness.send({ path: to, headers: [[header, value]] }));
      }),
      { numRuns: RUNS },
    );
    expect(harness.calls.slice(before)).toEqual([]);
  });

  test('attack 44: whatever bytes stand in `Cookie`, the answer is a fixed 400, 401 or 431', async () => {
    const before = harness.calls.length;
    await assert(
      asyncProperty(oneof(bytes, printable), async (value) => {
        expectSomeRefusal(await harness.send({ path: '/secret', headers: [['Cookie', value]] }));
      }),
      { numRuns: RUNS },
    );
    expect(harness.calls.slice(before)).toEqual([]);
  });
}
