import { createPrivateKey } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  createCaKeyFile,
  createCertificateAuthority,
  createCertificateRequest,
  createRootCertificate,
  fileCaKey,
  memoryCaKey,
} from '../src/index.ts';
import { shown } from './support/canary.ts';
import { openWorkshop } from './support/openssl.ts';
import { BILLING, ORDERS, openLeaf, TRUST_DOMAIN } from './support/scene.ts';
import { VirtualTime } from './support/time.ts';

const CHANNELS = ['mint', 'leaf'].map((name) => `workload-identity:${name}`);
const PASSPHRASE = 'canary-passphrase-of-the-ca-key';

describe('secrecy', () => {
  it('lets no key, PIN or passphrase out: not by errors, events, status or inspection', async () => {
    using workshop = openWorkshop();
    const time = new VirtualTime();
    const { clock } = time;
    const path = workshop.path('ca.key');
    const passphrase = { env: 'CA_PASSPHRASE' };
    const readSecret = async (): Promise<string> => PASSPHRASE;
    const written = await createCaKeyFile(path, { passphrase, readSecret });
    const pem = readFileSync(path, 'utf8');
    const secret = createPrivateKey({ key: pem, passphrase: PASSPHRASE });
    const jwk = secret.export({ format: 'jwk' }) as { d: string };
    const der = secret.export({ format: 'der', type: 'pkcs8' });
    const scalar = Buffer.from(jwk.d, 'base64url');

    const events: unknown[] = [];
    const listen = (event: unknown): void => {
      events.push(event);
    };
    for (const channel of CHANNELS) subscribe(channel, listen);
    const key = fileCaKey(path, { passphrase, readSecret });
    const root = await createRootCertificate(key, { trustDomain: TRUST_DOMAIN, clock });
    const authority = createCertificateAuthority({
      key,
      trustDomain: TRUST_DOMAIN,
      anchors: [root.pem],
      clock,
    });
    const { leaf, minter, close } = openLeaf({ time, authority });
    const minted = await minter.mint({ audience: BILLING });
    const signer = await leaf.signerFor([BILLING]);
    const request = await createCertificateRequest(key, { identity: ORDERS });
    const { spki: publicKey } = await memoryCaKey().publicKey();
    const issued = await authority.issueLeaf({ identity: ORDERS, publicKey });

    // Whatever fails, with a secret in the text of a foreign error.
    const failing = {
      name: 'hsm token workloads',
      publicKey: () => key.publicKey(),
      sign: () =>
        Promise.reject(
          Object.assign(new Error(`PIN ${PASSPHRASE} for ${pem}`), { cause: jwk, pin: PASSPHRASE }),
        ),
    };
    const away = createCertificateAuthority({
      key: failing,
      trustDomain: TRUST_DOMAIN,
      anchors: [root.pem],
      clock,
    });
    const stale = openLeaf({ time, authority: away });
    const remote = openLeaf(
      { time, authority },
      {
        issuer: {
          name: 'elsewhere',
          issue: () =>
            Promise.reject(Object.assign(new Error(`${PASSPHRASE}`), { code: PASSPHRASE.repeat(3) })),
        },
      },
    );
    const thrown = await Promise.all(
      [
        stale.leaf.ready(),
        stale.minter.mint({ audience: BILLING }),
        remote.leaf.renew(),
        away.issueLeaf({ identity: ORDERS, publicKey }),
        authority.issueLeaf({ identity: 'spiffe://other.example/x', publicKey }),
        createCaKeyFile(path, { passphrase, readSecret }),
        fileCaKey(path).publicKey(),
        fileCaKey(path, { passphrase, readSecret: async () => `${PASSPHRASE}x` }).publicKey(),
        createCertificateAuthority({ key, trustDomain: 'other.example', anchors: [root.pem] }).issueLeaf({
          identity: 'spiffe://other.example/x',
          publicKey,
        }),
        Promise.resolve().then(() =>
          createCertificateAuthority({ key, trustDomain: TRUST_DOMAIN, anchors: [pem] }),
        ),
      ].map((attempt) =>
        attempt.then(
          () => expect.unreachable(),
          (error: unknown) => error,
        ),
      ),
    );
    const statuses = [leaf.status(), stale.leaf.status(), remote.leaf.status()];
    const objects = [
      written,
      key,
      authority,
      leaf,
      signer,
      minter,
      root,
      request,
      issued,
      minted,
      failing.name,
    ];
    const text = shown(...objects, ...statuses, ...thrown, ...events);
    for (const [what, needle] of Object.entries({
      passphrase: PASSPHRASE,
      canary: 'canary',
      'the scalar as base64url': jwk.d,
      'the scalar as base64': scalar.toString('base64').slice(0, 40),
      'the scalar as hex': scalar.toString('hex'),
      'the key as base64': der.toString('base64').slice(40, 90),
      'its file': pem.split('\n')[2] as string,
      'a private PEM': 'PRIVATE KEY',
      'a key object': 'PrivateKeyObject',
      'a key as JWK': '"d":',
    })) {
      expect(text.includes(needle), what).toBe(false);
    }
    expect(events.length).toBeGreaterThan(4);
    expect(thrown).toHaveLength(10);
    for (const channel of CHANNELS) unsubscribe(channel, listen);
    for (const one of [stale, remote]) one.close();
    close();
    expect(shown(leaf)).not.toContain('PrivateKeyObject');
  });
});
