import { createHash } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import { trustBundleSchema } from '@workload-identity/contract/schemas';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { shown, thrownBy } from '../../core/test/support/leaks.ts';
import { configSchema } from '../scripts/config-schema.ts';
import { createCa, under } from '../test/ca.ts';
import { watchOutput } from '../test/output.ts';
import { BILLING, ORDERS, openScene, type Scene, shared } from '../test/scene.ts';
import {
  type Sample,
  type SchemaNode,
  type TextField,
  textFields,
  textNodes,
} from '../test/schema-fields.ts';
import { privateKey, secret } from '../test/secrets.ts';
import { type Configuration, createWorkloadIdentity, readConfiguration } from './index.ts';

const bytes = createHash('sha512').update('canary').digest();
const base64 = bytes.subarray(0, 32).toString('base64');
const jwt = ['{"alg":"HS256"}', '{"sub":"canary"}', 'signature'].map((part) =>
  Buffer.from(part).toString('base64url'),
);

/** What a person writes where a reference belongs. */
const CANARIES: Readonly<Record<string, string>> = {
  'base64 of 32 bytes': base64,
  'base64 that begins with a slash': `/${base64.slice(1)}`,
  'base64 that begins with a slash, without padding': `/${base64.slice(1, 43)}`,
  'base64 of 48 bytes': bytes.subarray(0, 48).toString('base64'),
  base64url: bytes.subarray(8, 40).toString('base64url'),
  hex: bytes.subarray(0, 32).toString('hex'),
  'hex that begins with a letter': `a${bytes.subarray(0, 32).toString('hex').slice(1)}`,
  'hex in capitals': `A${bytes.subarray(0, 32).toString('hex').toUpperCase().slice(1)}`,
  'base64 of 16 bytes': bytes.subarray(0, 16).toString('base64'),
  base32: 'MFRGG3DFMZTWQ2LKNNWG23TPOBYXE43UOV3HO6DZPIYDCMRTGQ2Q',
  'base32 of 10 bytes': 'JBSWY3DPEHPK3PXP',
  'a PEM': privateKey().pem,
  'a token': jwt.join('.'),
  'a PIN': '82640517',
  'a passphrase with spaces': 'correct horse battery staple',
  'a passphrase with dashes': 'correct-horse-battery-staple',
  'a password': 'hunter2hunter2',
  'a password with a line break': 'hunter3hunter3\n',
  'a PIN with a line break': '82640518\r\n',
};
/** Such as nobody could tell apart from a name, where a name that everybody may see belongs. */
const NAMES = /PIN|pass|of 10 bytes|hex/;
/** Fields of names, times and places that everybody may see; every other text field takes a reference, or is told like one. */
const PUBLIC =
  /^(?:\$schema|workload|trustDomain)$|\.(?:lifetime|issuer|trustDomain|leeway|maxLifetime|pollInterval|notAfter|issuedBefore|audience|kid)$|(?:roles|audiences|deriveFor|subjects|services|tokens|denied\.keys)\[\]$/;
/** Members of public keys, whose forms differ. */
const KEY_MEMBER = /^authorities\[\]\.keys\[\]\.(?:x|y|n|e)$/;

/** Expects that no part of a canary is in a text. */
function expectSilence(text: string, given: string): void {
  const canary = given.trim();
  const parts = canary.replaceAll(/-----[A-Z ]+-----/g, '').match(/.{8,10}/g) ?? [];
  expect(parts.length).toBeGreaterThan(0);
  for (const part of [canary, ...parts]) {
    const at = text.indexOf(part);
    expect(at < 0 ? '' : text.slice(Math.max(0, at - 80), at + part.length)).toBe('');
  }
  expect(text.includes(Buffer.from(canary).toString('base64'))).toBe(false);
}

/** All that could be written of a configuration and of the identity it makes. */
async function toldOf(configuration: unknown, scene: Scene): Promise<string> {
  const text = JSON.stringify(configuration);
  const made = await thrownBy(() =>
    createWorkloadIdentity(configuration as Configuration, { signals: false }),
  );
  const told = [
    made,
    await thrownBy(() => void readConfiguration(text)),
    await thrownBy(() => void readConfiguration(scene.write('configuration.json', text))),
  ];
  if (!(made instanceof Error)) {
    const identity = createWorkloadIdentity(configuration as Configuration, { signals: false });
    const uses = [
      () => identity.ready(),
      async () => void (await identity.mint({ audience: BILLING })),
      async () => void (await identity.tokenFor(BILLING)),
      async () => void (await identity.verify('a.b.c')),
      async () => identity.reload(),
      () => identity.status(),
    ];
    for (const use of uses) told.push(await thrownBy(use));
    await identity.close();
    told.push(identity, await thrownBy(() => identity.status()));
  }
  return told.map(shown).join('\n');
}

