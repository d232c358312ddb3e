import { describe, expect, it } from 'vitest';
import { createCertificateAuthority, createIntermediateCertificate, memoryCaKey } from '../../src/index.ts';
import { readCertificateRequest } from '../../src/request/read-request.ts';
import { BILLING, bundleOf, ORDERS, openLeaf, openScene, openVerifier } from '../support/scene.ts';
import { START } from '../support/time.ts';

const publicKey = (await memoryCaKey().publicKey()).spki;
const HOUR = 3_600;
const DAY = 24 * HOUR;

describe('attack 17: leaves and tokens that outlive what vouches for them', () => {
  it('cuts a token at the end of its leaf', async () => {
    const { time, authority, anchor } = await openScene();
    const { minter, leaf, close } = openLeaf({ time, authority }, { lifetime: 600 });
    await leaf.ready();
    time.jump(599);
    const verifier = await openVerifier(time, bundleOf(1, [anchor]));
    const issuer = leaf.status().notAfter;
    const minted = await minter.mint({ audience: BILLING, lifetime: HOUR });
    expect(minted.expiresAt).toBe(issuer);
    expect(minted.expiresAt - minted.issuedAt).toBe(1);
    await verifier.verify(minted.token);
    close();
  });

  it('refuses a token a second after its leaf, and gives the leaf no leeway', async () => {
    const { time, authority, anchor } = await openScene();
    const { minter, close } = openLeaf({ time, authority }, { lifetime: 600 });
    const { token, expiresAt } = await minter.mint({ audience: BILLING, lifetime: HOUR });
    expect(expiresAt).toBe(START + 600);
    const verifier = await openVerifier(time, bundleOf(1, [anchor]));
    time.jump(600);
    await verifier.verify(token);
    time.jump(1);
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'leaf_expired' });
    close();
  });

  it('starts a leaf a minute early for verifiers whose clock is behind, and no more', async () => {
    const { authority } = await openScene();
    const leaf = await authority.issueLeaf({ identity: ORDERS, publicKey, lifetime: 600 });
    expect(leaf).toMatchObject({ notBefore: START - 60, notAfter: START + 600 });
    expect(await authority.issueLeaf({ identity: ORDERS, publicKey })).toMatchObject({
      notAfter: START + 12 * HOUR,
    });
  });

  it.each([0, 59, 604_801, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '3600', null])(
    'does not issue for a lifetime of %s',
    async (lifetime) => {
      const { authority, key } = await openScene();
      const request = { identity: ORDERS, publicKey, lifetime: lifetime as number };
      await expect(authority.issueLeaf(request)).rejects.toThrow(/lifetime/);
      expect(key.signatures).toBe(0);
    },
  );

  it('ends a leaf with its CA, and issues none where less than a minute is left', async () => {
    const { time, authority, key } = await openScene(undefined, DAY);
    time.jump(DAY - HOUR);
    const last = await authority.issueLeaf({ identity: ORDERS, publicKey, lifetime: 12 * HOUR });
    expect(last.notAfter).toBe(START + DAY);
    time.jump(HOUR - 60);
    expect((await authority.issueLeaf({ identity: ORDERS, publicKey })).notAfter).toBe(START + DAY);
    key.signatures = 0;
    time.jump(1);
    await expect(authority.issueLeaf({ identity: ORDERS, publicKey })).rejects.toMatchObject({
      code: 'issuance_refused',
      message: expect.stringContaining('ends at 2026-01-02T00:00:00Z, too soon for a leaf'),
    });
    time.jump(60);
    await expect(authority.issueLeaf({ identity: ORDERS, publicKey })).rejects.toMatchObject({
      code: 'issuance_refused',
      message: expect.stringContaining('ended at 2026-01-02T00:00:00Z'),
    });
    expect(key.signatures).toBe(0);
  });

  it('ends a leaf with the CA that ends first, and starts none before its CA', async () => {
    const { time, key: rootKey, anchor } = await openScene();
    const { clock } = time;
    const key = memoryCaKey();
    const { spki } = await key.publicKey();
    const settings = { trustDomain: 'prod.example.com', clock };
    const lower = await createIntermediateCertificate(rootKey, {
      ...settings,
      issuer: anchor,
      publicKey: spki,
      lifetime: DAY,
    });
    const authority = createCertificateAuthority({
      ...settings,
      key,
      anchors: [anchor],
      intermediates: [lower.pem],
    });
    const leaf = await authority.issueLeaf({ identity: ORDERS, publicKey, lifetime: 2 * DAY });
    expect(leaf.notAfter).toBe(START + DAY);
    time.jump(-30);
    expect((await authority.issueLeaf({ identity: ORDERS, publicKey })).notBefore).toBe(START - 60);
  });

  it('does not issue by a clock that is an hour behind its CA, and says so', async () => {
    const { time, authority, key } = await openScene();
    time.jump(-HOUR);
    await expect(authority.issueLeaf({ identity: ORDERS, publicKey })).rejects.toMatchObject({
      code: 'issuance_refused',
      message: expect.stringMatching(
        /starts at 2025-12-31T23:59:00Z.*says 2025-12-31T23:00:00Z: compare the clocks/,
      ),
    });
    expect(key.signatures).toBe(0);
  });

  it.each([
    ['ahead', HOUR],
    ['behind', -13 * HOUR],
  ])('does not take a leaf from an authority whose clock is far %s', async (_, offset) => {
    const { time, key, anchor } = await openScene();
    time.jump(DAY);
    const anchors = [anchor];
    const clock = (): number => time.clock() + offset * 1000;
    const authority = createCertificateAuthority({ key, trustDomain: 'prod.example.com', anchors, clock });
    const { leaf, close } = openLeaf({ time, authority });
    await expect(leaf.renew()).rejects.toThrow(/compare the clocks of both machines/);
    close();
  });

  it('does not take a leaf that lives longer than was asked for', async () => {
    const { time, authority } = await openScene();
    const issuer = {
      name: 'elsewhere',
      issue: async ({ csr }: { csr: Uint8Array }) => {
        const { spki } = readCertificateRequest(csr).publicKey;
        return (await authority.issueLeaf({ identity: ORDERS, publicKey: spki, lifetime: DAY })).chain;
      },
    };
    const { leaf, close } = openLeaf({ time, authority }, { issuer, lifetime: HOUR });
    await expect(leaf.renew()).rejects.toThrow(/lives longer than the 3600 seconds/);
    close();
  });

  it('signs nothing with a leaf that has ended, whatever its timer did', async () => {
    const { time, authority, key } = await openScene();
    const { leaf, minter, close } = openLeaf({ time, authority }, { lifetime: 600 });
    await leaf.ready();
    key.onSign = () => Promise.reject(new Error('away'));
    time.jump(600);
    await expect(minter.mint({ audience: BILLING })).rejects.toMatchObject({ code: 'signer_unavailable' });
    close();
  });
});
