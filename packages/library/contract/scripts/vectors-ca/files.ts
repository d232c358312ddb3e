import { existsSync, readFileSync } from 'node:fs';
import type { TrustBundle } from '../../src/index.ts';
import { VECTORS } from '../vectors/files.ts';
import type { VectorKey } from '../vectors/keys.ts';
import { SETUP } from '../vectors/setup.ts';
import { remember } from '../vectors/sign.ts';
import { makeAuthorities, makeCaBundle } from './authorities.ts';
import { rememberCertificates } from './certificates.ts';
import { caInvalidVectors } from './invalid.ts';
import { makeCaKeys } from './keys.ts';
import { caValidVectors } from './valid.ts';

const WARNING =
  'TEST VECTORS, NOT SECRETS. Every key in this folder is public; a verifier must never trust one, nor a certificate of one.';

function before<T>(name: string): T | undefined {
  const file = new URL(name, VECTORS);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : undefined;
}

function chainOf(token: string): readonly string[] {
  const header = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as {
    x5c?: unknown;
  };
  return Array.isArray(header.x5c) ? header.x5c.map(String) : [];
}

function rememberFiles(): void {
  // Anchors first: a vector may carry the twin of one.
  const authorities = before<TrustBundle>('bundle-ca.json')?.authorities ?? [];
  for (const authority of authorities) {
    if (authority.rung !== 'ca') continue;
    rememberCertificates(authority.anchors.map((pem) => pem.replace(/-----[A-Z ]+-----|\s/g, '')));
  }
  for (const name of ['valid-ca.json', 'invalid-ca.json']) {
    const tokens = (before<{ vectors: { token: string }[] }>(name)?.vectors ?? []).map(({ token }) => token);
    remember(tokens);
    rememberCertificates(tokens.flatMap(chainOf));
  }
}

/** The files of the vectors for the `ca` rung. Keys and signatures that stand in them already are kept. */
export async function caVectorFiles(): Promise<ReadonlyMap<string, string>> {
  rememberFiles();
  const keys = await makeCaKeys(before<{ keys: VectorKey[] }>('keys-ca.json')?.keys ?? []);
  const authorities = makeAuthorities(keys);
  const head = { contract: 1, warning: WARNING, setup: { ...SETUP, bundle: 'bundle-ca.json', secrets: {} } };
  const listed = Object.values(keys).map(({ id, alg, kid, jwk }) => ({ id, alg, kid, jwk }));
  const documents = {
    'keys-ca.json': { contract: 1, warning: WARNING, keys: listed },
    'bundle-ca.json': makeCaBundle(keys, authorities),
    'valid-ca.json': { ...head, vectors: caValidVectors(keys, authorities) },
    'invalid-ca.json': { ...head, vectors: caInvalidVectors(keys, authorities) },
  };
  return new Map(
    Object.entries(documents).map(([name, document]) => [name, `${JSON.stringify(document, null, 1)}\n`]),
  );
}
