import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { BILLING, codeOf, ORDERS, open, openScene, shared } from '../test/scene.ts';
import { privateKey, secret } from '../test/secrets.ts';

type Place = 'env' | 'file';

/** A service whose secret is this text, in this place, both to sign and to verify with. */
function serviceWith(text: string, place: Place) {
  const scene = openScene();
  const file = scene.write('secret', text);
  if (place === 'env') {
    vi.stubEnv('CANDIDATE_SECRET', text);
    onTestFinished(() => void vi.unstubAllEnvs());
  }
  const reference = place === 'env' ? { env: 'CANDIDATE_SECRET' } : { file };
  const authority = { ...shared(), keys: [{ secret: reference }] };
  return open({
    workload: ORDERS,
    sign: { rung: 'hmac', key: reference },
    verify: { bundle: { file: scene.bundle([authority as never]) } },
  });
}

async function codesWith(text: string, place: Place) {
  const identity = serviceWith(text, place);
  const ready = await codeOf(identity.ready());
  return [ready, await codeOf(identity.mint({ audience: BILLING })), await codeOf(identity.verify('a.b.c'))];
}

const places: readonly Place[] = ['env', 'file'];
const EVERYWHERE_UNAVAILABLE = ['signer_unavailable', 'bundle_unavailable'];

describe.each(places)('a secret from %s', (place) => {
  it.each([
    ['empty', '', 'secret_unavailable'],
    ['white space', ' \t\n', 'secret_unavailable'],
    ['31 bytes', secret(31), 'key_invalid'],
    ['a password', 'correct horse battery staple', 'key_invalid'],
    ['32 zero bytes', Buffer.alloc(32).toString('base64'), 'key_invalid'],
    ['32 equal characters', 'A'.repeat(44), 'key_invalid'],
    ['the word undefined', 'undefined', 'key_invalid'],
  ])('attack 05: is refused when it is %s, at the start and at every use', async (_, text, code) => {
    expect(await codesWith(text, place)).toEqual([code, ...EVERYWHERE_UNAVAILABLE]);
  });

  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicPem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
  const publicJwk = JSON.stringify(publicKey.export({ format: 'jwk' }));
  const publicDer = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  const encoded = (text: string): string => Buffer.from(text).toString('base64');

  it.each([
    ['a public key as PEM', publicPem],
    ['a public key as JWK', publicJwk],
    ['a key set', `{"keys": [${publicJwk}]}`],
    ['a public key as DER', publicDer],
    ['a private key as PEM', privateKey().pem],
    ['a private key as JWK', privateKey().jwk],
    ['a PEM in base64', encoded(publicPem)],
    ['a JWK in base64', encoded(publicJwk)],
    ['a PEM in base64 after white space', encoded(`\n ${publicPem}`)],
  ])('attack 02: is refused when it is %s', async (_, text) => {
    expect(await codesWith(text, place)).toEqual(['key_invalid', ...EVERYWHERE_UNAVAILABLE]);
  });

  it('is accepted with white space around it', async () => {
    expect(await codeOf(serviceWith(`  ${secret()}\n`, place).ready())).toBe('none');
  });
});

describe('a private key', () => {
  it.each([
    ['a secret', secret()],
    ['a public key', JSON.stringify({ ...JSON.parse(privateKey().jwk), d: undefined })],
    ['an encrypted PEM', privateKey().pem.replaceAll('PRIVATE KEY', 'ENCRYPTED PRIVATE KEY')],
    ['cut short', privateKey().pem.slice(0, 80)],
  ])('attack 02: is refused when it is %s', async (_, text) => {
    const file = openScene().write('key', text);
    const identity = open({ workload: ORDERS, sign: { rung: 'asymmetric', key: { file } } });
    expect(await codeOf(identity.ready())).toBe('key_invalid');
    expect(await codeOf(identity.mint({ audience: BILLING }))).toBe('signer_unavailable');
  });
});
