import { randomFillSync } from 'node:crypto';

const ID_BYTES = 16;
const POOL_BYTES = 256 * ID_BYTES;

const pool = Buffer.alloc(POOL_BYTES);
let used = POOL_BYTES;

/**
 * 128 random bits as base64url. They are taken from the system in large pieces: one for each token would cost as much as
 * its MAC. No bit is handed out twice, and none stays in memory once it was.
 */
export function tokenId(): string {
  if (used === POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  const id = pool.toString('base64url', used, used + ID_BYTES);
  pool.fill(0, used, used + ID_BYTES);
  used += ID_BYTES;
  return id;
}
