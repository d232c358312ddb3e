import { randomBytes } from 'node:crypto';
import { decodeJwt } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { record } from '../../test/support/channels.ts';
import type { MintEvent } from '../events.ts';
import { HmacKey } from '../keys/hmac-key.ts';
import { KeyRing } from '../keys/key-ring.ts';
import { createMinter, type MinterOptions } from './minter.ts';

const NOW = 1_800_000_000;
const ORDERS = 'spiffe://prod.example.com/orders';
const BILLING = 'spiffe://prod.example.com/billing';

let active: HmacKey;
beforeAll(async () => {
  active = await HmacKey.fromSecret(randomBytes(32));
});
const minterOf = (changes: Partial<MinterOptions> = {}) =>
  createMinter({
    issuer: ORDERS,
    signers: new KeyRing({ active }),
    clock: () => NOW * 1000 + 999,
    ...changes,
  });

describe('a minter', () => {
  test('speaks of itself for five minutes, unless it is asked otherwise', async () => {
    const minted = await minterOf().mint({ audience: BILLING });
    expect(minted).toEqual({
      token: expect.any(String),
      tokenId: expect.stringMatching(/^[A-Za-z0-9_-]{22}$/),
      issuedAt: NOW,
      expiresAt: NOW + 300,
      keyId: active.keyId,
    });
    expect(decodeJwt(minted.token)).toEqual({
      ver: 1,
      iss: ORDERS,
      sub: ORDERS,
      aud: BILLING,
      iat: NOW,
      exp: NOW + 300,
      jti: minted.tokenId,
    });
  });

  test('writes every claim it is asked for', async () => {
    const request = {
      audience: [BILLING, 'other'],
      subject: `${ORDERS}/worker`,
      lifetime: 60,
      roles: ['reader', 'writer'],
      confirmation: { jkt: 'A'.repeat(43) },
      actor: { sub: BILLING, act: { sub: ORDERS } },
      transaction: 'tx-1',
      attestation: { method: 'k8s', issuer: 'i', subject: 's' },
      extension: { tenant: 'blue', 'n"ä\\': [null, 1.5, { a: false }] },
    };
    expect(decodeJwt((await minterOf().mint(request)).token)).toEqual({
      ver: 1,
      iss: ORDERS,
      sub: request.subject,
      aud: request.audience,
      iat: NOW,
      exp: NOW + 60,
      jti: expect.any(String),
      roles: request.roles,
      cnf: request.confirmation,
      act: request.actor,
      txn: request.transaction,
      att: request.attestation,
      ext: request.extension,
    });
  });

  test('gives every token an identifier of 128 random bits', async () => {
    const minter = minterOf();
    const ids = new Set<string>();
    for (let at = 0; at < 500; at++) ids.add((await minter.mint({ audience: BILLING })).tokenId);
    expect(ids.size).toBe(500);
    let asked = 0;
    const counted = minterOf({
      randomBytes: (length) => {
        asked = length;
        return new Uint8Array(length).fill(7);
      },
    });
    expect((await counted.mint({ audience: BILLING })).tokenId).toBe(
      Buffer.alloc(16, 7).toString('base64url'),
    );
    expect(asked).toBe(16);
    const short = minterOf({ randomBytes: () => new Uint8Array(8) });
    await expect(short.mint({ audience: BILLING })).rejects.toMatchObject({ code: 'mint_refused' });
  });

  test('of a token service has no subject of its own', async () => {
    const service = minterOf({ issuer: 'https://sts.example.com' });
    await expect(service.mint({ audience: BILLING })).rejects.toMatchObject({ code: 'mint_refused' });
    const { token } = await service.mint({ audience: BILLING, subject: ORDERS });
    expect(decodeJwt(token)).toMatchObject({ iss: 'https://sts.example.com', sub: ORDERS });
  });

  test('tells what it minted, and that it could not', async () => {
    const mints = record<MintEvent>('mint');
    const { tokenId } = await minterOf().mint({ audience: BILLING });
    await minterOf()
      .mint({ audience: '' })
      .catch(() => undefined);
    mints.stop();
    await minterOf().mint({ audience: BILLING });
    expect(mints.events).toEqual([
      {
        outcome: 'minted',
        subject: ORDERS,
        audience: BILLING,
        tokenId,
        expiresAt: NOW + 300,
        rung: 'hmac',
        keyId: active.keyId,
      },
      { outcome: 'failed', code: 'mint_refused' },
    ]);
  });

  test('waits for its signer, and dates the token when it is there', async () => {
    let now = NOW;
    const signers = {
      signerFor: async () => {
        now += 5;
        return active;
      },
    };
    const minted = await minterOf({ signers, clock: () => now * 1000 }).mint({ audience: BILLING });
    expect(minted.issuedAt).toBe(NOW + 5);
  });
});
