import { describe, expect, it } from 'vitest';
import { hasGo, hasPython } from './certificates/peers.ts';
import type { Counts, Find } from './fuzzer.ts';
import { work } from './run/work.ts';
import { TARGETS } from './targets.ts';

/** How many cases the short form of each target runs, and what they must have come to at least once. */
const SHORT: readonly (readonly [name: string, cases: number, seen: readonly string[]])[] = [
  [
    'tokens',
    6_000,
    [
      'accepted, hmac',
      'accepted, asymmetric',
      'accepted, ca',
      'token_too_large',
      'token_malformed',
      'header_invalid',
      'type_unsupported',
      'algorithm_not_allowed',
      'key_unknown',
      'chain_invalid',
      'chain_untrusted',
      'leaf_expired',
      'rung_unsupported',
      'signature_invalid',
      'claims_invalid',
      'version_unsupported',
      'lifetime_exceeded',
      'token_expired',
      'token_not_yet_valid',
      'audience_mismatch',
      'issuer_not_allowed',
      'denied',
      'confirmation_required',
      'confirmation_mismatch',
    ],
  ],
  ['bundles', 700, ['loaded', 'bundle_invalid', 'secret_unavailable', 'schema: takes', 'schema: refuses']],
  [
    'configuration',
    1_500,
    [
      'readConfiguration: config_invalid',
      'readConfiguration: done',
      'createWorkloadIdentity: done',
      'ready: secret_unavailable',
    ],
  ],
  [
    'identifiers',
    3_000,
    ['parseWorkloadId: taken', 'issuerSchema: taken', 'pattern: matches', 'pattern: does not match'],
  ],
  ['costs', 300, ['headers']],
];

async function run(
  name: string,
  cases: number,
): Promise<{ readonly finds: readonly Find[]; readonly counts: Counts }> {
  const target = TARGETS.find((one) => one.name === name);
  if (target === undefined) throw new TypeError(`no target ${name}`);
  const finds: Find[] = [];
  const { counts } = await work(
    target,
    { seed: 20_260_131, first: 0, step: 1, cases, time: Number.POSITIVE_INFINITY },
    { find: (find) => finds.push(find) },
  );
  return { finds, counts };
}

describe('the short form of every target', () => {
  it.each(SHORT)(
    'attack 15: %s: %i cases find nothing, and come to everything',
    async (name, cases, seen) => {
      const { finds, counts } = await run(name, cases);
      expect(finds).toEqual([]);
      expect(seen.filter((one) => !counts.has(one))).toEqual([]);
    },
    120_000,
  );

  it('attack 15: certificates: none is taken that Python and Go refuse, and every difference is explained', async ({
    skip,
  }) => {
    const missing = [hasPython() ? '' : 'Python with cryptography', hasGo() ? '' : 'Go'].filter(
      (one) => one !== '',
    );
    if (missing.length > 0) {
      const why = `needs ${missing.join(' and ')}: see packages/internal/conformance/README.md`;
      if (process.env['CI'] === 'true') expect.fail(why);
      skip(why);
    }
    const { finds, counts } = await run('certificates', 800);
    expect(finds).toEqual([]);
    const verdicts = [...counts.keys()].filter((one) => one.startsWith('ours, Python, Go: '));
    expect(verdicts).toContain('ours, Python, Go: ok ok ok');
    expect(verdicts).toContain('ours, Python, Go: no no no');
  }, 120_000);

  it('has a short form for each', () => {
    expect([...SHORT.map(([name]) => name), 'certificates'].sort()).toEqual(
      TARGETS.map(({ name }) => name).sort(),
    );
  });
});
