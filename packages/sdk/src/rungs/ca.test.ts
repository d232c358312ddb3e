import { chmodSync } from 'node:fs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type CaFiles, createCa, createIntermediate, headerOf, under } from '../../test/ca.ts';
import { BILLING, codeOf, ORDERS, open, openScene, type Scene } from '../../test/scene.ts';
import { secret } from '../../test/secrets.ts';
import type { CaSignConfiguration, IdentityOptions } from '../index.ts';

const TO_BILLING = { audience: BILLING };

type Parts = Partial<CaSignConfiguration>;

/** Orders, which signs under a CA and reads the bundle of its scene. */
function orders(scene: Scene, key: CaFiles['key'], parts: Parts = {}, options: IdentityOptions = {}) {
  const verify = { bundle: { file: scene.path('bundle.json') } };
  return open({ workload: ORDERS, sign: { rung: 'ca', key, ...parts }, verify }, options);
}

/** Billing, which verifies by the bundle of a scene. */
function billing(scene: Scene, options: IdentityOptions = {}) {
  return open({ workload: BILLING, verify: { bundle: { file: scene.path('bundle.json') } } }, options);
}

async function withCa(options = {}) {
  const scene = openScene();
  const ca = await createCa(scene, 'ca', options);
  scene.bundle([under(ca.pem)]);
  return { scene, ca };
}

/** What an identity says when it cannot start. */
async function failureOf(identity: ReturnType<typeof open>): Promise<string> {
  const failure = await identity.ready().then(
    () => undefined,
    (error: { code: string; message: string }) => error,
  );
  return failure === undefined ? 'none' : `${failure.code}: ${failure.message}`;
}

