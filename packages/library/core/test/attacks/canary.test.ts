import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  AsymmetricKey,
  createBundleSource,
  createMinter,
  createTokenSource,
  HmacKey,
  KeyRing,
  readSecret,
} from '../../src/index.ts';
import { record } from '../support/channels.ts';
import { expectSilence, shown, thrownBy } from '../support/leaks.ts';
import { BILLING, NOW, ORDERS, STS } from '../support/names.ts';
import { secretSigning } from '../support/signing.ts';
import { b64, headerOf, segments, signRaw, tokenOf } from '../support/tokens.ts';
import { bundleOf, makeWorld, open, sharing, verifierOf, type World } from '../support/world.ts';

const CANARY = `canary-${randomBytes(12).toString('hex')}`;
const CHANNELS = ['verify', 'mint', 'bundle', 'leaf', 'signer'];
const recorders = CHANNELS.map((name) => record(name));

let world: World;
let folder: string;
beforeAll(async () => {
  world = await makeWorld();
  folder = await mkdtemp(join(tmpdir(), 'workload-identity-'));
});
afterAll(async () => {
  for (const recorder of recorders) recorder.stop();
  await rm(folder, { recursive: true });
});

describe('attack 45: nothing secret is told', () => {
  test('of a refused token, by error or event', async () => {
    const { HS256, HS384 } = world.secrets;
    const { ES256 } = world.pairs;
    const at = `spiffe://prod.example.com/${CANARY}`;
    const stranger = secretSigning();
    const broken = [
      ...[
        { sub: at },
        { iss: at },
        { iss: at, sub: CANARY },
        { aud: CANARY },
        { jti: CANARY, exp: 5, iat: 1 },
        { ver: CANARY },
      ],
      ...[
        { roles: [CANARY.toUpperCase()] },
        { ext: CANARY },
        { cnf: { [CANARY]: CANARY } },
        { act: { sub: CANARY } },
      ],
      ...[
        { cnf: { jkt: `${'A'.repeat(43)}` }, txn: CANARY },
        { txn: `${CANARY} ${CANARY}` },
        { att: { method: CANARY } },
      ],
    ];
    const headers = [
      { typ: CANARY },
      { alg: CANARY },
      { kid: CANARY },
      { crit: [CANARY] },
      { jku: CANARY },
      { x5c: [CANARY], kid: undefined },
    ];
    const tokens = [
      ...broken.map((claims) => tokenOf(HS256, claims)),
      ...headers.map((header) => tokenOf(HS256, {}, header)),
      ...headers.map((header) => tokenOf(ES256, {}, header)),
      tokenOf(stranger, { txn: CANARY }),
      tokenOf({ ...stranger, kid: HS256.kid }, { txn: CANARY }),
      tokenOf(ES256, { txn: CANARY, iat: NOW + 999, exp: NOW + 1_200 }),
      signRaw(HS384, JSON.stringify(headerOf(HS384)), `{"a":"${CANARY}"`),
      signRaw(HS384, `{"a":"${CANARY}"`, '{}'),
      signRaw(HS384, JSON.stringify(headerOf(HS384)), `"${CANARY}`),
      `${tokenOf(HS256, { txn: CANARY })}${CANARY}`,
      `Bearer ${tokenOf(HS256, { txn: CANARY })}`,
      `${CANARY}.${b64(CANARY)}.${b64(CANARY)}`,
      CANARY.repeat(1_000),
      CANARY,
    ];
    const verifier = verifierOf(world.source);
    for (const token of tokens) {
      for (let round = 0; round < 2; round++) {
        const error = await thrownBy(() => verifier.verify(token));
        expect(error).toMatchObject({ name: 'WorkloadIdentityError' });
        const parts = segments(token).filter((part) => part.length > 15);
        expectSilence(shown(error), [
          CANARY,
          ...parts,
          ...parts.map((part) => Buffer.from(part, 'base64url')),
        ]);
      }
    }
    expect(recorders[0]?.events.length).toBeGreaterThanOrEqual(2 * tokens.length);
    expectSilence(shown(recorders.map(({ events }) => events)), [CANARY]);
  });

  test('of an accepted token, by event: its names, and not the token', async () => {
    const token = tokenOf(world.secrets.HS256, { txn: CANARY, ext: { a: CANARY } });
    await verifierOf(world.source).verify(token);
    const event = recorders[0]?.events.at(-1);
    expect(event).toMatchObject({ outcome: 'accepted', subject: ORDERS });
    expectSilence(shown(event), [CANARY, ...segments(token)]);
  });

  test('of keys that cannot be read', async () => {
    const options = { type: 'pkcs8', format: 'pem' } as const;
    const pem = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export(options) as string;
    const body = pem.replaceAll(/-----[A-Z ]+-----|\s/g, '');
    const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
    const texts = [
      pem.replace('PRIVATE', 'SECRET'),
      pem.slice(0, -40),
      pem.replace(body.slice(20, 40), CANARY.slice(0, 20)),
      pem.replace(body.slice(8, 28), 'A'.repeat(20)),
      pem + pem,
      `${CANARY}\n${pem}`,
      generateKeyPairSync('ed25519').privateKey.export({
        ...options,
        cipher: 'aes-256-cbc',
        passphrase: CANARY,
      }) as string,
      rsa.export(options) as string,
      rsa.export({ type: 'pkcs1', format: 'pem' }) as string,
      JSON.stringify({ ...jwk, x: CANARY }),
      JSON.stringify({ ...jwk, d: CANARY }),
      JSON.stringify({ ...jwk, crv: CANARY }),
      JSON.stringify({ ...jwk, kty: CANARY }),
      JSON.stringify({ ...jwk, use: CANARY }),
      JSON.stringify({ ...jwk, alg: CANARY, key_ops: [CANARY] }),
      `${JSON.stringify(jwk)}${CANARY}`,
      CANARY,
    ];
    for (const text of texts) {
      const error = await thrownBy(() => AsymmetricKey.parse(text));
      expect(error).toMatchObject({ code: 'key_invalid' });
      const lines = text.split('\n').filter((line) => line.length > 20 && !line.startsWith('-----'));
      expectSilence(shown(error), [CANARY, body, jwk.d ?? '', ...lines]);
    }
  });

  test('of secrets that cannot be used', async () => {
    const secret = randomBytes(20);
    for (const text of [
      CANARY,
      secret.toString('base64'),
      `{"kty":"oct","k":"${CANARY}"}`,
      `!${CANARY}`,
      CANARY.repeat(500),
    ]) {
      expectSilence(shown(await thrownBy(() => HmacKey.parse(text))), [CANARY, secret]);
      expectSilence(shown(await thrownBy(() => HmacKey.fromSecret(Buffer.from(text.slice(0, 31))))), [
        CANARY,
        secret,
      ]);
    }
    const file = join(folder, 'secret');
    await writeFile(file, ' \n');
    for (const reference of [
      { env: 'NOT_SET_ANYWHERE' },
      { file },
      { file: join(folder, 'absent') },
      { file: folder },
    ]) {
      const error = await thrownBy(() => readSecret(reference as never));
      expect(error).toMatchObject({ code: 'secret_unavailable' });
      expect(shown(error)).toContain(reference.env ?? reference.file);
    }
    await writeFile(file, CANARY.repeat(4_000));
    expectSilence(shown(await thrownBy(() => readSecret({ file }))), [CANARY]);
  });

  test('of a bundle that somebody wrote a secret into', async () => {
    const d = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }).d as string;
    const secret = randomBytes(32).toString('base64');
    const jwk = { ...world.pairs.ES256.jwk, d };
    const hmac = sharing(world.secrets.HS256);
    const bundles: unknown[] = [
      bundleOf([{ ...hmac, keys: [{ secret } as never] }]),
      bundleOf([{ ...hmac, keys: [{ secret: { value: secret } } as never] }]),
      bundleOf([{ ...hmac, keys: [{ secret: { env: secret } }] }]),
      bundleOf([{ ...hmac, keys: [{ secret: { env: 'A', file: secret } } as never] }]),
      bundleOf([{ ...hmac, keys: [{ secret: { env: 'A' }, k: secret } as never] }]),
      bundleOf([{ rung: 'asymmetric', issuer: STS, subjects: [`${ORDERS}`], keys: [jwk as never] }]),
      bundleOf([
        {
          rung: 'asymmetric',
          issuer: STS,
          subjects: [ORDERS],
          keys: [{ kty: 'oct', k: secret, alg: 'HS256' } as never],
        },
      ]),
      bundleOf([{ rung: 'asymmetric', issuer: STS, subjects: [ORDERS], keys: [d as never] }]),
    ];
    for (const bundle of bundles) {
      const source = createBundleSource({ bundle: bundle as never, pollInterval: 0 });
      const error = await thrownBy(() => source.ready());
      expect(error).toMatchObject({ name: 'WorkloadIdentityError' });
      const status = source.status();
      expectSilence(shown(error) + shown(status) + shown(status.error), [d, secret]);
      const file = join(folder, 'bundle.json');
      await writeFile(file, `${JSON.stringify(bundle)},`);
      const broken = createBundleSource({ bundle: { file }, pollInterval: 0 });
      expectSilence(shown(await thrownBy(() => broken.ready())), [d, secret]);
    }
    expectSilence(shown(recorders.map(({ events }) => events)), [d, secret]);
  });

  test('of requests a minter refuses', async () => {
    const active = await HmacKey.fromSecret(world.secrets.HS256.secret);
    const minter = createMinter({ issuer: ORDERS, signers: new KeyRing({ active }) });
    for (const request of [
      { audience: `${CANARY} ` },
      { audience: BILLING, roles: [CANARY.toUpperCase()] },
      { audience: BILLING, extension: { a: CANARY.repeat(200) } },
      { audience: BILLING, confirmation: { jkt: CANARY } },
      { audience: BILLING, subject: CANARY },
    ]) {
      expectSilence(shown(await thrownBy(() => minter.mint(request as never))), [CANARY]);
    }
    const { token } = await minter.mint({ audience: BILLING, extension: { a: CANARY } });
    expect(recorders[1]?.events.at(-1)).toMatchObject({ outcome: 'minted', audience: BILLING });
    expectSilence(shown(recorders[1]?.events), [CANARY, ...segments(token)]);
  });

  test('of live objects, when somebody logs them', async () => {
    const { HS256 } = world.secrets;
    const pair = generateKeyPairSync('ed25519').privateKey;
    const { d } = pair.export({ format: 'jwk' });
    const hmac = await HmacKey.fromSecret(HS256.secret);
    const derived = await hmac.forAudience(BILLING);
    const asymmetric = await AsymmetricKey.parse(pair.export({ type: 'pkcs8', format: 'pem' }) as string);
    const ring = new KeyRing({ active: hmac, next: derived });
    const minter = createMinter({ issuer: ORDERS, signers: ring });
    const tokens = createTokenSource({ minter });
    const token = await tokens.tokenFor(BILLING);
    const source = await open(bundleOf([sharing(HS256)]), HS256);
    const verifier = verifierOf(source, { clock: Date.now });
    await verifier.verify(token);
    const objects = [
      hmac,
      derived,
      asymmetric,
      ring,
      ring.entries(),
      minter,
      tokens,
      source,
      source.current(),
      verifier,
      hmac.verificationKey,
    ];
    const secrets = [
      HS256.secret,
      Buffer.from(derived.exportForVerifier(), 'base64url'),
      Buffer.from(d as string, 'base64url'),
    ];
    for (const object of objects) expectSilence(shown(object), [...secrets, ...segments(token)]);
  });
});
