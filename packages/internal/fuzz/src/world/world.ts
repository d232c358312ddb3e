import { createSecretKey, type KeyObject } from 'node:crypto';
import type { TrustBundle } from '@workload-identity/contract';
import {
  type BundleSource,
  createBundleSource,
  createVerifier,
  type Verifier,
} from '@workload-identity/core';
import { checkAnchors, createChainResolver } from '@workload-identity/x5c';
import type { OracleSetup } from '../oracle/decide.ts';
import { isMembers, strictJson } from '../oracle/json.ts';
import { readTrust } from '../oracle/trust.ts';
import { type Chains, makeChains } from './chains.ts';
import { type PairKey, pairKey, type SecretKey, scopedKey, secretKey } from './keys.ts';
import { BILLING, EVERYONE, NOW, ORDERS, SHIPPING, STS, TRUST_DOMAIN } from './names.ts';

/** A key a token can be signed with, and what it should say so that it is accepted. */
export interface Signing {
  readonly name: string;
  readonly rung: 'hmac' | 'asymmetric' | 'ca';
  readonly alg: string;
  readonly kid: string | undefined;
  readonly x5c: readonly string[] | undefined;
  readonly iss: string;
  readonly sub: string;
  readonly aud: string;
  /** For whoever signs by other code than ours. */
  readonly privateKey: KeyObject;
  sign(input: string | Uint8Array): Buffer;
  /** Every form in which the public half, or the secret, can be mistaken for a secret. */
  readonly forms: readonly Buffer[];
}

/** A verifier under test beside the setup of the oracle that has to agree with it. */
export interface Profile {
  readonly name: string;
  readonly verifier: Verifier;
  readonly setup: OracleSetup;
}

/** Keys of every rung, a bundle that trusts most of them, and verifiers of different settings. */
export interface World {
  readonly chains: Chains;
  /** Keys of the bundle, those of the `ca` rung among them. */
  readonly signings: readonly Signing[];
  /** Keys of nobody. */
  readonly strangers: readonly Signing[];
  readonly bundle: TrustBundle;
  /** The secret that a variable of the bundle holds, as text. */
  secretOf(env: string): string;
  readonly source: BundleSource;
  readonly profiles: readonly Profile[];
}

const hmacSigning = (
  name: string,
  { alg, kid, secret, sign }: SecretKey,
  more: Partial<Signing> = {},
): Signing => ({
  name,
  rung: 'hmac',
  alg,
  kid,
  x5c: undefined,
  iss: ORDERS,
  sub: ORDERS,
  aud: BILLING,
  privateKey: createSecretKey(secret),
  sign,
  forms: [secret, Buffer.from(secret.toString('base64url'))],
  ...more,
});

function formsOf({ publicKey, jwk, spki }: PairKey): readonly Buffer[] {
  const pem = publicKey.export({ format: 'pem', type: 'spki' }) as string;
  return [spki, ...[pem, pem.trim(), ` ${pem}`, JSON.stringify(jwk)].map((text) => Buffer.from(text))];
}

const pairSigning = (name: string, key: PairKey, more: Partial<Signing> = {}): Signing => ({
  name,
  rung: 'asymmetric',
  alg: key.alg,
  kid: key.kid,
  x5c: undefined,
  iss: STS,
  sub: ORDERS,
  aud: BILLING,
  privateKey: key.privateKey,
  sign: key.sign,
  forms: formsOf(key),
  ...more,
});

const chainSignings = ({ paths }: Chains): readonly Signing[] =>
  paths.map(({ name, chain, leafKey, uri }) =>
    pairSigning(name, leafKey, { rung: 'ca', kid: undefined, x5c: chain.map(({ text }) => text), iss: uri }),
  );

const envOf = (name: string): string => `SECRET_${name.replaceAll(/[^a-z0-9]/gi, '_')}`;