describe('the ca rung', () => {
  it.each(['with the certificate', 'without it: the bundle has it'])(
    'carries an identity from one service to the other under a key in a file, %s',
    async (how) => {
      const { scene, ca } = await withCa();
      const certificate = how === 'with the certificate' ? { certificate: ca.certificate } : {};
      const identity = orders(scene, ca.key, certificate);
      const { token, keyId, expiresAt } = await identity.mint({ ...TO_BILLING, roles: ['orders.write'] });
      const caller = await billing(scene).verify(token);
      expect(caller).toMatchObject({ subject: ORDERS, issuer: ORDERS, rung: 'ca', keyId });
      expect(caller.roles).toEqual(['orders.write']);
      const { alg, x5c, ...rest } = headerOf(token);
      expect([alg, x5c?.length, rest]).toEqual(['ES256', 1, { typ: 'wid+jwt' }]);
      const { signer } = identity.status();
      expect(signer).toMatchObject({ state: 'current', rung: 'ca', keys: [{ state: 'active', keyId }] });
      expect(signer?.keys[0]?.notAfter).toBeGreaterThan(expiresAt + 11 * 3_600);
    },
  );

  it('signs with a configured certificate where nothing is verified', async () => {
    const { scene, ca } = await withCa();
    const sign = { rung: 'ca', key: ca.key, certificate: ca.certificate } as const;
    const { token } = await open({ workload: ORDERS, sign }).mint(TO_BILLING);
    expect((await billing(scene).verify(token)).subject).toBe(ORDERS);
  });

  it('does not wait for the bundle where the certificate is configured', async () => {
    const { scene, ca } = await withCa();
    scene.write('bundle.json', 'broken');
    const identity = orders(scene, ca.key, { certificate: ca.certificate });
    expect(await codeOf(identity.mint(TO_BILLING))).toBe('none');
    expect(await codeOf(identity.ready())).toBe('bundle_invalid');
  });

  it.each(['file', 'env'])('opens an encrypted key with the passphrase in a %s', async (place) => {
    const text = secret();
    const scene = openScene();
    vi.stubEnv('CA_PASSPHRASE', text);
    onTestFinished(() => void vi.unstubAllEnvs());
    const passphrase =
      place === 'env' ? { env: 'CA_PASSPHRASE' } : { file: scene.write('pass', `${text}\n`) };
    const ca = await createCa(scene, 'ca', { passphrase });
    scene.bundle([under(ca.pem)]);
    const { token } = await orders(scene, ca.key).mint(TO_BILLING);
    expect((await billing(scene).verify(token)).rung).toBe('ca');
    expect(await failureOf(orders(scene, { file: ca.key.file }))).toContain('is encrypted');
  });

  it('hands its own reader of secrets to what opens the key', async () => {
    const { scene, ca } = await withCa({ passphrase: { file: openScene().write('pass', 'x'.repeat(32)) } });
    const key = { file: ca.key.file, passphrase: { env: 'FROM_THE_VAULT' } };
    const readSecret = async () => 'x'.repeat(32);
    expect(await failureOf(orders(scene, key, {}, { readSecret }))).toBe('none');
  });

  it('sends an intermediate along, whose anchor is in the bundle', async () => {
    const scene = openScene();
    const root = await createCa(scene, 'root');
    const ca = await createIntermediate(scene, 'ca', root);
    scene.bundle([under(root.pem)]);
    const { token } = await orders(scene, ca.key, { certificate: ca.certificate }).mint(TO_BILLING);
    expect(headerOf(token).x5c).toHaveLength(2);
    expect((await billing(scene).verify(token)).subject).toBe(ORDERS);
  });

  it('asks for leaves that live as long as is configured; tokens never outlive them', async () => {
    const { scene, ca } = await withCa();
    const identity = orders(scene, ca.key, { leaf: { lifetime: '1m' }, lifetime: '5m' });
    const { issuedAt, expiresAt } = await identity.mint(TO_BILLING);
    const [key] = identity.status().signer?.keys ?? [];
    expect(expiresAt).toBe(key?.notAfter);
    expect(expiresAt - issuedAt).toBeLessThanOrEqual(60);
    expect(expiresAt - issuedAt).toBeGreaterThan(50);
  });

  it('renews the leaf at half of its life, on a new key, and spreads that by chance', async () => {
    const start = Date.now();
    let now = start;
    const { scene, ca } = await withCa();
    const identity = orders(scene, ca.key, {}, { clock: () => now, random: () => 1 });
    const first = await identity.mint(TO_BILLING);
    now += 4.7 * 3_600_000;
    expect((await identity.mint(TO_BILLING)).keyId).toBe(first.keyId);
    now += 0.2 * 3_600_000;
    // The current leaf signs while the new one is fetched.
    await identity.mint(TO_BILLING);
    await vi.waitFor(async () => expect((await identity.mint(TO_BILLING)).keyId).not.toBe(first.keyId));
    const { token } = await identity.mint(TO_BILLING);
    expect((await billing(scene, { clock: () => now }).verify(token)).subject).toBe(ORDERS);
  });

  it('lets a leaf for itself assert nobody else, and a leaf of a token service others', async () => {
    const { scene, ca } = await withCa({ serviceHosts: ['sts.example.com'] });
    const other = { ...TO_BILLING, subject: 'spiffe://prod.example.com/reports' };
    const self = await orders(scene, ca.key).mint(other);
    expect(await codeOf(billing(scene).verify(self.token))).toBe('subject_not_allowed');
    const issuer = 'https://sts.example.com';
    scene.bundle([{ ...under(ca.pem), services: [issuer] }], { sequence: 2 });
    const service = orders(scene, ca.key, { issuer, leaf: { usage: 'issuer' } });
    const caller = await billing(scene).verify((await service.mint(other)).token);
    expect(caller).toMatchObject({ subject: other.subject, issuer });
  });

  it('does no I/O before it is used, opens by itself once the key is there, and signs no more when closed', async () => {
    const { scene, ca } = await withCa();
    const late = scene.path('late.key');
    let now = Date.now();
    const identity = orders(scene, { file: late }, { certificate: ca.certificate }, { clock: () => now });
    expect(identity.status().signer).toEqual({ state: 'empty', rung: 'ca', keys: [] });
    const refused = await identity.mint(TO_BILLING).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'signer_unavailable', cause: { code: 'secret_unavailable' } });
    expect(identity.status().signer).toMatchObject({ state: 'empty', error: { code: 'secret_unavailable' } });
    const { renameSync } = await import('node:fs');
    renameSync(ca.key.file, late);
    now += 2_000;
    expect(await codeOf(identity.mint(TO_BILLING))).toBe('none');
    await identity.close();
    expect(await codeOf(identity.mint(TO_BILLING))).toBe('closed');
  });
});

