import type { TrustSnapshot } from '@workload-identity/core';
import { type Counts, count, type Find, type Fuzzer, type Target } from '../fuzzer.ts';
import { randomOf } from '../random.ts';
import { alter, describeChain, makeStart, type Start, saysMore } from './chains.ts';
import { explain } from './differences.ts';
import { judge, snapshotOf } from './ours.ts';
import { openGo, openPython, type Peer } from './peers.ts';

class CertificateFuzzer implements Fuzzer {
  readonly counts: Counts = new Map();
  readonly #start: Start;
  readonly #snapshot: TrustSnapshot;
  readonly #peers: readonly [python: Peer, go: Peer];
  readonly #seed: number;

  constructor(start: Start, snapshot: TrustSnapshot, seed: number) {
    this.#start = start;
    this.#snapshot = snapshot;
    this.#peers = [openPython(start.anchors), openGo(start.anchors)];
    this.#seed = seed;
  }

  async run(index: number): Promise<Find | undefined> {
    const { chain, changes } = alter(this.#start, randomOf(this.#seed, index));
    const [ours, python, go] = (await Promise.all([
      judge(chain, this.#snapshot).catch((error: Error) => `threw ${error.stack}`),
      ...this.#peers.map((peer) => peer.ask(chain)),
    ])) as [string, string, string];
    const verdicts = [ours, python, go].map((verdict) => (verdict === 'ok' ? 'ok' : 'no')).join(' ');
    const because = ours.startsWith('threw')
      ? undefined
      : explain({ ours, python, go }, chain.some(saysMore));
    count(this.counts, `ours, Python, Go: ${verdicts}`);
    if (because === 'same') return undefined;
    if (because !== undefined) {
      count(this.counts, `difference: ${because}`);
      return undefined;
    }
    const what = `ours: ${ours}\n  Python: ${python}\n  Go: ${go}`;
    const minimal = `${changes.join(' ')}\n${describeChain(chain)}`;
    return { target: 'certificates', seed: this.#seed, index, what, minimal };
  }

  async close(): Promise<void> {
    for (const peer of this.#peers) peer.close();
  }
}

/** Altered certificates, held against Python's `cryptography` and Go's `crypto/x509`. */
export const certificates: Target = {
  name: 'certificates',
  cases: 'chains',
  runs: 400_000,
  async open(seed) {
    const start = makeStart();
    return new CertificateFuzzer(start, await snapshotOf(start.anchors), seed);
  },
};
