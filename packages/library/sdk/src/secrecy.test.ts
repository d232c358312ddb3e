import { readFileSync, writeFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createCa, under } from '../test/ca.ts';
import { BILLING, ORDERS, open, openScene, shared, watch } from '../test/scene.ts';
import { privateKey, secret } from '../test/secrets.ts';
import {
  type Configuration,
  createWorkloadIdentity,
  readConfiguration,
  type WorkloadIdentity,
} from './index.ts';

const CHANNELS = ['verify', 'mint', 'bundle', 'signer', 'leaf'];
const WINDOW = 10;

/** Everything a log could write of a value: messages, causes, hidden members. */
function written(value: unknown): string {
  const cause = value instanceof Error && value.cause !== undefined ? written(value.cause) : '';
  const text = inspect(value, { depth: null, showHidden: true, getters: true, maxStringLength: null });
  return [
    text,
    JSON.stringify(value),
    String(value),
    value instanceof Error ? value.message : '',
    cause,
  ].join('\n');
}

/** Holds that no part of the canary is in the text. */
function expectNone(text: string, canary: string): void {
  const parts = canary.replace(/-----[A-Z ]+-----/g, '').match(new RegExp(`[^\\s"]{${WINDOW}}`, 'g')) ?? [];
  expect(parts.length).toBeGreaterThan(0);
  for (const part of parts) expect(text.includes(part)).toBe(false);
}

async function failureOf(call: () => unknown): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    return error;
  }
}

/** Uses an identity in every way, and gives all that could be written of it. */
async function usedInEveryWay(identity: WorkloadIdentity, events: readonly unknown[]): Promise<string> {
  const outcomes = [
    await failureOf(() => identity.ready()),
    await failureOf(async () => void (await identity.mint({ audience: BILLING }))),
    await failureOf(async () => void (await identity.tokenFor(BILLING))),
    await failureOf(async () => void (await identity.verify(`${secret()}.${secret()}.x`))),
    await failureOf(() => identity.reload()),
    identity.status(),
    identity,
  ];
  return [...outcomes, ...events].map(written).join('\n');
}

const watchAll = (): readonly unknown[][] => CHANNELS.map(watch);

