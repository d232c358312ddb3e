import { createSecretKey, type KeyObject } from 'node:crypto';
import { jwtVerify } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { REASONS, type Reason } from './support/differences.ts';
import {
  type Draft,
  HEADER_MUTATIONS,
  PAYLOAD_MUTATIONS,
  pick,
  type Random,
  seeded,
  TOKEN_MUTATIONS,
  write,
} from './support/mutations.ts';
import { BILLING, NOW } from './support/names.ts';
import { outcomeOf } from './support/outcome.ts';
import { type Signing, secretSigning } from './support/signing.ts';
import { claimsOf, headerOf } from './support/tokens.ts';
import { bundleOf, issuing, makeWorld, open, sharing, verifierOf, type World } from './support/world.ts';

const TOKENS = 24_000;

/** How often each algorithm: symmetric ones cost little. */
const SHARES: readonly (readonly [Signing['algorithm'], number])[] = [
  ['HS256', 0.72],
  ['HS512', 0.08],
  ['ES256', 0.08],
  ['Ed25519', 0.08],
  ['ES384', 0.01],
  ['PS256', 0.02],
  ['RS256', 0.01],
];

let world: World;
let keys: ReadonlyMap<string, KeyObject>;
beforeAll(async () => {
  world = await makeWorld();
  keys = new Map([
    ...Object.values(world.secrets).map((one) => [one.kid, createSecretKey(one.secret)] as const),
    ...Object.values(world.pairs).map((one) => [one.kid, one.publicKey] as const),
  ]);
});

function choose(random: Random): Signing {
  let left = random();
  for (const [algorithm, share] of SHARES) {
    left -= share;
    if (left < 0) return world.all.find((one) => one.algorithm === algorithm) as Signing;
  }
  return world.secrets.HS256;
}

function generate(
  random: Random,
  twin: Signing,
): { token: string; signing: Signing; reasons: readonly Reason[] } {
  const signing = choose(random);
  const draft: Draft = {
    header: headerOf(signing),
    claims: claimsOf(signing),
    signing,
    others: [...world.all.filter((one) => one !== signing), twin],
    headerText: (json) => json,
    payloadText: (json) => json,
    token: (token) => token,
  };
  const reasons: Reason[] = [];
  for (const [mutations, share] of [
    [HEADER_MUTATIONS, 0.3],
    [PAYLOAD_MUTATIONS, 0.5],
    [PAYLOAD_MUTATIONS, 0.1],
    [TOKEN_MUTATIONS, 0.2],
  ] as const) {
    if (random() < share) reasons.push(...pick(random, mutations)(draft, random));
  }
  return { token: write(draft), signing, reasons };
}

function joseAccepts(token: string, signing: Signing): Promise<boolean> {
  const algorithms = signing.algorithm === 'Ed25519' ? ['Ed25519', 'EdDSA'] : [signing.algorithm];
  return jwtVerify(token, keys.get(signing.kid) as KeyObject, {
    algorithms,
    typ: 'wid+jwt',
    audience: BILLING,
    clockTolerance: 10,
    currentDate: new Date(NOW * 1000),
  }).then(
    () => true,
    () => false,
  );
}

describe('this verifier and jose', () => {
  test(`agree on ${TOKENS} tokens, but for where the contract is stricter`, async () => {
    // A second key for HS256, so that a token may name the wrong key of the right kind.
    const twin = secretSigning('HS256');
    const held = [...Object.values(world.secrets), twin];
    const source = await open(bundleOf([sharing(...held), issuing(...Object.values(world.pairs))]), ...held);
    const verifier = verifierOf(source);
    const random = seeded(20_260_101);
    const totals = { tokens: 0, 'both accept': 0, 'both refuse': 0, 'stricter here': 0, 'looser here': 0 };
    const stricter: Record<string, number> = {};
    const unexplained: string[] = [];
    for (let at = 0; at < TOKENS; at++) {
      const { token, signing, reasons } = generate(random, twin);
      const [here, there] = await Promise.all([
        outcomeOf(verifier.verify(token)),
        joseAccepts(token, signing),
      ]);
      totals.tokens++;
      if (here.startsWith('thrown')) unexplained.push(`${at}: ${here}`);
      else if (here === 'accepted') totals[there ? 'both accept' : 'looser here']++;
      else if (!there) totals['both refuse']++;
      else {
        totals['stricter here']++;
        const reason = reasons.find((one) => REASONS[one][0] === here);
        if (reason === undefined) unexplained.push(`${at}: ${here} of [${reasons.join()}] ${token}`);
        else stricter[reason] = (stricter[reason] ?? 0) + 1;
      }
    }
    process.stdout.write(`\n${report(totals)}\n${report(stricter)}\n`);
    expect(unexplained.slice(0, 5)).toEqual([]);
    expect(totals['looser here']).toBe(0);
    // Every reason is one that was met, and no side wins by refusing or accepting everything.
    expect(Object.keys(stricter).sort()).toEqual(Object.keys(REASONS).sort());
    expect(totals['both accept']).toBeGreaterThan(TOKENS / 4);
    expect(totals['both refuse']).toBeGreaterThan(TOKENS / 8);
  });
});

function report(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name}: ${count}`)
    .join(', ');
}
