import type { TrustBundle } from '@workload-identity/contract';
import { createBundleSource, createVerifier, type Verifier } from '@workload-identity/core';
import { checkAnchors, createChainResolver } from '@workload-identity/x5c';
import { CA_EXTENSIONS, type Certified, certify, leafExtensions } from '../world/certificates.ts';
import { type PairKey, pairKey, type SecretKey, secretKey } from '../world/keys.ts';
import { BILLING, EVERYONE, NOW, ORDERS, STS, TRUST_DOMAIN } from '../world/names.ts';
import { arrived, letters, segment } from './hostile.ts';

/** Who is attacked: a verifier that trusts a key of every algorithm, and what everybody can know of it. */
export interface Scene {
  readonly secret: SecretKey;
  readonly pairs: readonly PairKey[];
  /** One anchor, and several of one name. */
  readonly anchors: readonly Certified[];
  /** CAs that have been seen in tokens, each under the one before it. */
  readonly issuers: readonly Certified[];
  readonly leaf: Certified;
  /** A verifier that nobody has asked anything yet. */
  verifier(): Promise<Verifier>;
  /** A good token of the cheapest key: another one for every number. */
  valid(number: number): string;
}

const SAME_NAME = 4;

/** Makes the scene. */
export function makeScene(): Scene {
  const ca = (subject: string, key: PairKey, issuer?: Certified): Certified =>
    certify({ subject, key, extensions: CA_EXTENSIONS }, issuer);
  const root = ca('Root', pairKey('ES256', 'scene root'));
  const many = Array.from({ length: SAME_NAME }, (_, at) => ca('Many', pairKey('ES384', `scene many ${at}`)));
  const rsa = ca('RSA', pairKey('PS256', '2'));
  const one = ca('One', pairKey('ES256', 'scene one'), root);
  const two = ca('Two', pairKey('ES256', 'scene two'), one);
  const leaf = certify(
    { subject: '', key: pairKey('ES256', 'scene leaf'), extensions: leafExtensions(ORDERS) },
    two,
  );
  const secret = secretKey('HS256', 'scene');
  const pairs = [
    pairKey('ES256', 'scene'),
    pairKey('ES384', 'scene'),
    pairKey('Ed25519', 'scene'),
    pairKey('PS256', '0'),
  ];
  const anchors = [root, ...many, rsa];
  const bundle: TrustBundle = {
    version: 1,
    trustDomain: TRUST_DOMAIN,
    sequence: 1,
    authorities: [
      { rung: 'hmac', issuer: 'self', subjects: EVERYONE, keys: [{ secret: { env: 'SECRET' } }] },
      { rung: 'asymmetric', issuer: STS, subjects: EVERYONE, keys: pairs.map(({ jwk }) => jwk) as never },
      { rung: 'ca', issuer: 'certificate', subjects: EVERYONE, anchors: anchors.map(({ pem }) => pem) },
    ],
  };
  const header = segment(`{"alg":"HS256","typ":"wid+jwt","kid":"${secret.kid}"}`);
  return {
    secret,
    pairs,
    anchors,
    issuers: [one, two],
    leaf,
    async verifier() {
      const source = createBundleSource({
        bundle,
        readSecret: async () => secret.secret.toString('base64'),
        check: checkAnchors,
        pollInterval: 0,
        clock: () => NOW * 1000,
      });
      await source.ready();
      const chains = createChainResolver();
      return createVerifier({
        bundle: source,
        audiences: [BILLING],
        chains,
        cacheBytes: 0,
        clock: () => NOW * 1000,
      });
    },
    valid(number) {
      const claims = {
        ver: 1,
        iss: ORDERS,
        sub: ORDERS,
        aud: BILLING,
        iat: NOW,
        exp: NOW + 300,
        jti: letters(number, 22),
      };
      const input = `${header}.${segment(JSON.stringify(claims))}`;
      return arrived(`${input}.${secret.sign(input).toString('base64url')}`);
    },
  };
}
