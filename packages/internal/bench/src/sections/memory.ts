import { startChild, stopChild } from '../child/child.ts';
import type { HoldOrder } from '../child/hold.ts';
import { rowOf } from '../measure/rows.ts';
import type { Section } from '../section.ts';

const MIB = 2 ** 20;
const UNBOUNDED = 2 ** 40;
const DEFAULT_BYTES = 16 * MIB;

async function mebibytes(order: HoldOrder): Promise<number> {
  const { child, answer } = await startChild<{ bytes: number }>('hold.ts', order, ['--expose-gc']);
  await stopChild(child);
  return answer.bytes / MIB;
}

/** Memory held by verified tokens: without a bound, and with the bound a verifier has when nothing is said. */
export const memory: Section = {
  name: 'memory',
  title: 'Memory held by tokens that were verified',
  async run({ tokens }) {
    const count = tokens.toLocaleString('en');
    const all = await mebibytes({ tokens, cache: UNBOUNDED });
    const peer = await mebibytes({ tokens, cache: 'peer' });
    const bounded = await mebibytes({ tokens, cache: DEFAULT_BYTES });
    return [
      rowOf({
        id: 'memory-tokens',
        what: `${count} cached tokens, no bound`,
        unit: 'MiB',
        ours: [all],
        against: 'fast-jwt with its cache',
        peer: [peer],
      }),
      rowOf({
        id: 'memory-bounded',
        what: `${count} tokens verified, cache of 16 MiB`,
        unit: 'MiB',
        ours: [bounded],
        against: 'the 16 MiB allowed',
        peer: [DEFAULT_BYTES / MIB],
      }),
    ];
  },
};
