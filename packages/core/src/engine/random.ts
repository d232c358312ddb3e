import { randomBytes as fresh } from 'node:crypto';

const POOL_BYTES = 4_096;

let pool = new Uint8Array();
let used = 0;

/**
 * Random bytes, taken from the system in large pieces: a piece for each token would cost as much as its MAC. No byte is
 * handed out twice, and a copy is, so that nobody holds what comes next.
 */
export function randomBytes(length: number): Uint8Array {
  if (length > POOL_BYTES) return fresh(length);
  if (used + length > pool.length) {
    pool = fresh(POOL_BYTES);
    used = 0;
  }
  const bytes = Uint8Array.prototype.slice.call(pool, used, used + length);
  pool.fill(0, used, used + length);
  used += length;
  return bytes;
}
