import { readFileSync } from 'node:fs';
import { type Denied, parseSubjectPattern, type WorkloadId } from '@workload-identity/contract';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { compileDenials } from '../../src/bundle/denials.ts';
import { HmacKey } from '../../src/index.ts';
import { BILLING, NOW, ORDERS, SHIPPING, STS } from '../support/names.ts';
import { verdict } from '../support/outcome.ts';
import { pairSigning, type Signing, secretSigning } from '../support/signing.ts';
import { tokenOf } from '../support/tokens.ts';
import { bundleOf, envOf, issuing, open, sharing, verifierOf } from '../support/world.ts';

const shared = secretSigning();
const root = secretSigning();
const JTI = 'the-identifier-of-a-token';
const GATEWAY = 'spiffe://prod.example.com/edge/gateway';

let sts: Awaited<ReturnType<typeof pairSigning>>;
let derived: ReturnType<typeof secretSigning>;
beforeAll(async () => {
  sts = await pairSigning('ES256');
  const forBilling = await (await HmacKey.fromSecret(root.secret)).forAudience(BILLING);
  derived = secretSigning('HS256', Buffer.from(forBilling.exportForVerifier(), 'base64url'));
});

async function says(denied: Denied, signing: Signing, claims: object = {}): Promise<string> {
  const deriving = { ...sharing(), keys: [{ secret: { env: envOf(root.kid) }, deriveFor: [BILLING] }] };
  const bundle = bundleOf([sharing(shared), deriving, issuing(sts)], { denied });
  return verdict(verifierOf(await open(bundle, shared, root)), tokenOf(signing, claims as never));
}

/** One denial: what it must stop, and what it must leave alone. */
interface Row {
  readonly member: string;
  readonly denied: () => Denied;
  readonly stops: readonly (readonly [() => Signing, object])[];
  readonly leaves: readonly (readonly [() => Signing, object])[];
}

const bySts = { iss: STS, sub: ORDERS };

/** By what the operator writes, as docs/operating.md has it. The keys of certificates are tested with chains. */
const ROWS: Readonly<Record<string, Row>> = {
  'the `kid` of a shared secret': {
    member: 'denied.keys',
    denied: () => ({ keys: [shared.kid] }),
    stops: [[() => shared, {}]],
    leaves: [
      [() => derived, {}],
      [() => sts, bySts],
    ],
  },
  'the key id of the root of `deriveFor`': {
    member: 'denied.keys',
    denied: () => ({ keys: [root.kid] }),
    stops: [[() => derived, {}]],
    leaves: [[() => shared, {}]],
  },
  'the thumbprint of a public key': {
    member: 'denied.keys',
    denied: () => ({ keys: [sts.kid] }),
    stops: [[() => sts, bySts]],
    leaves: [[() => shared, {}]],
  },
  'a `jti`': {
    member: 'denied.tokens',
    denied: () => ({ tokens: [JTI] }),
    stops: [[() => shared, { jti: JTI }]],
    leaves: [[() => shared, {}]],
  },
  'a workload': {
    member: 'denied.subjects',
    denied: () => ({ subjects: [ORDERS] }),
    stops: [
      [() => shared, {}],
      [() => sts, bySts],
      [() => sts, { iss: STS, sub: SHIPPING, act: { sub: ORDERS } }],
      [() => sts, { iss: STS, sub: SHIPPING, act: { sub: GATEWAY, iss: ORDERS } }],
    ],
    leaves: [
      [() => sts, { iss: STS, sub: SHIPPING }],
      [() => sts, { iss: STS, sub: SHIPPING, act: { sub: GATEWAY, act: { sub: ORDERS } } }],
    ],
  },
  'a prefix that ends in `/*`': {
    member: 'denied.subjects',
    denied: () => ({ subjects: ['spiffe://prod.example.com/edge/*'] }),
    stops: [
      [() => sts, { iss: STS, sub: GATEWAY }],
      [() => sts, { iss: STS, sub: 'spiffe://prod.example.com/edge/a/b' }],
      [() => sts, { iss: STS, sub: SHIPPING, act: { sub: GATEWAY } }],
    ],
    leaves: [
      [() => sts, { iss: STS, sub: 'spiffe://prod.example.com/edge' }],
      [() => sts, { iss: STS, sub: 'spiffe://prod.example.com/edges/a' }],
    ],
  },
  'the https URL of a token service': {
    member: 'denied.subjects',
    denied: () => ({ subjects: [STS] }),
    stops: [
      [() => sts, bySts],
      [() => shared, { act: { sub: STS } }],
      [() => shared, { act: { sub: GATEWAY, iss: STS } }],
    ],
    leaves: [
      [() => shared, {}],
      [() => shared, { act: { sub: `${STS}/tenant` } }],
    ],
  },
  'a time': {
    member: 'denied.issuedBefore',
    denied: () => ({ issuedBefore: new Date(NOW * 1000).toISOString() }),
    stops: [[() => shared, { iat: NOW - 1 }]],
    leaves: [[() => shared, { iat: NOW }]],
  },
};

