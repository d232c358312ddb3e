import { type Row, rowOf } from '../measure/rows.ts';
import type { Machine } from './machine.ts';

/** A row of one round. */
export function row(id: string, changes: Partial<Row> = {}): Row {
  const { ours = 2, peer = 4, against = 'a peer', what = `what ${id} is` } = changes;
  return { ...rowOf({ id, what, unit: 'µs', ours: [ours], against, peer: [peer] }), ...changes };
}

/** The facts of no machine there is. */
export const MACHINE: Machine = {
  processor: 'Processor <9> & "Co"',
  processors: 3,
  memory: '24 GiB',
  system: 'Linux x64',
  node: '24.0.1',
  openssl: '3.5.8',
  load: 0.4,
};
