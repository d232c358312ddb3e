import { isWorkloadIdentityError, type TrustBundle } from '@workload-identity/contract';
import { createBundleSource, createVerifier, type Verifier } from '@workload-identity/core';
import { checkAnchors, createChainResolver } from '@workload-identity/x5c';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { segment } from '../corpus/hostile.ts';
import type { Path } from '../world/chains.ts';
import { secretKey } from '../world/keys.ts';
import { BILLING, DENIED, NOW, ORDERS } from '../world/names.ts';
import { makeWorld, type Signing, type World } from '../world/world.ts';
import { certificateVariant, signatureVariant, VARIANTS, type Variant } from './variants.ts';

let world: World;
beforeAll(async () => {
  world = await makeWorld();
});

const variant = fc.constantFrom(...VARIANTS);
const JTI = 'token-0123456789';

/** A token of a key, with its chain, if it has one, and its own signature in a variant each. */
function tokenOf(
  signing: Signing,
  path: Path | undefined,
  variants: readonly Variant[],
  sub = signing.sub,
): string {
  const { alg, kid, iss, aud } = signing;
  const x5c = path?.chain.map((one, at) => certificateVariant(one, variants[at + 1] ?? 'as it was'));
  const header = { typ: 'wid+jwt', alg, ...(kid === undefined ? { x5c } : { kid }) };
  const claims = { ver: 1, iss, sub, aud, iat: NOW, exp: NOW + 100, jti: JTI };
  const input = `${segment(JSON.stringify(header))}.${segment(JSON.stringify(claims))}`;
  const again = (): Buffer => signing.sign(input);
  const signature = signatureVariant(again(), alg, again, variants[0] ?? 'as it was');
  return `${input}.${signature.toString('base64url')}`;
}

/** Another bundle: the same authorities, and these denials. */
async function verifierWith(denied: NonNullable<TrustBundle['denied']>): Promise<Verifier> {
  const source = createBundleSource({
    bundle: { ...world.bundle, denied },
    readSecret: async ({ env = '' }) => world.secretOf(env),
    check: checkAnchors,
    pollInterval: 0,
  });
  await source.ready();
  const chains = createChainResolver();
  return createVerifier({
    bundle: source,
    audiences: [BILLING],
    chains,
    acceptRs256: true,
    clock: () => NOW * 1000,
  });
}

/** The identity, or the code. Any other error fails the test. */
async function verdictOf(verifier: Verifier, token: string): Promise<string> {
  try {
    const { keyId, subject } = await verifier.verify(token);
    return `accepted ${keyId} ${subject}`;
  } catch (error) {
    if (isWorkloadIdentityError(error)) return error.code;
    throw error;
  }
}

const pathOf = ({ rung, name }: Signing): Path | undefined =>
  rung === 'ca' ? world.chains.paths.find((path) => path.name === name) : undefined;

/** Every key that a token of this one comes from. */
function keysOf(signing: Signing): readonly string[] {
  const path = pathOf(signing);
  return path === undefined ? [signing.kid as string] : [path.keyId, ...path.keysAbove];
}

describe('attack 53: a signature is replaced by another one of the same key over the same bytes', () => {
  it('changes no verdict, whatever the bundle denies', async () => {
    const rarely = fc.nat(9).map((number) => number === 0);
    const denial = fc.record({
      key: fc.option(fc.nat(3), { nil: undefined, freq: 1 }),
      stranger: fc.boolean(),
      token: rarely,
      subject: fc.boolean(),
      issuedBefore: rarely,
    });
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        denial,
        fc.array(variant, { minLength: 4, maxLength: 4 }),
        rarely,
        async (at, denies, variants, isDeniedSubject) => {
          const signing = world.signings[at % world.signings.length] as Signing;
          const keys = keysOf(signing);
          const denied = {
            keys: [
              ...(denies.key === undefined ? [] : [keys[denies.key % keys.length] as string]),
              ...(denies.stranger ? [secretKey('HS256', 'of nobody').kid] : []),
            ],
            tokens: denies.token ? [JTI] : [],
            subjects: denies.subject ? [`${DENIED.slice(0, DENIED.lastIndexOf('/'))}/*`] : [],
            ...(denies.issuedBefore ? { issuedBefore: new Date((NOW + 1) * 1000).toISOString() } : undefined),
          };
          const verifier = await verifierWith(denied);
          const sub = isDeniedSubject ? DENIED : signing.sub;
          const plain = await verdictOf(verifier, tokenOf(signing, pathOf(signing), [], sub));
          expect(await verdictOf(verifier, tokenOf(signing, pathOf(signing), variants, sub))).toBe(plain);
          const kind = plain.split(' ')[0] as string;
          seen.set(kind, (seen.get(kind) ?? 0) + 1);
        },
      ),
      { numRuns: 400 },
    );
    expect(seen.get('accepted')).toBeGreaterThan(20);
    expect(seen.get('denied')).toBeGreaterThan(20);
  }, 60_000);

  it('denies the key of a leaf, of each issuer and of the anchor, in every variant', async () => {
    const good = world.signings.filter(
      ({ rung, name }) =>
        rung === 'ca' && world.chains.paths.some((path) => path.name === name && path.flaw === undefined),
    );
    expect(good.length).toBeGreaterThan(8);
    for (const signing of good) {
      const open = await verifierWith({});
      expect(await verdictOf(open, tokenOf(signing, pathOf(signing), []))).toContain(
        `accepted ${keysOf(signing)[0]} ${ORDERS}`,
      );
      for (const key of keysOf(signing)) {
        const verifier = await verifierWith({ keys: [key] });
        for (const one of VARIANTS) {
          const token = tokenOf(
            signing,
            pathOf(signing),
            Array.from({ length: 4 }, () => one),
          );
          expect(await verdictOf(verifier, token)).toBe('denied');
        }
      }
    }
  }, 60_000);
});
