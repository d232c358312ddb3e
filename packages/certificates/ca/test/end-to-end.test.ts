import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBundleSource } from '@workload-identity/core';
import { describe, expect, it } from 'vitest';
import {
  createCertificateAuthority,
  createIntermediateCertificate,
  createRootCertificate,
  type LeafIssuer,
  memoryCaKey,
} from '../src/index.ts';
import {
  BILLING,
  bundleOf,
  ORDERS,
  openLeaf,
  openScene,
  openVerifier,
  TestKey,
  TRUST_DOMAIN,
} from './support/scene.ts';
import { VirtualTime } from './support/time.ts';

const HOUR = 3_600;
const DAY = 24 * HOUR;

describe('the ca rung from end to end', () => {
  it('asks the CA key once for 10,000 tokens', async () => {
    const scene = await openScene();
    const { minter, close } = openLeaf(scene);
    const verifier = await openVerifier(scene.time, bundleOf(1, [scene.anchor]));
    const seen = new Set<string>();
    for (let count = 0; count < 10_000; count++) {
      const { token, tokenId } = await minter.mint({ audience: BILLING });
      seen.add(tokenId);
      if (count % 1_000 === 0) expect((await verifier.verify(token)).subject).toBe(ORDERS);
    }
    expect(seen.size).toBe(10_000);
    expect(scene.key.signatures).toBe(1);
    close();
  });

  it('writes a header of alg, typ and x5c alone, standard base64, leaf first, anchor left out', async () => {
    const scene = await openScene();
    const { minter, leaf, close } = openLeaf(scene);
    const { token, keyId } = await minter.mint({ audience: BILLING });
    const header = JSON.parse(Buffer.from(token.split('.')[0] as string, 'base64url').toString());
    expect(Object.keys(header)).toEqual(['alg', 'typ', 'x5c']);
    expect(header).toMatchObject({ alg: 'ES256', typ: 'wid+jwt' });
    expect(header.x5c).toHaveLength(1);
    const der = Buffer.from(header.x5c[0], 'base64');
    expect(der.toString('base64')).toBe(header.x5c[0]);
    expect(keyId).toBe(leaf.status().keyId);
    expect(token.length).toBeLessThan(1_500);
    close();
  });

  it('verifies leaves of an intermediate by the root alone', async () => {
    const time = new VirtualTime();
    const { clock } = time;
    const rootKey = memoryCaKey();
    const root = await createRootCertificate(rootKey, { trustDomain: TRUST_DOMAIN, clock });
    const key = new TestKey();
    const { spki } = await key.publicKey();
    const settings = { issuer: root.pem, publicKey: spki, trustDomain: TRUST_DOMAIN, clock };
    const intermediate = await createIntermediateCertificate(rootKey, settings);
    const authority = createCertificateAuthority({
      key,
      trustDomain: TRUST_DOMAIN,
      anchors: [root.pem],
      intermediates: [intermediate.pem],
      clock,
    });
    const { minter, close } = openLeaf({ time, authority });
    const { token } = await minter.mint({ audience: BILLING });
    const identity = await (await openVerifier(time, bundleOf(1, [root.pem]))).verify(token);
    expect(identity).toMatchObject({ subject: ORDERS, rung: 'ca' });
    const header = JSON.parse(Buffer.from(token.split('.')[0] as string, 'base64url').toString());
    expect(header.x5c).toHaveLength(2);

    // The same certificate held as the anchor: nothing goes out behind the leaf.
    const pinned = createCertificateAuthority({
      key,
      trustDomain: TRUST_DOMAIN,
      anchors: [intermediate.pem],
      clock,
    });
    const short = openLeaf({ time, authority: pinned });
    const second = await short.minter.mint({ audience: BILLING });
    const verifier = await openVerifier(time, bundleOf(1, [intermediate.pem]));
    expect((await verifier.verify(second.token)).subject).toBe(ORDERS);
    expect(second.token.length).toBeLessThan(token.length);
    close();
    short.close();
  });

  it('lets an issuer assert others, and a workload only itself', async () => {
    const scene = await openScene();
    const verifier = await openVerifier(scene.time, bundleOf(1, [scene.anchor]));
    const sts = openLeaf(scene, { workload: 'spiffe://prod.example.com/sts', usage: 'issuer' });
    const asserted = await sts.minter.mint({ audience: BILLING, subject: ORDERS });
    expect(await verifier.verify(asserted.token)).toMatchObject({
      subject: ORDERS,
      issuer: 'spiffe://prod.example.com/sts',
    });
    const self = openLeaf(scene);
    const stolen = await self.minter.mint({ audience: BILLING, subject: 'spiffe://prod.example.com/admin' });
    await expect(verifier.verify(stolen.token)).rejects.toMatchObject({ code: 'subject_not_allowed' });
    sts.close();
    self.close();
  });

  it('lets a token service speak by its https URL, where the bundle lists it', async () => {
    const time = new VirtualTime();
    const { clock } = time;
    const key = memoryCaKey();
    const serviceHosts = ['sts.example.com'];
    const root = await createRootCertificate(key, { trustDomain: TRUST_DOMAIN, serviceHosts, clock });
    const authority = createCertificateAuthority({
      key,
      trustDomain: TRUST_DOMAIN,
      anchors: [root.pem],
      clock,
    });
    const { minter, close } = openLeaf(
      { time, authority },
      { workload: 'https://sts.example.com', usage: 'issuer' },
    );
    const { token } = await minter.mint({ audience: BILLING, subject: ORDERS });
    const verifier = await openVerifier(time, bundleOf(1, [root.pem], ['https://sts.example.com']));
    expect(await verifier.verify(token)).toMatchObject({
      subject: ORDERS,
      issuer: 'https://sts.example.com',
    });
    for (const services of [[], ['https://sts.example.com:8443'], ['https://sts.example.com/a']]) {
      const other = await openVerifier(time, bundleOf(1, [root.pem], services));
      await expect(other.verify(token)).rejects.toMatchObject({ code: 'issuer_not_allowed' });
    }
    close();
  });

  it('serves a trust domain that is no host name: without name constraints, by the bundle alone', async () => {
    const time = new VirtualTime();
    const { clock } = time;
    const key = memoryCaKey();
    const root = await createRootCertificate(key, { trustDomain: 'my_cluster', clock });
    const authority = createCertificateAuthority({
      key,
      trustDomain: 'my_cluster',
      anchors: [root.pem],
      clock,
    });
    const workload = 'spiffe://my_cluster/orders';
    const { minter, close } = openLeaf({ time, authority }, { workload });
    const { token } = await minter.mint({ audience: BILLING });
    const verifier = await openVerifier(time, {
      version: 1,
      trustDomain: 'my_cluster',
      sequence: 1,
      authorities: [
        { rung: 'ca', issuer: 'certificate', anchors: [root.pem], subjects: ['spiffe://my_cluster/*'] },
      ],
    });
    expect((await verifier.verify(token)).subject).toBe(workload);
    close();
  });
});

