import { createPublicKey } from 'node:crypto';
import { type Algorithm, isWorkloadIdentityError, type PublicJwk } from '@workload-identity/contract';
import type { EngineKey } from '@workload-identity/core';
import { engine } from '../../../../library/core/src/engine/node.ts';
import type { Suite, Verdict } from '../suite.ts';
import { readVectors } from '../vectors.ts';

interface Test {
  readonly tcId: number;
  readonly flags: readonly string[];
  readonly msg: string;
  readonly key?: string;
  readonly sig?: string;
  readonly tag?: string;
  readonly result: 'valid' | 'invalid' | 'acceptable';
}

interface Group {
  readonly keySize?: number;
  readonly tagSize?: number;
  /** SubjectPublicKeyInfo, hex. */
  readonly publicKeyDer?: string;
  readonly tests: readonly Test[];
}

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');

function keyOf(algorithm: Algorithm, group: Group, test: Test): EngineKey | Promise<EngineKey> {
  if (test.key !== undefined) return engine.importSecret(algorithm, bytes(test.key));
  const key = createPublicKey({ key: bytes(group.publicKeyDer ?? ''), format: 'der', type: 'spki' });
  return engine.importPublicKey(algorithm, key.export({ format: 'jwk' }) as PublicJwk);
}

/** The engine signs the bytes before the second dot, whatever they are: the message of a vector stands in their place. */
async function verdictOn(algorithm: Algorithm, group: Group, test: Test): Promise<Verdict> {
  try {
    const key = await keyOf(algorithm, group, test);
    const message = bytes(test.msg).toString('latin1');
    const signature = bytes(test.sig ?? test.tag ?? '').toString('base64url');
    return (await engine.verify(key, `${message}.${signature}`, message.length)) ? 'accept' : 'refuse';
  } catch (error) {
    if (isWorkloadIdentityError(error)) return 'refuse';
    throw error;
  }
}

function idOf({ keySize, tagSize }: Group, { tcId, flags }: Test): string {
  const sizes = [
    ...(keySize === undefined ? [] : [`key ${keySize} bits`]),
    ...(tagSize === undefined ? [] : [`tag ${tagSize} bits`]),
  ];
  return `${sizes.join(', ')} ${tcId} ${flags.join(' ')}`.trim();
}

/** C2SP/wycheproof: one signature or MAC algorithm of JOSE, on the engine of the core. */
export function primitive(folder: string, name: string, file: string, algorithm: Algorithm): Suite {
  return {
    name,
    cases: () =>
      readVectors<{ testGroups: readonly Group[] }>(folder, `wycheproof/${file}`).testGroups.flatMap(
        (group) =>
          group.tests.map((test) => ({
            id: idOf(group, test),
            expected: test.result === 'invalid' ? ('refuse' as const) : ('accept' as const),
            verdict: () => verdictOn(algorithm, group, test),
          })),
      ),
  };
}
