// Writes packages/contract/vectors/v1. Released vectors are frozen: without --force nothing that exists is overwritten.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { invalidVectors } from './vectors/invalid.ts';
import { makeKeys, type VectorKey } from './vectors/keys.ts';
import { makeBundle, SECRETS, SETUP } from './vectors/setup.ts';
import { remember } from './vectors/sign.ts';
import { validVectors } from './vectors/valid.ts';

const WARNING =
  'TEST VECTORS, NOT SECRETS. Every key in this folder is public; a verifier must never trust one.';
const folder = new URL('../vectors/v1/', import.meta.url);

function before<T>(name: string): T | undefined {
  const file = new URL(name, folder);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : undefined;
}

function write(name: string, document: unknown): void {
  const file = new URL(name, folder);
  const text = `${JSON.stringify(document, null, 1)}\n`;
  if (existsSync(file) && readFileSync(file, 'utf8') === text) {
    console.log(`${name}: unchanged`);
  } else if (existsSync(file) && !process.argv.includes('--force')) {
    console.error(
      `${name}: would change, and version 1 is frozen. Run with --force if it was never released.`,
    );
    process.exitCode = 1;
  } else {
    writeFileSync(file, text);
    console.log(`${name}: written`);
  }
}

type Tokens = { readonly vectors: readonly { readonly token: string }[] };

mkdirSync(folder, { recursive: true });
for (const name of ['valid.json', 'invalid.json']) {
  remember((before<Tokens>(name)?.vectors ?? []).map(({ token }) => token));
}
const keys = await makeKeys(before<{ keys: VectorKey[] }>('keys.json')?.keys ?? []);
const secrets = Object.fromEntries(Object.entries(SECRETS).map(([env, id]) => [env, keys[id].jwk.k]));
const head = { contract: 1, warning: WARNING, setup: { ...SETUP, bundle: 'bundle.json', secrets } };
const valid = validVectors(keys);
remember(valid.map(({ token }) => token));
write('keys.json', { contract: 1, warning: WARNING, keys: Object.values(keys) });
write('bundle.json', makeBundle(keys));
write('valid.json', { ...head, vectors: valid });
write('invalid.json', { ...head, vectors: invalidVectors(keys) });
