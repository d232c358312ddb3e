import { describe, expect, it } from 'vitest';
import {
  createCertificateAuthority,
  createCertificateRequest,
  createRootCertificate,
  memoryCaKey,
} from '../../src/index.ts';
import { bundleOf, ORDERS, openLeaf, openScene, openVerifier, TRUST_DOMAIN } from '../support/scene.ts';
import { VirtualTime } from '../support/time.ts';

const publicKey = (await memoryCaKey().publicKey()).spki;

const CONFUSING = [
  '',
  'orders',
  'spiffe://prod.example.com',
  'spiffe://prod.example.com/',
  'spiffe://prod.example.com//orders',
  'spiffe://prod.example.com/orders/',
  'spiffe://prod.example.com/../orders',
  'spiffe://prod.example.com/./orders',
  'spiffe://prod.example.com/orders/..',
  'spiffe://prod.example.com/or%2fders',
  'spiffe://prod.example.com/%6frders',
  'spiffe://PROD.example.com/orders',
  'Spiffe://prod.example.com/orders',
  'SPIFFE://prod.example.com/orders',
  'spiffe://prod.example.com:443/orders',
  'spiffe://admin@prod.example.com/orders',
  'spiffe://prod.example.com/orders?admin',
  'spiffe://prod.example.com/orders#admin',
  'spiffe://prod.example.com/orders\n',
  'spiffe://prod.example.com/orders\0',
  ' spiffe://prod.example.com/orders',
  'spiffe://prod.example.com/órders',
  'spiffe://prod.example.com/*',
  `spiffe://prod.example.com/${'a'.repeat(2_048)}`,
  'spiffe://prod.example.com.evil.example/orders',
  'spiffe://evil.example/orders',
  'spiffe://sub.prod.example.com/orders',
  'spiffe://example.com/orders',
  'http://sts.prod.example.com',
  'https://prod.example.com@evil.example',
  'https://evil.example',
  'https://evil.example/prod.example.com',
  'https://sts.prod.example.com',
  'https://prod.example.com/?a',
  'https://127.0.0.1',
  'urn:prod.example.com:orders',
  'dns:orders',
];

