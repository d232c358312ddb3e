import {
  AsymmetricKey,
  createChainSigner,
  createMinter,
  HmacKey,
  KeyRing,
  type MintRequest,
  type SignerSource,
} from '@workload-identity/core';
import { CompactSign } from 'jose';
import { NOW, ORDERS, SHIPPING } from '../world/names.ts';
import type { Signing, World } from '../world/world.ts';
import type { Seed } from './draft.ts';

const HASH = 'A'.repeat(43);
const LIFETIME = 200;

/** What else a good token may say, as a minter is asked for it. */
const REQUESTS: readonly Partial<MintRequest>[] = [
  {},
  { roles: ['reader', 'writer'], transaction: 'txn-1', extension: { a: { b: [1, null, 'x'] }, é: '😀' } },
  { confirmation: { jkt: HASH } },
];

/** The same, as claims. */
const CLAIMS: readonly Readonly<Record<string, unknown>>[] = [
  {},
  { nbf: NOW - 5, unknown: { a: [1.5, 'x'] } },
  { act: { sub: SHIPPING, act: { sub: ORDERS } }, att: { method: 'k8s', issuer: 'cluster a', subject: 'x' } },
  { cnf: { 'x5t#S256': HASH }, roles: [] },
];

async function signerOf({ alg, rung, kid, x5c, privateKey }: Signing): Promise<SignerSource> {
  if (rung === 'hmac') {
    return new KeyRing({ active: await HmacKey.fromSecret(privateKey.export(), alg as 'HS256') });
  }
  if (rung === 'asymmetric') {
    const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
    return new KeyRing({ active: await AsymmetricKey.parse(pem) });
  }
  const chain = x5c as readonly string[];
  const options = {
    algorithm: alg as 'ES256',
    privateKey,
    chain,
    keyId: kid ?? '',
    notAfter: NOW + LIFETIME,
  };
  const signer = await createChainSigner(options);
  return { signerFor: () => signer };
}

/** Tokens of the project's own minter. */
async function minted(signing: Signing): Promise<readonly Seed[]> {
  // A minter never writes RS256.
  if (signing.alg === 'RS256') return [];
  const minter = createMinter({
    issuer: signing.iss,
    signers: await signerOf(signing),
    clock: () => NOW * 1000,
  });
  const about = { audience: signing.aud, subject: signing.sub, lifetime: LIFETIME };
  const tokens = await Promise.all(REQUESTS.map((request) => minter.mint({ ...about, ...request })));
  return tokens.map(({ token }) => ({ signing, token }));
}

/** Tokens of another library, which knows nothing of this project. */
async function foreign(signing: Signing): Promise<readonly Seed[]> {
  const { alg, kid, x5c, iss, sub, aud, privateKey } = signing;
  const header = { typ: 'wid+jwt', alg, ...(kid === undefined ? { x5c: [...(x5c ?? [])] } : { kid }) };
  return Promise.all(
    CLAIMS.map(async (extra, at) => {
      const jti = `jose-${at}`.padEnd(22, 'x');
      const claims = { ver: 1, iss, sub, aud, iat: NOW, exp: NOW + LIFETIME, jti, ...extra };
      const signer = new CompactSign(Buffer.from(JSON.stringify(claims))).setProtectedHeader(header);
      return { signing, token: await signer.sign(privateKey) };
    }),
  );
}

/** Good tokens of every key of a world, strangers among them. */
export async function makeSeeds({ signings, strangers }: World): Promise<readonly Seed[]> {
  const all = [...signings, ...strangers];
  const made = await Promise.all(all.flatMap((signing) => [minted(signing), foreign(signing)]));
  return made.flat();
}
