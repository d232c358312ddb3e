import { afterEach, beforeEach, expect, test } from 'vitest';
import { verifyNow } from '../../src/index.ts';
import { outcomeOf } from '../support/outcome.ts';
import { pairSigning } from '../support/signing.ts';
import { segments, tokenOf } from '../support/tokens.ts';
import { bundleOf, issuing, open, verifierOf } from '../support/world.ts';

// What zone.js and others do. What an async function gives is no instance of it, and must be a promise all the same.
const native = globalThis.Promise;
beforeEach(() => {
  globalThis.Promise = class Foreign<T> extends native<T> {} as typeof Promise;
});
afterEach(() => {
  globalThis.Promise = native;
});

const key = await pairSigning('ES256');
const bundle = await open(bundleOf([issuing(key)]));
const [header, payload] = segments(tokenOf(key));
const forged = `${header}.${payload}.${Buffer.alloc(64, 1).toString('base64url')}`;

test.each(['always', 'auto', 'never'] as const)(
  'attack 01: a forged signature is refused where `Promise` was replaced: %s',
  async (threadPool) => {
    const verifier = verifierOf(bundle, { threadPool });
    for (let time = 0; time < 70; time++) {
      expect(await outcomeOf(verifier.verify(forged))).toBe('signature_invalid');
      expect(await outcomeOf((async () => verifyNow(verifier, forged))())).toBe('signature_invalid');
    }
    expect(await outcomeOf(verifier.verify(tokenOf(key)))).toBe('accepted');
  },
);

test('a proof of another key is refused where `Promise` was replaced', async () => {
  const { alg: _, ...jwk } = key.jwk;
  const verifier = verifierOf(bundle, { threadPool: 'never' });
  const token = tokenOf(key, { cnf: { jwk } });
  const provenKey = { jkt: 'A'.repeat(43) };
  expect(await outcomeOf(verifier.verify(token, { provenKey }))).toBe('confirmation_mismatch');
});

test('an unknown key is refused where `Promise` was replaced', async () => {
  const other = await pairSigning('ES256');
  const verifier = verifierOf(bundle, { threadPool: 'always' });
  expect(await outcomeOf(verifier.verify(tokenOf(other)))).toBe('key_unknown');
});
