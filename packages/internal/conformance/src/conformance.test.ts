import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AnchorSet, TOKEN_LEAF, validateChain } from '@workload-identity/x5c';
import { describe, expect, it } from 'vitest';
import { failuresOf, runSuite } from './run-suite.ts';
import type { Suite, Verdict } from './suite.ts';
import { findVectors, readVectors } from './vectors.ts';

const folder = findVectors();
if (folder === undefined) {
  process.stdout.write(
    'conformance: there are no vectors, set CONFORMANCE_VECTORS to their folder; tests skipped\n',
  );
}

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

function main(environment: NodeJS.ProcessEnv, ...args: readonly string[]) {
  const { INIT_CWD: _, ...rest } = process.env;
  return spawnSync(process.execPath, [MAIN, ...args], { env: { ...rest, ...environment }, encoding: 'utf8' });
}

function suiteOf(name: string, id: string, expected: Verdict, verdict: Verdict): Suite {
  return { name, cases: () => [{ id, expected, verdict: () => verdict }] };
}

const own = (failures: readonly string[]) =>
  failures.filter((line) => !line.includes('no case needs the reason'));

describe('the runner', () => {
  it('counts a verdict that is looser, and fails', async () => {
    const outcome = await runSuite(suiteOf('x509-limbo', 'a', 'refuse', 'accept'));
    expect(outcome.totals).toEqual({
      name: 'x509-limbo',
      cases: 1,
      agree: 0,
      stricter: 0,
      looser: 1,
      skipped: 0,
    });
    expect(own(failuresOf([outcome]))).toEqual(['x509-limbo: looser without a reason: a']);
  });

  it('fails for a stricter verdict without a reason, and not for one with', async () => {
    const bare = await runSuite(suiteOf('wycheproof JWS', 'a', 'accept', 'refuse'));
    expect(own(failuresOf([bare]))).toEqual(['wycheproof JWS: stricter without a reason: a']);
    const explained = await runSuite(suiteOf('wycheproof JWS', 'rs384/a', 'accept', 'refuse'));
    expect(own(failuresOf([explained]))).toEqual([]);
    expect(explained.totals).toMatchObject({ stricter: 1, agree: 0 });
  });

  it('has no reason that turns looser into anything else', async () => {
    const outcome = await runSuite(suiteOf('wycheproof JWS', 'rs384/a', 'refuse', 'accept'));
    expect(outcome.totals.looser).toBe(1);
    expect(own(failuresOf([outcome]))).toHaveLength(1);
  });

  it('fails for a reason that no case needs', () => {
    expect(failuresOf([])).toContainEqual(expect.stringContaining('no case needs the reason'));
  });

  it('says where the vectors are looked for when there are none', () => {
    const { status, stderr } = main({ CONFORMANCE_VECTORS: join(tmpdir(), 'nowhere') });
    expect(status).toBe(2);
    expect(stderr).toContain('CONFORMANCE_VECTORS');
  });
});

describe.skipIf(folder === undefined)('the suites', () => {
  it('agree, or are stricter or left out with a reason; none is looser', { timeout: 120_000 }, () => {
    const place = mkdtempSync(join(tmpdir(), 'conformance-'));
    try {
      const { status, stdout, stderr } = main(
        { CONFORMANCE_VECTORS: folder },
        '--json',
        join(place, 'totals.json'),
      );
      expect(stderr).toBe('');
      expect(status).toBe(0);
      expect(stdout).toMatch(/^total +\d+ +\d+ +\d+ +0 +\d+$/m);
      const { suites } = JSON.parse(readFileSync(join(place, 'totals.json'), 'utf8'));
      expect(suites).toHaveLength(11);
      expect(suites[0]).toMatchObject({ name: 'x509-limbo', stricter: 6, skipped: 0 });
      expect(suites[0].agree).toBeGreaterThanOrEqual(111);
      for (const { cases, agree, stricter, looser, skipped } of suites) {
        expect(agree + stricter + skipped).toBe(cases);
        expect(looser).toBe(0);
      }
    } finally {
      rmSync(place, { recursive: true });
    }
  });

  it('attack 16: no leaf of TLS in them is a leaf for tokens', () => {
    const file = 'x509-limbo/x5c-cases.json';
    const cases = readVectors<readonly { x5c: string[]; anchors: string[]; time: string | null }[]>(
      folder as string,
      file,
    );
    expect(cases).toHaveLength(117);
    for (const { x5c, anchors: texts, time } of cases) {
      const anchors = new AnchorSet();
      for (const text of texts) {
        try {
          anchors.add(Buffer.from(text, 'base64'));
        } catch {
          // An anchor that cannot be used is one fewer to accept a leaf.
        }
      }
      const chain = x5c.map((text) => Buffer.from(text, 'base64'));
      const now = Date.parse(time ?? '2025-06-01T00:00:00Z') / 1000;
      expect(() => validateChain(chain, anchors, TOKEN_LEAF, now)).toThrow(/^The certificate chain/);
    }
  });
});
