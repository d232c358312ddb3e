import { existsSync, readFileSync } from 'node:fs';
import { invalidVectors } from './invalid.ts';
import { makeKeys, type VectorKey } from './keys.ts';
import { makeBundle, SECRETS, SETUP } from './setup.ts';
import { remember } from './sign.ts';
import { validVectors } from './valid.ts';

/** Where the vectors of version 1 stand. */
export const VECTORS = new URL('../../vectors/v1/', import.meta.url);

const WARNING =
  'TEST VECTORS, NOT SECRETS. Every key in this folder is public; a verifier must never trust one.';

type Tokens = { readonly vectors: readonly { readonly token: string }[] };

function before<T>(name: string): T | undefined {
  const file = new URL(name, VECTORS);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : undefined;
}

/**
 * The files of the vectors, by name, as text. Key pairs and signatures that stand in the files already are taken from
 * there, so that nothing changes that need not.
 */
export async function vectorFiles(): Promise<ReadonlyMap<string, string>> {
  for (const name of ['valid.json', 'invalid.json']) {
    remember((before<Tokens>(name)?.vectors ?? []).map(({ token }) => token));
  }
  const keys = await makeKeys(before<{ keys: VectorKey[] }>('keys.json')?.keys ?? []);
  const valid = validVectors(keys);
  remember(valid.map(({ token }) => token));
  const secrets = Object.fromEntries(Object.entries(SECRETS).map(([env, id]) => [env, keys[id].jwk.k]));
  const head = { contract: 1, warning: WARNING, setup: { ...SETUP, bundle: 'bundle.json', secrets } };
  const documents = {
    'keys.json': { contract: 1, warning: WARNING, keys: Object.values(keys) },
    'bundle.json': makeBundle(keys),
    'valid.json': { ...head, vectors: valid },
    'invalid.json': { ...head, vectors: invalidVectors(keys) },
  };
  return new Map(
    Object.entries(documents).map(([name, document]) => [name, `${JSON.stringify(document, null, 1)}\n`]),
  );
}
