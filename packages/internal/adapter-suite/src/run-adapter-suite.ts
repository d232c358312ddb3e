import { afterAll, beforeAll, describe } from 'vitest';
import type { Adapter } from './adapter.ts';
import { authorizationCases } from './cases/authorization.ts';
import { boundCases } from './cases/bounds.ts';
import { credentialCases } from './cases/credentials.ts';
import { faultCases } from './cases/faults.ts';
import { fuzzCases } from './cases/fuzz.ts';
import { identityHeaderCases } from './cases/identity-headers.ts';
import { identityTrailerCases } from './cases/identity-trailers.ts';
import { leakCases } from './cases/leaks.ts';
import { misuseCases } from './cases/misuse.ts';
import { optionalCases } from './cases/optional.ts';
import { pathCases } from './cases/paths.ts';
import { pollutionCases } from './cases/pollution.ts';
import { Harness } from './harness.ts';
import { createWorld } from './world.ts';

const CASES = [
  credentialCases,
  authorizationCases,
  optionalCases,
  pathCases,
  identityHeaderCases,
  identityTrailerCases,
  misuseCases,
  faultCases,
  leakCases,
  boundCases,
  pollutionCases,
  fuzzCases,
];

/** Runs every case against a real server of an adapter. */
export async function runAdapterSuite(name: string, adapter: Adapter): Promise<void> {
  const world = await createWorld();
  const harness = new Harness(adapter, world);
  describe(name, () => {
    beforeAll(() => harness.start());
    afterAll(async () => {
      await harness.close();
      world.close();
    });
    for (const register of CASES) register(harness);
  });
}