/** Makes the world: the same keys and the same bundle in every run. */
export async function makeWorld(cacheBytes?: number): Promise<World> {
  const chains = makeChains();
  const secrets = new Map<string, SecretKey>();
  const shared = (name: string, alg: 'HS256' | 'HS384' | 'HS512' = 'HS256'): SecretKey => {
    const key = secretKey(alg, name);
    secrets.set(envOf(name), key);
    return key;
  };
  const reference = (name: string) => ({ secret: { env: envOf(name) } });
  const [hs256, hs384, hs512] = [shared('hs256'), shared('hs384', 'HS384'), shared('hs512', 'HS512')];
  const [minter, root, deniedSecret] = [shared('minter'), shared('root'), shared('denied')];
  const deniedRoot = shared('denied root');
  const scoped = scopedKey(secretKey('HS256', 'other root'), BILLING);
  secrets.set(envOf('scoped'), scoped);

  const pairs = [
    pairKey('ES256', 'a'),
    pairKey('ES384', 'a'),
    pairKey('Ed25519', 'a'),
    pairKey('PS256', '0'),
    pairKey('RS256', '1'),
  ];
  const [own, ended, deniedPair] = [
    pairKey('ES256', 'own'),
    pairKey('ES256', 'ended'),
    pairKey('ES256', 'denied'),
  ];
  const jwks = (...keys: readonly PairKey[]) => keys.map(({ jwk }) => jwk) as never;
  const pems = (...certificates: readonly { pem: string }[]) => certificates.map(({ pem }) => pem);
  const past = new Date((NOW - 60) * 1000).toISOString();
  const bundle: TrustBundle = {
    version: 1,
    trustDomain: TRUST_DOMAIN,
    sequence: 1,
    authorities: [
      {
        rung: 'hmac',
        issuer: 'self',
        subjects: EVERYONE,
        keys: [
          reference('hs256'),
          { ...reference('hs384'), alg: 'HS384' },
          { ...reference('hs512'), alg: 'HS512' },
          { ...reference('scoped'), audience: BILLING },
          { ...reference('root'), deriveFor: [BILLING, SHIPPING] },
          reference('denied'),
          { ...reference('denied root'), deriveFor: [BILLING] },
        ],
      },
      { rung: 'hmac', issuer: STS, subjects: [ORDERS, `${ORDERS}/*`], keys: [reference('minter')] },
      { rung: 'asymmetric', issuer: STS, subjects: EVERYONE, keys: jwks(...pairs, deniedPair) },
      { rung: 'asymmetric', issuer: ORDERS, subjects: [ORDERS], keys: jwks(own, ended) },
      { rung: 'asymmetric', issuer: SHIPPING, subjects: EVERYONE, notAfter: past, keys: jwks(own, ended) },
      {
        rung: 'ca',
        issuer: 'certificate',
        subjects: EVERYONE,
        services: [STS],
        anchors: pems(...chains.anchors),
      },
      { rung: 'ca', issuer: 'certificate', subjects: [ORDERS], anchors: pems(chains.narrowAnchor) },
    ],
    denied: {
      keys: [deniedPair.kid, deniedSecret.kid, deniedRoot.kid],
      tokens: ['denied-token-0001'],
      subjects: [`spiffe://${TRUST_DOMAIN}/denied/*`, 'https://denied.example.com'],
      issuedBefore: new Date((NOW - 3_000) * 1000).toISOString(),
    },
  };
  const secretText = (env: string): string => secrets.get(env)?.secret.toString('base64') ?? '';
  const source = createBundleSource({
    bundle,
    readSecret: async ({ env = '' }) => secretText(env),
    check: checkAnchors,
    pollInterval: 0,
    clock: () => NOW * 1000,
  });
  await source.ready();
  const read = strictJson(JSON.stringify(bundle), 16);
  if (!isMembers(read)) throw new TypeError('the bundle is an object');
  const trust = readTrust(read, (written) => secretText((JSON.parse(written) as { env: string }).env));

  const profile = (
    name: string,
    settings: Partial<OracleSetup> & { readonly cacheBytes?: number },
  ): Profile => {
    const { cacheBytes: own = cacheBytes ?? 2 ** 20, ...changes } = settings;
    const setup: OracleSetup = {
      trust,
      book: chains.book,
      audiences: [BILLING],
      leeway: 10,
      maxLifetime: 3_600,
      acceptRs256: true,
      readsChains: true,
      now: NOW,
      ...changes,
    };
    const verifier = createVerifier({
      bundle: source,
      audiences: setup.audiences,
      leeway: setup.leeway,
      maxLifetime: setup.maxLifetime,
      acceptRs256: setup.acceptRs256,
      cacheBytes: own,
      threadPool: 'never',
      clock: () => setup.now * 1000,
      ...(setup.readsChains ? { chains: createChainResolver() } : undefined),
    });
    return { name, verifier, setup };
  };
  return {
    chains,
    bundle,
    secretOf: secretText,
    source,
    signings: [
      hmacSigning('HS256', hs256),
      hmacSigning('HS384', hs384),
      hmacSigning('HS512', hs512),
      hmacSigning('HS256 of a service', minter, { iss: STS }),
      hmacSigning('HS256 for one audience', scoped),
      hmacSigning('HS256 derived', scopedKey(root, BILLING)),
      hmacSigning('HS256 denied', deniedSecret),
      hmacSigning('HS256 derived of a denied root', scopedKey(deniedRoot, BILLING)),
      hmacSigning('the root itself', root),
      ...pairs.map((key) => pairSigning(key.alg, key)),
      pairSigning('ES256 of a workload', own, { iss: ORDERS }),
      pairSigning('ES256 in two authorities', ended, { iss: SHIPPING, sub: SHIPPING }),
      pairSigning('ES256 denied', deniedPair),
      ...chainSignings(chains),
    ],
    strangers: [
      hmacSigning('a stranger', secretKey('HS256', 'stranger')),
      pairSigning('a stranger', pairKey('ES256', 'stranger token')),
      pairSigning('a stranger', pairKey('Ed25519', 'stranger token')),
    ],
    profiles: [
      profile('default', {}),
      profile('strict', {
        leeway: 0,
        maxLifetime: 300,
        acceptRs256: false,
        audiences: [BILLING, SHIPPING],
        now: NOW + 0.5,
      }),
      profile('uncached', { cacheBytes: 0, leeway: 60 }),
      profile('without chains', { readsChains: false }),
    ],
  };
}