describe('attack 16: confusion of identities at issuing', () => {
  it.each(CONFUSING)('does not issue for %j', async (identity) => {
    const { authority } = await openScene();
    for (const usage of ['self', 'issuer'] as const) {
      await expect(authority.issueLeaf({ identity, usage, publicKey }), usage).rejects.toMatchObject({
        code: 'issuance_refused',
      });
    }
  });

  it('does not ask the CA key to sign for a stranger', async () => {
    const { authority, key } = await openScene();
    for (const identity of ['spiffe://evil.example/orders', 'spiffe://prod.example.com/../admin', 'orders']) {
      await expect(authority.issueLeaf({ identity, publicKey })).rejects.toThrow();
    }
    // A token service whose host is permitted, as if it were a workload.
    await expect(authority.issueLeaf({ identity: 'https://prod.example.com', publicKey })).rejects.toThrow(
      /asserts others/,
    );
    expect(key.signatures).toBe(0);
  });

  it.each(['constructor', '__proto__', 'tls', '', 'Self'])(
    'does not issue for the usage %j',
    async (usage) => {
      const { authority } = await openScene();
      const request = { identity: ORDERS, publicKey, usage: usage as 'self' };
      await expect(authority.issueLeaf(request)).rejects.toThrow(TypeError);
      expect(() => authority.issuerFor(ORDERS, usage as 'self')).toThrow(TypeError);
    },
  );

  it('does not issue what a request asks for, only what the caller authorised', async () => {
    const { authority } = await openScene();
    const { der: csr } = await createCertificateRequest(memoryCaKey(), {
      identity: 'spiffe://prod.example.com/admin',
    });
    await expect(authority.issueLeaf({ identity: ORDERS, csr })).rejects.toMatchObject({
      code: 'issuance_refused',
    });
    await expect(authority.issuerFor(ORDERS).issue({ csr, lifetime: 60 })).rejects.toMatchObject({
      code: 'issuance_refused',
    });
    const { der: nobody } = await createCertificateRequest(memoryCaKey(), { commonName: 'orders' });
    await expect(authority.issueLeaf({ identity: ORDERS, csr: nobody })).rejects.toMatchObject({
      code: 'issuance_refused',
    });
  });

  it('does not issue to the key of the CA itself', async () => {
    const { authority, key } = await openScene();
    const { spki } = await key.publicKey();
    await expect(authority.issueLeaf({ identity: ORDERS, publicKey: spki })).rejects.toThrow(/never tokens/);
  });

  it('does not let a CA of one trust domain speak in another, although it was told to issue for it', async () => {
    const time = new VirtualTime();
    const { clock } = time;
    const key = memoryCaKey();
    const root = await createRootCertificate(key, { trustDomain: 'test.example.com', clock });
    const authority = createCertificateAuthority({
      key,
      trustDomain: TRUST_DOMAIN,
      anchors: [root.pem],
      clock,
    });
    await expect(authority.issueLeaf({ identity: ORDERS, publicKey })).rejects.toThrow(
      /not permitted to certify/,
    );
  });

  it('has its leaves of another trust domain refused, where the CA serves both', async () => {
    const time = new VirtualTime();
    const { clock } = time;
    const key = memoryCaKey();
    // Without a fully qualified name there is no name constraint: the bundle alone decides.
    const root = await createRootCertificate(key, { trustDomain: 'internal', clock });
    const authority = createCertificateAuthority({
      key,
      trustDomain: 'internal',
      anchors: [root.pem],
      clock,
    });
    const { minter, close } = openLeaf({ time, authority }, { workload: 'spiffe://internal/orders' });
    const { token } = await minter.mint({ audience: 'spiffe://prod.example.com/billing' });
    const verifier = await openVerifier(time, bundleOf(1, [root.pem]));
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'chain_untrusted' });
    close();
  });

  it('does not take a leaf for another identity, usage, key or time from an authority elsewhere', async () => {
    const { time, authority, key } = await openScene();
    const other = memoryCaKey();
    const answers: readonly (readonly [RegExp, (csr: Uint8Array) => Promise<readonly Uint8Array[]>])[] = [
      [
        /is for another identity/,
        async () => {
          const made = await createCertificateRequest(other, { identity: 'spiffe://prod.example.com/admin' });
          return authority
            .issuerFor('spiffe://prod.example.com/admin')
            .issue({ csr: made.der, lifetime: 3_600 });
        },
      ],
      [/is for another key/, async () => (await authority.issueLeaf({ identity: ORDERS, publicKey })).chain],
      [/would not be accepted/, async () => []],
      [/would not be accepted/, async () => [Uint8Array.of(1, 2, 3)]],
    ];
    for (const [message, issue] of answers) {
      const issuer = { name: 'elsewhere', issue: ({ csr }: { csr: Uint8Array }) => issue(csr) };
      const { leaf, close } = openLeaf({ time, authority }, { issuer });
      await expect(leaf.renew()).rejects.toThrow(
        message.source === 'is for another identity' ? /is for another (identity|key)/ : message,
      );
      expect(() => leaf.status()).not.toThrow();
      expect(leaf.status().state).toBe('empty');
      close();
    }
    expect(key.signatures).toBeGreaterThan(0);
  });

  it('does not take a leaf for the right key and another identity or usage', async () => {
    const { time, authority } = await openScene();
    const { readCertificateRequest } = await import('../../src/request/read-request.ts');
    const as = (identity: string, usage: 'self' | 'issuer') => ({
      name: 'elsewhere',
      issue: async ({ csr }: { csr: Uint8Array }) =>
        (
          await authority.issueLeaf({
            identity,
            usage,
            publicKey: readCertificateRequest(csr).publicKey.spki,
          })
        ).chain,
    });
    const admin = openLeaf({ time, authority }, { issuer: as('spiffe://prod.example.com/admin', 'self') });
    await expect(admin.leaf.renew()).rejects.toThrow(/is for another identity/);
    const wide = openLeaf({ time, authority }, { issuer: as(ORDERS, 'issuer') });
    await expect(wide.leaf.renew()).rejects.toThrow(/has the usage issuer, not self/);
    admin.close();
    wide.close();
  });
});
