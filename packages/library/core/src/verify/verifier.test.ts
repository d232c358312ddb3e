import { WorkloadIdentityError } from '@workload-identity/contract';
import { describe, expect, test } from 'vitest';
import { record } from '../../test/support/channels.ts';
import { NOW, ORDERS } from '../../test/support/names.ts';
import { outcomeOf } from '../../test/support/outcome.ts';
import { pairSigning, secretSigning } from '../../test/support/signing.ts';
import { segments, tokenOf } from '../../test/support/tokens.ts';
import { bundleOf, issuing, open, sharing, verifierOf } from '../../test/support/world.ts';
import type { BundleSource } from '../bundle/bundle-options.ts';
import type { VerifyEvent } from '../events.ts';
import type { ResolvedKey } from './resolve.ts';

/** A source that counts how often it is asked to look again, and may have something new then. */
function healing(before: BundleSource, after: BundleSource, tells = true) {
  const state = { asked: 0, healed: false };
  const source = {
    current: () => (state.healed ? after : before).current(),
    heal: async () => {
      state.asked++;
      state.healed = true;
      return tells;
    },
  } as unknown as BundleSource;
  return { source, state };
}

const old = secretSigning();
const young = secretSigning();
const before = await open(bundleOf([sharing(old)]), old);
const after = await open(bundleOf([sharing(young)], { denied: { tokens: ['denied-token-0001'] } }), young);

describe('a token under a key that is not known', () => {
  test('is verified under the bundle that has just brought it, denials and all', async () => {
    const { source, state } = healing(before, after);
    const verifier = verifierOf(source);
    expect(await outcomeOf(verifier.verify(tokenOf(young)))).toBe('accepted');
    expect(await outcomeOf(verifier.verify(tokenOf(old)))).toBe('key_unknown');
    expect(state.asked).toBe(2);
    const again = healing(before, after);
    const denied = tokenOf(young, { jti: 'denied-token-0001' });
    expect(await outcomeOf(verifierOf(again.source).verify(denied))).toBe('denied');
  });

  test('is refused when nothing was looked at, whatever is there by now', async () => {
    const { source, state } = healing(before, after, false);
    expect(await outcomeOf(verifierOf(source).verify(tokenOf(young)))).toBe('key_unknown');
    expect(state.asked).toBe(1);
  });

  test('leads to one look, not to another one', async () => {
    const { source, state } = healing(before, before);
    expect(await outcomeOf(verifierOf(source).verify(tokenOf(young)))).toBe('key_unknown');
    expect(state.asked).toBe(1);
  });

  test('is the only one that leads to a look: nobody else makes the sources be read', async () => {
    const pair = await pairSigning('ES256');
    const trust = await open(bundleOf([sharing(old), issuing(pair)]), old);
    const { source, state } = healing(trust, trust);
    const verifier = verifierOf(source);
    const [header, payload] = segments(tokenOf(old));
    for (const token of [
      `${header}.${payload}.${'A'.repeat(43)}`,
      tokenOf({ ...young, kid: old.kid }),
      tokenOf(old, {}, { alg: 'ES256' }),
      tokenOf(old, {}, { typ: 'JWT' }),
      tokenOf(old, {}, { kid: 'x' }),
      tokenOf(old, { iss: 'https://sts.example.com' }),
      tokenOf(old, { aud: ORDERS }),
      tokenOf(old, { exp: 2, iat: 1 }),
      tokenOf(pair, {}, { kid: undefined, x5c: ['MIIB'] }),
      'nonsense',
    ]) {
      expect(await outcomeOf(verifier.verify(token))).not.toBe('accepted');
    }
    expect(state.asked).toBe(0);
  });

  test('is a chain, too, whose anchor is not known', async () => {
    const pair = await pairSigning('ES256');
    const trust = await open(bundleOf([issuing(pair)]));
    const { source, state } = healing(before, trust);
    const chains = {
      resolve: async (
        _chain: unknown,
        _algorithm: unknown,
        snapshot: ReturnType<BundleSource['current']>,
      ) => {
        const key = snapshot.keys.get(pair.kid);
        if (key === undefined) throw new WorkloadIdentityError('chain_untrusted');
        return key as ResolvedKey;
      },
    };
    const token = tokenOf(pair, {}, { kid: undefined, x5c: ['MIIB'] });
    expect(await outcomeOf(verifierOf(source, { chains }).verify(token))).toBe('accepted');
    expect(state.asked).toBe(1);
  });
});

describe('what a verifier tells', () => {
  test('of what it accepted and what it refused, and whether it was in the cache', async () => {
    const verifies = record<VerifyEvent>('verify');
    const verifier = verifierOf(before);
    const token = tokenOf(old, { jti: 'a-token-identifier' });
    await verifier.verify(token);
    await verifier.verify(token);
    await outcomeOf(verifier.verify(`${token}A`));
    await outcomeOf(verifier.verify(token, { provenKey: { jkt: 'x' } }));
    verifies.stop();
    await verifier.verify(token);
    const said = {
      outcome: 'accepted',
      subject: ORDERS,
      issuer: ORDERS,
      rung: 'hmac',
      keyId: old.kid,
      tokenId: 'a-token-identifier',
    };
    expect(verifies.events).toEqual([
      { ...said, cached: false },
      { ...said, cached: true },
      { outcome: 'refused', code: 'signature_invalid', cached: false },
      { outcome: 'refused', code: 'confirmation_mismatch', cached: true },
    ]);
  });

  test('nothing of a mistake of the programmer', async () => {
    const verifies = record<VerifyEvent>('verify');
    await expect(verifierOf(before).verify(tokenOf(old), { audience: ORDERS })).rejects.toThrow(TypeError);
    verifies.stop();
    expect(verifies.events).toEqual([]);
  });
});

test('an expired token leaves the cache', async () => {
  let now = NOW;
  const verifier = verifierOf(before, { clock: () => now * 1000 });
  const token = tokenOf(old);
  const first = await verifier.verify(token);
  expect(await verifier.verify(token)).toBe(first);
  now = NOW + 400;
  expect(await outcomeOf(verifier.verify(token))).toBe('token_expired');
  now = NOW;
  expect(await verifier.verify(token)).not.toBe(first);
});