/** What stands beside a canary: names that lead to good keys, as far as they can be without a KMS or an HSM. */
async function samplesIn(scene: Scene): Promise<{ base: object; sample: Sample }> {
  const key = scene.write('secret', secret());
  const passphrase = { file: scene.write('passphrase', secret()) };
  const plain = await createCa(scene, 'plain');
  const encrypted = await createCa(scene, 'encrypted', { passphrase });
  const keys = { hmac: key, asymmetric: scene.write('key.pem', privateKey().pem), ca: plain.key.file };
  const samples: Readonly<Record<string, unknown>> = {
    workload: ORDERS,
    'sign.key.awsKms': 'alias/workload-ca',
    'sign.key.pkcs11.module': '/usr/lib/none.so',
    'sign.key.pkcs11.token': 'main',
    'sign.key.pkcs11.label': 'ca',
    'verify.bundle.file': scene.bundle([shared(key), under(plain.pem, encrypted.pem)]),
    trustDomain: 'prod.example.com',
    sequence: 1,
    'authorities[].issuer': 'self',
    'authorities[].subjects[]': 'spiffe://prod.example.com/*',
    'authorities[].anchors[]': plain.pem,
  };
  const sample: Sample = (path, rung) => {
    if (path.endsWith('.env')) return 'NOT_SET_ANYWHERE';
    if (path === 'sign.key.file') return keys[rung as keyof typeof keys];
    return samples[path];
  };
  const sign = { rung: 'hmac', key: { file: key } };
  const verify = { bundle: { file: samples['verify.bundle.file'] }, pollInterval: '0s' };
  return { base: { workload: ORDERS, sign, verify }, sample };
}

const CONFIGURATION = JSON.parse(configSchema());
const BUNDLE = z.toJSONSchema(trustBundleSchema, { io: 'input' }) as SchemaNode;
const none: Sample = () => undefined;
const fieldsOf = (schema: SchemaNode) =>
  [...textFields(schema, none)].map(({ path, rung = '' }, at) => [path, rung, at] as const);

/** A working directory in which files have canaries for names: readable, and of no use. */
function openTrap(): Scene {
  const scene = openScene();
  const before = process.cwd();
  process.chdir(scene.folder);
  onTestFinished(() => process.chdir(before));
  for (const name of Object.values(CANARIES)) {
    if (name.includes('/') || name.includes('\n') || name.length > 200) continue;
    writeFileSync(name, 'text');
    chmodSync(name, 0o660);
  }
  return scene;
}

const canariesFor = (path: string) =>
  Object.entries(CANARIES).filter(([kind]) => !(PUBLIC.test(path) && NAMES.test(kind)));

describe('attack 56: a secret where its reference belongs', () => {
  it.each([
    ['configuration', CONFIGURATION],
    ['bundle', BUNDLE],
  ])('is looked for in every text field of the schema of the %s', (_, schema) => {
    const found = new Set([...textFields(schema, none)].map(({ node }) => node));
    expect(textNodes(schema).filter((node) => !found.has(node as never))).toEqual([]);
    expect(found.size).toBeGreaterThan(20);
  });

  describe('of a configuration', () => {
    it.each(fieldsOf(CONFIGURATION))('is told by nobody: %s %s', async (path, _, at) => {
      const { base, sample } = await samplesIn(openScene());
      const field = [...textFields(CONFIGURATION, sample)][at] as TextField;
      const document = (value: unknown) => ({ ...base, ...(field.document(value) as object) });
      const good = field.path.endsWith('.file') ? './none' : (sample(path, field.rung) ?? 'NONE');
      if (!PUBLIC.test(path) && !/region|endpoint/.test(path)) {
        // What is around the canary is good, so that it gets as far as it can.
        const identity = createWorkloadIdentity(document(good) as Configuration, { signals: false });
        await identity.close();
      }
      const scene = openTrap();
      const output = watchOutput();
      for (const [, canary] of canariesFor(path)) {
        const told = await toldOf(document(canary), scene);
        expectSilence(told + (await output()), canary);
      }
    });

    it('is told by nobody where it is in place of the configuration', async () => {
      const scene = openTrap();
      const output = watchOutput();
      for (const canary of Object.values(CANARIES)) {
        vi.stubEnv('WORKLOAD_IDENTITY_CONFIG', canary);
        onTestFinished(() => void vi.unstubAllEnvs());
        const told = [
          await thrownBy(() => readConfiguration()),
          await thrownBy(() => readConfiguration(`"${canary}"`)),
          await thrownBy(() => readConfiguration(scene.write('c.json', canary))),
        ];
        for (const one of told) expect(one).toMatchObject({ code: 'config_invalid' });
        expectSilence(told.map(shown) + (await output()), canary);
      }
    });
  });

  describe('of a bundle', () => {
    it.each(fieldsOf(BUNDLE))('is told by nobody: %s %s', async (path, _, at) => {
      const samples = openScene();
      const { base, sample } = await samplesIn(samples);
      const field = [...textFields(BUNDLE, sample)][at] as TextField;
      const configurationWith = (value: unknown) => {
        const file = samples.write('bundle.json', JSON.stringify(field.document(value)));
        return { ...base, verify: { bundle: { file }, pollInterval: '0s' } };
      };
      if (!PUBLIC.test(path) && !KEY_MEMBER.test(path)) {
        const good = field.path.endsWith('.file')
          ? samples.path('secret')
          : (sample(path, field.rung) ?? 'N');
        vi.stubEnv('NOT_SET_ANYWHERE', secret());
        const identity = createWorkloadIdentity(configurationWith(good) as Configuration, { signals: false });
        await identity.ready();
        await identity.close();
        vi.unstubAllEnvs();
      }
      const scene = openTrap();
      const output = watchOutput();
      for (const [, canary] of canariesFor(path)) {
        const told = await toldOf(configurationWith(canary), scene);
        expectSilence(told + (await output()), canary);
      }
    });
  });
});