const CHAINS = /certificate|of a leaf|intermediate|anchor/;

describe('attack 54: a denial stops all that its reader believes', () => {
  it.each(Object.entries(ROWS))('%s', async (_, { denied, stops, leaves }) => {
    for (const [signing, claims] of stops) {
      expect([claims, await says({}, signing(), claims)]).toEqual([claims, 'accepted']);
      expect([claims, await says(denied(), signing(), claims)]).toEqual([claims, 'denied']);
    }
    for (const [signing, claims] of leaves) {
      expect([claims, await says(denied(), signing(), claims)]).toEqual([claims, 'accepted']);
    }
  });

  it('is a row of docs/operating.md, and every row there is tested', () => {
    const text = readFileSync(new URL('../../../../../docs/operating.md', import.meta.url), 'utf8');
    const [, table = ''] = text.split('What each member of `denied` stops:');
    const rows = table
      .split('\n\n')[1]
      ?.split('\n')
      .slice(2)
      .map((line) => line.split('|').map((cell) => cell.trim()))
      .filter(([, , writes = '']) => !CHAINS.test(writes))
      .map(([, member = '', writes = '']) => [member.replaceAll('`', ''), writes]);
    expect(rows).toEqual(Object.entries(ROWS).map(([writes, { member }]) => [member, writes]));
  });

  it('is a mistake in the bundle where it is another spelling of a key identifier', async () => {
    for (const kid of [shared.kid, sts.kid]) {
      const last = kid.at(-1) as string;
      const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
      const twin = kid.slice(0, -1) + alphabet[alphabet.indexOf(last) + 1];
      expect(Buffer.from(twin, 'base64url')).toEqual(Buffer.from(kid, 'base64url'));
      await expect(says({ keys: [twin] }, shared)).rejects.toMatchObject({ code: 'bundle_invalid' });
    }
  });

  it('finds by names what the patterns match, and nothing else', () => {
    const segment = fc.constantFrom('a', 'b', 'ab', 'c.d');
    const id = fc
      .array(segment, { minLength: 1, maxLength: 4 })
      .map((parts) => `spiffe://prod.example.com/${parts.join('/')}`);
    const pattern = fc.oneof(
      id,
      id.map((text) => `${text}/*`),
      fc.constant('spiffe://prod.example.com/*'),
      fc.constant('spiffe://other.example.com/*'),
    );
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 5 }), id, (subjects, name) => {
        const matches = subjects.some((text) => parseSubjectPattern(text).matches(name as WorkloadId));
        expect(compileDenials({ subjects }).name(name)).toBe(matches);
      }),
      { numRuns: 2_000 },
    );
  });

  it('costs the same with 100,000 of them', () => {
    const many = Array.from({ length: 100_000 }, (_, at) => `spiffe://prod.example.com/x${at}/*`);
    const few = compileDenials({ subjects: many.slice(0, 1) });
    const all = compileDenials({ subjects: many });
    const cost = (ask: (name: string) => boolean): number => {
      const start = performance.now();
      for (let at = 0; at < 20_000; at++) ask(`spiffe://prod.example.com/y${at}/z`);
      return performance.now() - start;
    };
    const ratios = Array.from({ length: 9 }, () => cost(all.name) / cost(few.name)).sort((a, b) => a - b);
    // Linear, it would be tens of thousands.
    expect(ratios[4]).toBeLessThan(10);
  });
});