describe('CA rotation', () => {
  it('goes through two anchors in the bundle, then one, without a refused token', async () => {
    using folder = temporary();
    const time = new VirtualTime();
    const old = await openScene(time);
    const next = await openScene(time);
    // Which CA issues is configuration: here a name that changes its meaning.
    let current = old.authority;
    const issuer: LeafIssuer = {
      name: 'the configured CA',
      issue: (request) => current.issuerFor(ORDERS).issue(request),
    };
    const { leaf, minter, close } = openLeaf({ time, authority: old.authority }, { issuer });
    const file = join(folder.path, 'bundle.json');
    const publish = (sequence: number, anchors: readonly string[]): void =>
      writeFileSync(file, JSON.stringify(bundleOf(sequence, anchors)));
    publish(1, [old.anchor]);
    const source = createBundleSource({ bundle: { file }, pollInterval: 0, clock: time.clock });
    const verifier = await openVerifier(time, source);
    const mint = async () => (await minter.mint({ audience: BILLING, lifetime: 300 })).token;
    const accepted = async (token: string) => (await verifier.verify(token)).keyId;

    // Before.
    const first = await mint();
    const oldLeaf = await accepted(first);
    const early = openLeaf({ time, authority: next.authority });
    const tooEarly = await early.minter.mint({ audience: BILLING });
    await expect(verifier.verify(tooEarly.token)).rejects.toMatchObject({ code: 'chain_untrusted' });
    early.close();

    // During: the bundle first, the signer second. Tokens of both are accepted.
    publish(2, [old.anchor, next.anchor]);
    await source.reload();
    current = next.authority;
    const stillOld = await mint();
    expect(await accepted(stillOld)).toBe(oldLeaf);
    await leaf.renew();
    const fromNew = await mint();
    const newLeaf = await accepted(fromNew);
    expect(newLeaf).not.toBe(oldLeaf);
    expect(await accepted(stillOld)).toBe(oldLeaf);

    // After: when the last token of the old leaves has ended, the old anchor goes.
    await time.advance(300);
    publish(3, [next.anchor]);
    await source.reload();
    expect(await accepted(await mint())).toBe(newLeaf);
    const straggler = openLeaf({ time, authority: old.authority });
    const late = await straggler.minter.mint({ audience: BILLING });
    await expect(verifier.verify(late.token)).rejects.toMatchObject({ code: 'chain_untrusted' });
    straggler.close();

    // The old CA key is switched off, and renewals go on.
    old.key.onSign = () => Promise.reject(new Error('destroyed'));
    await time.advance(DAY);
    expect(leaf.status()).toMatchObject({ state: 'current', failures: 0 });
    expect((await verifier.verify(await mint())).subject).toBe(ORDERS);
    source.close();
    close();
  });

  it('drops a cached token with its anchor: a yes of before is a no after', async () => {
    const time = new VirtualTime();
    const old = await openScene(time);
    const next = await openScene(time);
    using folder = temporary();
    const file = join(folder.path, 'bundle.json');
    writeFileSync(file, JSON.stringify(bundleOf(1, [old.anchor, next.anchor])));
    const source = createBundleSource({ bundle: { file }, pollInterval: 0, clock: time.clock });
    const verifier = await openVerifier(time, source);
    const { minter, close } = openLeaf(old);
    const { token } = await minter.mint({ audience: BILLING });
    await verifier.verify(token);
    await verifier.verify(token);
    writeFileSync(file, JSON.stringify(bundleOf(2, [next.anchor])));
    await source.reload();
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'chain_untrusted' });
    source.close();
    close();
  });
});

function temporary(): { path: string; [Symbol.dispose](): void } {
  const path = mkdtempSync(join(tmpdir(), 'workload-identity-ca-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}