describe('attack 45: a secret is in no error, event, status or inspection', () => {
  const canary = `c${secret(48).slice(1)}`;
  const { pem, jwk } = privateKey();

  it.each([
    ['in place of a reference', { rung: 'hmac', key: canary }],
    ['in place of the next reference', { rung: 'hmac', key: { env: 'A' }, next: canary }],
    ['as the name of a variable', { rung: 'hmac', key: { env: canary } }],
    [
      'as the name of a variable, as hex',
      { rung: 'hmac', key: { env: 'ab12'.repeat(16) } },
      'ab12'.repeat(16),
    ],
    ['as the name of a file', { rung: 'hmac', key: { file: canary } }],
    [
      'as what looks like a path',
      { rung: 'hmac', key: { file: `/${canary.slice(1, 43)}=` } },
      canary.slice(1, 43),
    ],
    ['under an unknown key', { rung: 'hmac', key: { value: canary } }],
    ['as an unknown key', { rung: 'hmac', key: { [canary]: '' } }],
    ['as an array', { rung: 'hmac', key: [canary] }],
    ['as the rung', { rung: canary, key: { env: 'A' } }],
    ['as the algorithm', { rung: 'hmac', key: { env: 'A' }, algorithm: canary }],
    ['as a short one in place of a reference', { rung: 'hmac', key: 'hunter2hunter2' }, 'hunter2hunter2'],
    [
      'as a short one in place of the next reference',
      { rung: 'hmac', key: {}, next: 'hunter2hunter2' },
      'hunter2hunter2',
    ],
    [
      'as a name of a variable with a space',
      { rung: 'hmac', key: { env: 'hunter2hunter2 ' } },
      'hunter2hunter2',
    ],
    ['as a PEM in place of a reference', { rung: 'asymmetric', key: pem }, pem],
    ['as a JWK in place of a reference', { rung: 'asymmetric', key: JSON.parse(jwk) }, JSON.parse(jwk).d],
    ['as a PEM in place of the path of a CA key', { rung: 'ca', key: { file: pem } }, pem],
    ['as the path of a CA key', { rung: 'ca', key: { file: canary } }],
    ['in place of a CA key', { rung: 'ca', key: canary }],
    ['as a KMS key', { rung: 'ca', key: { awsKms: canary } }],
    ['as the region of a KMS key', { rung: 'ca', key: { awsKms: 'alias/ca', region: canary } }],
    [
      'as the credentials of a KMS endpoint',
      { rung: 'ca', key: { awsKms: 'alias/ca', endpoint: `https://${canary.replace(/[/+=]/g, '')}@kms` } },
      canary.replace(/[/+=]/g, ''),
    ],
    [
      'as a passphrase',
      { rung: 'ca', key: { file: 'ca.pem', passphrase: 'hunter2hunter2' } },
      'hunter2hunter2',
    ],
    [
      'as a PIN',
      { rung: 'ca', key: { pkcs11: { module: '/hsm.so', token: 'a', label: 'b', pin: 'hunter2hunter2' } } },
      'hunter2hunter2',
    ],
    [
      'as the name of a variable with a PIN',
      {
        rung: 'ca',
        key: { pkcs11: { module: '/hsm.so', token: 'a', label: 'b', pin: { env: 'hunter2hunter2 ' } } },
      },
      'hunter2hunter2',
    ],
    [
      'as a PEM in place of a certificate',
      { rung: 'ca', key: { awsKms: 'alias/ca' }, certificate: pem },
      pem,
    ],
    [
      'as a PEM in place of its path',
      { rung: 'ca', key: { awsKms: 'alias/ca' }, certificate: { file: pem } },
      pem,
    ],
  ])('when it stands in the configuration %s', async (_, sign, value = canary) => {
    const configuration = { workload: ORDERS, sign };
    const made = await failureOf(() => createWorkloadIdentity(configuration as unknown as Configuration));
    expect(made).toBeInstanceOf(Error);
    expectNone(written(made), value);
    const read = await failureOf(() => readConfiguration(JSON.stringify(configuration)));
    expect(read).toBeInstanceOf(Error);
    expectNone(written(read), value);
  });

  it.each([
    ['not quoted', `{"sign": {"key": ${canary}}}`],
    ['quoted, and the text broken after it', `{"sign": {"key": "${canary}",,}`],
    ['in quotes of the wrong kind', `{"sign": {"key": '${canary}'}}`],
    ['on two lines', `{"sign": {"key": "${canary}\n${canary}"}}`],
    ['as a name that stands twice', `{"${canary}": 1, "${canary}": 2}`],
  ])('when the configuration is not JSON and it stands there %s', async (_, text) => {
    const read = await failureOf(() => readConfiguration(text));
    expect(read).toBeInstanceOf(Error);
    expectNone(written(read), canary);
  });

  it.each([
    ['a good secret', 'hmac', canary, canary],
    ['a secret with rubbish', 'hmac', `${canary} ?`, canary],
    ['a secret that is too short', 'hmac', canary.slice(0, 40), canary.slice(0, 40)],
    ['a private key where a secret belongs', 'hmac', pem, pem],
    ['a good PEM', 'asymmetric', pem, pem],
    ['a good JWK', 'asymmetric', jwk, JSON.parse(jwk).d],
    ['a secret where a private key belongs', 'asymmetric', canary, canary],
    ['a PEM cut short', 'asymmetric', pem.slice(0, 150), pem.slice(0, 150)],
    ['a JWK that is not JSON', 'asymmetric', `${jwk},`, JSON.parse(jwk).d],
    ['a JWK on another curve', 'asymmetric', jwk.replace('P-256', 'P-384'), JSON.parse(jwk).d],
  ] as const)('when a file or a variable holds %s', async (_, rung, text, value) => {
    const events = watchAll();
    const scene = openScene();
    const file = scene.write('key', text);
    vi.stubEnv('CANARY', text);
    onTestFinished(() => void vi.unstubAllEnvs());
    const bundle = { file: scene.bundle([shared(file)]) };
    for (const key of [{ file }, { env: 'CANARY' }]) {
      const identity = open({ workload: ORDERS, sign: { rung, key, next: key }, verify: { bundle } });
      expectNone(await usedInEveryWay(identity, events.flat()), value);
      await identity.close();
      expectNone(written(await failureOf(() => identity.status())), value);
    }
  });

  const PASSPHRASE = secret(30);

  it.each([
    ['a good one', (text: string) => text],
    ['one cut short', (text: string) => text.slice(0, -60)],
    ['two', (text: string) => text + text],
    ['the certificate behind it', (text: string, certificate: string) => text + certificate],
    ['a key of another kind', () => pem.replaceAll('PRIVATE', 'EC PRIVATE')],
    ['a shared secret', () => canary],
  ])('when a file holds the key of a CA: %s', async (_, spoil) => {
    const events = watchAll();
    for (const passphrase of [undefined, { file: openScene().write('pass', PASSPHRASE) }]) {
      const scene = openScene();
      const ca = await createCa(scene, 'ca', passphrase === undefined ? {} : { passphrase });
      const text = readFileSync(ca.key.file, 'utf8');
      const held = spoil(text, ca.pem);
      writeFileSync(ca.key.file, held);
      const bundle = { file: scene.bundle([under(ca.pem)]) };
      const wrong = { file: scene.write('wrong', secret(30)) };
      for (const key of [ca.key, { file: ca.key.file }, { file: ca.key.file, passphrase: wrong }]) {
        for (const certificate of [ca.certificate, { file: ca.key.file }]) {
          const sign = { rung: 'ca', key, certificate } as const;
          const identity = open({ workload: ORDERS, sign, verify: { bundle } });
          const used = await usedInEveryWay(identity, events.flat());
          expectNone(used, held.replace(ca.pem, ''));
          expectNone(used, PASSPHRASE);
          expectNone(used, readFileSync(wrong.file, 'utf8'));
          await identity.close();
        }
      }
    }
  });

  it('when a reader of somebody else quotes what it read, or what it was asked for', async () => {
    const events = watchAll();
    const scene = openScene();
    const key = { file: scene.write('key', secret()) };
    const bundle = { file: scene.bundle([shared(key.file)]) };
    const fails = Object.assign(new Error(`cannot read: ${canary}`), { cause: canary, text: canary });
    const identity = open(
      { workload: ORDERS, sign: { rung: 'hmac', key }, verify: { bundle } },
      { readSecret: () => Promise.reject(fails) },
    );
    expectNone(await usedInEveryWay(identity, events.flat()), canary);
    expect(identity.status()).toMatchObject({
      signer: { error: { code: 'secret_unavailable' } },
      bundle: { error: { code: 'secret_unavailable' } },
    });
  });

  it('nor is a token, accepted or refused', async () => {
    const events = watchAll();
    const scene = openScene();
    const key = { file: scene.write('key', secret()) };
    const verify = { bundle: { file: scene.bundle([shared(key.file)]) } };
    const identity = open({ workload: ORDERS, sign: { rung: 'hmac', key }, verify });
    const { token } = await identity.mint({ audience: ORDERS });
    await identity.verify(token);
    const refused = await failureOf(() => identity.verify(`${token.slice(0, -4)}AAAA`));
    expect(events.flat().length).toBeGreaterThanOrEqual(4);
    const text = [refused, identity, identity.status(), ...events.flat()].map(written).join('\n');
    for (const segment of token.split('.')) expect(text.includes(segment)).toBe(false);
  });
});