describe('a CA that cannot be used says what to do', () => {
  it('when no anchor of the bundle is for its key', async () => {
    const { scene } = await withCa();
    const other = await createCa(scene, 'other');
    const message = await failureOf(orders(scene, other.key));
    expect(message).toContain(`config_invalid: `);
    expect(message).toContain(
      `no anchor of the trust bundle is for the CA key file ${other.key.file}: add its`,
    );
    expect(message).toContain('`sign.certificate`');
    scene.bundle([]);
    expect(await failureOf(orders(scene, other.key))).toContain('no anchor of the trust bundle');
  });

  it('when the certificate is for another key', async () => {
    const { scene, ca } = await withCa();
    const other = await createCa(scene, 'other');
    const message = await failureOf(orders(scene, ca.key, { certificate: other.certificate }));
    expect(message).toContain(
      `the certificate in the file ${other.certificate.file} is not for the CA key file ${ca.key.file}`,
    );
  });

  it('when an intermediate leads to no anchor', async () => {
    const scene = openScene();
    const ca = await createIntermediate(scene, 'ca', await createCa(scene, 'root'));
    const sign = { rung: 'ca', key: ca.key, certificate: ca.certificate } as const;
    expect(await failureOf(open({ workload: ORDERS, sign }))).toContain(
      'is an intermediate, and there is no',
    );
    scene.bundle([under((await createCa(scene, 'elsewhere')).pem)]);
    expect(await failureOf(orders(scene, ca.key, { certificate: ca.certificate }))).toContain(
      'does not lead to one of `anchors`',
    );
  });

  it.each([
    ['is not there', undefined, 'cannot be read: ENOENT'],
    ['is empty', '', 'is not one certificate in PEM'],
    ['holds no certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n', 'is not one'],
    ['holds two', 'two', 'is not one certificate in PEM. The certificate of the CA key stands there alone'],
    ['holds the key', 'key', 'is not one certificate in PEM'],
  ])('when the file of the certificate %s', async (_, content, expected) => {
    const { scene, ca } = await withCa();
    const { readFileSync } = await import('node:fs');
    const contents: Record<string, string> = {
      two: ca.pem + ca.pem,
      key: ca.pem + readFileSync(ca.key.file, 'utf8'),
    };
    if (content !== undefined) scene.write('given.crt', contents[content] ?? content);
    const certificate = { file: scene.path('given.crt') };
    const message = await failureOf(orders(scene, ca.key, { certificate }));
    expect(message).toContain(`config_invalid: `);
    expect(message).toContain(expected);
    expect(message).toContain(certificate.file);
  });

  it.each([
    ['others may read it', (file: string) => chmodSync(file, 0o644), 'chmod 600'],
    [
      'it is no key',
      (file: string, scene: Scene) => void scene.write('ca.key', file),
      'is not PKCS#8 in PEM',
    ],
  ])('when its key is in a file and %s', async (_, spoil, expected) => {
    const { scene, ca } = await withCa();
    spoil(ca.key.file, scene);
    expect(await failureOf(orders(scene, ca.key))).toContain(expected);
  });

  it('when the passphrase is wrong', async () => {
    const scene = openScene();
    const ca = await createCa(scene, 'ca', { passphrase: { file: scene.write('pass', secret()) } });
    scene.bundle([under(ca.pem)]);
    scene.write('pass', secret());
    expect(await failureOf(orders(scene, ca.key))).toContain('does not open with its passphrase');
  });

  it('when its certificate has ended', async () => {
    const { scene, ca } = await withCa({ lifetime: 86_400 });
    const clock = () => Date.now() + 2 * 86_400_000;
    expect(await failureOf(orders(scene, ca.key, {}, { clock }))).toContain('the CA certificate ended at');
  });

  it('when it serves another trust domain', async () => {
    const { scene, ca } = await withCa();
    const workload = 'spiffe://test.example.com/orders';
    const sign = { rung: 'ca', key: ca.key, certificate: ca.certificate } as const;
    expect(await failureOf(open({ workload, sign }))).toContain('issuance_refused');
    expect(scene.folder).toBeTruthy();
  });
});
