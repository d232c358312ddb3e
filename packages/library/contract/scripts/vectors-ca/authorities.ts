import { extendedKeyUsage, nameConstraints, uri } from '../../../../certificates/x5c/test/support/build.ts';
import { integer } from '../../../../certificates/x5c/test/support/der.ts';
import type { TrustBundle } from '../../src/index.ts';
import { DOMAIN, NOW, STS } from '../vectors/setup.ts';
import { type Certificate, caExtensions, DAY, ISSUER, makeIssuer, makeRoot, SELF } from './certificates.ts';
import type { CaKeys } from './keys.ts';

const RENEWED_SERIAL = integer(2);
const RING = 'prod.example.com workload CA';

/** The certificates of authorities that vectors share. */
export interface Authorities {
  readonly root: Certificate;
  readonly nextRoot: Certificate;
  readonly p384Root: Certificate;
  readonly ed25519Root: Certificate;
  readonly rsaRoot: Certificate;
  readonly expiredRoot: Certificate;
  readonly retiredRoot: Certificate;
  readonly unknownRoot: Certificate;
  readonly intermediate: Certificate;
  readonly upper: Certificate;
  readonly lower: Certificate;
  /** An anchor whose key is denied. */
  readonly deniedRoot: Certificate;
  /** A CA that serves another trust domain too, without name constraints. */
  readonly sharedRoot: Certificate;
  /** A CA whose certificate ends before its tokens do, and its new certificate for the same key. */
  readonly endingRoot: Certificate;
  readonly renewedRoot: Certificate;
}

const CONSTRAINTS = nameConstraints({ permitted: [uri('prod.example.com'), uri('sts.example.com')] });

export function makeAuthorities(keys: CaKeys): Authorities {
  const limited = [...caExtensions(1), extendedKeyUsage(SELF, ISSUER), CONSTRAINTS];
  const root = makeRoot(RING, keys.root, { extensions: limited });
  const p384Root = makeRoot('P-384 root', keys['p384-root'], { until: NOW + 30 * 365 * DAY });
  const upper = makeIssuer(p384Root, 'Upper CA', keys.upper, { extensions: caExtensions(1) });
  return {
    root,
    // A rotation of the CA: the same name, another key.
    nextRoot: makeRoot(RING, keys['next-root'], { extensions: limited }),
    p384Root,
    ed25519Root: makeRoot('Ed25519 root', keys['ed25519-root']),
    rsaRoot: makeRoot('RSA root', keys['rsa-root']),
    expiredRoot: makeRoot('Expired root', keys['expired-root'], { until: NOW - 1 }),
    retiredRoot: makeRoot('Retired root', keys['retired-root']),
    unknownRoot: makeRoot('Unknown root', keys['unknown-root']),
    intermediate: makeIssuer(root, 'Issuing CA', keys.intermediate),
    upper,
    lower: makeIssuer(upper, 'Lower CA', keys.lower),
    deniedRoot: makeRoot('Denied root', keys['denied-root']),
    sharedRoot: makeRoot('Shared root', keys['shared-root']),
    endingRoot: makeRoot('Renewed root', keys['renewed-root'], { until: NOW + 120 }),
    renewedRoot: makeRoot('Renewed root', keys['renewed-root'], { from: NOW - DAY, serial: RENEWED_SERIAL }),
  };
}

/** The token service that speaks under the shared root. */
export const SHARED_STS = 'https://sts.shared.example.com';

export function makeCaBundle(keys: CaKeys, made: Authorities): TrustBundle {
  const authority = (subjects: readonly string[], ...anchors: readonly Certificate[]) => ({
    rung: 'ca' as const,
    issuer: 'certificate' as const,
    anchors: anchors.map(({ pem }) => pem),
    subjects: [...subjects],
  });
  const { root, nextRoot, p384Root, ed25519Root, expiredRoot, deniedRoot } = made;
  const anchors = [root, nextRoot, p384Root, ed25519Root, expiredRoot, deniedRoot];
  const denied = [keys.denied, keys['denied-intermediate'], keys['denied-root']];
  return {
    version: 1,
    trustDomain: 'prod.example.com',
    sequence: 1,
    refreshHint: 300,
    authorities: [
      { ...authority([`${DOMAIN}/*`], ...anchors), services: [STS] },
      { ...authority([`${DOMAIN}/batch/*`], made.rsaRoot), services: [STS] },
      { ...authority([`${DOMAIN}/*`], made.retiredRoot), notAfter: '2025-12-31T23:50:00Z' },
      { ...authority([`${DOMAIN}/shared/*`], made.sharedRoot), services: [SHARED_STS] },
      authority([`${DOMAIN}/tools/*`], made.sharedRoot),
      authority([`${DOMAIN}/renewed/*`], made.endingRoot, made.renewedRoot),
      authority([`${DOMAIN}/ending/*`], made.endingRoot),
    ],
    denied: { keys: denied.map(({ kid }) => kid) },
  } as TrustBundle;
}
