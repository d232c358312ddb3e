import { readAsymmetric, readSecret } from '../world/keys.ts';
import { minterOf, tokensOf } from '../world/ours.ts';
import { drive } from './drive.ts';
import type { KeySetup, LoadOrder } from './messages.ts';

// The load generator, in a process of its own: it mints what it sends before it starts its clock.
function requestOf(token: string): Buffer {
  return Buffer.from(`GET / HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n\r\n`, 'latin1');
}

async function start({ privatePem, secret }: KeySetup): Promise<void> {
  const minters = {
    ES256: minterOf(await readAsymmetric(privatePem)),
    HS256: minterOf(await readSecret(secret)),
  };
  process.on('message', async ({ algorithm, fresh, ...order }: LoadOrder) => {
    const tokens = await tokensOf(minters[algorithm], Math.max(1, fresh));
    const requests = tokens.map(requestOf);
    process.send?.(await drive(requests, { ...order, endless: fresh === 0 }));
  });
  process.send?.({});
}

process.once('message', (setup: KeySetup) => void start(setup));
