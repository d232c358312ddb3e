import { randomUUID } from 'node:crypto';
import {
  AsymmetricKey,
  createBundleSource,
  createMinter,
  createVerifier,
  KeyRing,
  type MintRequest,
  type Verifier,
} from '@workload-identity/core';
import { AUDIENCES, WORKLOADS } from './names.ts';

const ISSUER = 'https://tokens.prod.example.com';

/** A platform with one token service, and one verifier: the `asymmetric` rung. */
export interface World {
  readonly identity: Verifier;
  /** A token of `orders` for this server, valid now, unless the request says otherwise. */
  token(request?: Partial<MintRequest>): Promise<string>;
  /** A token that ended an hour ago. */
  expiredToken(): Promise<string>;
  /** A token signed with a key nobody trusts. */
  strangersToken(): Promise<string>;
  /** A token whose signature has one letter changed. */
  tamperedToken(): Promise<string>;
  close(): void;
}

function minterWith(key: AsymmetricKey, clock = Date.now) {
  return createMinter({ issuer: ISSUER, signers: new KeyRing({ active: key }), clock });
}

export async function createWorld(): Promise<World> {
  const [key, strangersKey] = await Promise.all([AsymmetricKey.generate(), AsymmetricKey.generate()]);
  const bundle = createBundleSource({
    bundle: {
      version: 1,
      trustDomain: 'prod.example.com',
      sequence: 1,
      authorities: [
        {
          rung: 'asymmetric',
          issuer: ISSUER,
          subjects: ['spiffe://prod.example.com/*'],
          keys: [key.publicJwk],
        },
      ],
    },
  });
  await bundle.ready();
  const mint = async (minter: ReturnType<typeof minterWith>, request: Partial<MintRequest> = {}) => {
    const { token } = await minter.mint({ audience: AUDIENCES.main, subject: WORKLOADS.orders, ...request });
    return token;
  };
  const token: World['token'] = (request) => mint(minterWith(key), request);
  return {
    identity: createVerifier({ bundle, audiences: [AUDIENCES.main, AUDIENCES.narrow] }),
    token,
    expiredToken: () => mint(minterWith(key, () => Date.now() - 2 * 3_600_000)),
    strangersToken: () => mint(minterWith(strangersKey)),
    async tamperedToken() {
      const good = await token({ transaction: randomUUID() });
      const at = good.lastIndexOf('.') + 5;
      return good.slice(0, at) + (good[at] === 'A' ? 'B' : 'A') + good.slice(at + 1);
    },
    close: () => bundle.close(),
  };
}

/** A verifier that was never given a bundle. */
export function unreadyIdentity(): Verifier {
  const bundle = createBundleSource({ bundle: { file: '/nonexistent/bundle.json' } });
  return createVerifier({ bundle, audiences: [AUDIENCES.main] });
}
