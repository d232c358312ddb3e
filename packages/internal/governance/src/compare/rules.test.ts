import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { describeCheckout } from '../repository.ts';
import type { ContractDocument, ContractVersion } from './document.ts';
import { compareContracts } from './rules.ts';

const root = fileURLToPath(new URL('../../../../../', import.meta.url));
const TODAY = await describeCheckout(root);
const V1 = TODAY.versions['1'] as ContractVersion;

type Changes = { readonly [Part in keyof ContractVersion]?: object };

/** Version 1 with members replaced; `undefined` takes one out. */
function version(changes: Changes): ContractDocument {
  const parts = Object.entries(changes).map(([part, members]) => {
    const merged = { ...V1[part as keyof ContractVersion], ...(members as object) };
    return [part, Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined))];
  });
  return { ...TODAY, versions: { '1': { ...V1, ...Object.fromEntries(parts) } } };
}

const codes = (changes: object): ContractDocument => {
  const merged = Object.entries({ ...TODAY.errorCodes, ...changes }).filter(([, row]) => row !== undefined);
  return { ...TODAY, errorCodes: Object.fromEntries(merged) };
};

const row = { category: 'credential', publicCode: 'invalid_token', retryable: false };
const es256 = V1.algorithms.ES256 as object;
const valid = V1.vectors['valid.json'];
const firstVector = Object.keys(valid?.vectors ?? {})[0] ?? '';

const BREAKING: readonly (readonly [what: string, after: ContractDocument, who: string])[] = [
  [
    'constant `type` changed from "wid+jwt" to "wid2+jwt"',
    version({ constants: { type: 'wid2+jwt' } }),
    'new minter → old verifier',
  ],
  [
    'constant `salt` changed from absent to "a"',
    version({ constants: { salt: 'a' } }),
    'old minter → new verifier',
  ],
  ['limit `roles` changed from 32 to 16', version({ limits: { roles: 16 } }), 'old minter → new verifier'],
  ['limit `roles` changed from 32 to 64', version({ limits: { roles: 64 } }), 'new minter → old verifier'],
  [
    'limit `roles` changed from 32 to absent',
    version({ limits: { roles: undefined } }),
    'new minter → old verifier',
  ],
  [
    'limit `claims` changed from absent to 9',
    version({ limits: { claims: 9 } }),
    'old minter → new verifier',
  ],
  [
    'limit `secretBytes` changed from 32 to 64',
    version({ limits: { secretBytes: 64 } }),
    'old minter → new verifier',
  ],
  [
    'limit `secretBytes` changed from 32 to 16',
    version({ limits: { secretBytes: 16 } }),
    'new minter → old verifier',
  ],
  [
    'algorithm `ES256` was dropped',
    version({ algorithms: { ES256: undefined } }),
    'old minter → new verifier',
  ],
  ['algorithm `ES512` was added', version({ algorithms: { ES512: es256 } }), 'new minter → old verifier'],
  [
    'algorithm `ES256` changed from',
    version({ algorithms: { ES256: { ...es256, verifyByDefault: false } } }),
    'old minter → new verifier',
  ],
  [
    '`alg` EdDSA reads as absent and no longer as "Ed25519"',
    version({ algorithmNames: { EdDSA: undefined } }),
    'old minter → new verifier',
  ],
  [
    '`alg` EdDSA reads as "ES256" and no longer as "Ed25519"',
    version({ algorithmNames: { EdDSA: 'ES256' } }),
    'new minter → old verifier',
  ],
  ['schema `claims` was removed', version({ schemas: { claims: undefined } }), 'old minter → new verifier'],
  ['schema `other` was added', version({ schemas: { other: {} } }), 'new minter → old verifier'],
  [
    `frozen vector \`${firstVector}\` was changed in valid.json`,
    version({
      vectors: { 'valid.json': { sha256: 'x', vectors: { ...valid?.vectors, [firstVector]: 'x' } } },
    }),
    'every implementation',
  ],
  [
    'frozen vector `another` was added to the frozen file valid.json',
    version({ vectors: { 'valid.json': { sha256: 'x', vectors: { ...valid?.vectors, another: 'x' } } } }),
    'every implementation',
  ],
  [
    'the frozen file bundle.json was changed outside its vectors',
    version({ vectors: { 'bundle.json': { sha256: 'x', vectors: {} } } }),
    'every implementation',
  ],
  [
    'the frozen vectors keys.json were taken out',
    version({ vectors: { 'keys.json': undefined } }),
    'every implementation',
  ],
  ['error code `denied` was removed or renamed', codes({ denied: undefined }), 'everyone whose program'],
  [
    'error code `denied` changed: `category` from "trust" to "credential"',
    codes({ denied: row }),
    'everyone whose program',
  ],
  [
    'error code `denied` changed: `retryable` from false to true',
    codes({ denied: { ...TODAY.errorCodes.denied, retryable: true } }),
    'everyone whose program',
  ],
  [
    'error code `other` was added with the new public code `teapot`',
    codes({ other: { ...row, publicCode: 'teapot' } }),
    'every caller',
  ],
  ['version 1 of the contract was removed', { ...TODAY, versions: {} }, 'old minter → new verifier'],
  ['docs/contract/v1.md was removed', { ...TODAY, specifications: [] }, 'everyone who implements'],
];

describe('the rules stop', () => {
  it.each(BREAKING)('%s', (what, after, who) => {
    const found = compareContracts(TODAY, after);
    expect(found).toHaveLength(1);
    expect(found[0]?.what.replace(/^version 1: /, '').startsWith(what), found[0]?.what).toBe(true);
    expect(found[0]?.additive).toBeUndefined();
    expect(found[0]?.breaks.some((line) => line.startsWith(who))).toBe(true);
  });

  it('a version that is a number and no more', () => {
    const half = { ...TODAY, versions: { ...TODAY.versions, '2': { ...V1, vectors: {} } } };
    expect(compareContracts(TODAY, half)).toMatchObject([
      { breaks: [expect.stringMatching(/version_unsupported/)] },
    ]);
    for (const part of [
      'constants that say its number',
      'valid.json',
      'invalid.json',
      'docs/contract/v2.md',
    ]) {
      expect(compareContracts(TODAY, half)[0]?.what).toContain(part);
    }
  });

  it('a changed version 1, whatever stands beside it', () => {
    const second = { ...V1, constants: { ...V1.constants, version: 2 } };
    const both = {
      ...version({ limits: { roles: 16 } }),
      specifications: ['1', '2'],
    };
    const after = { ...both, versions: { ...both.versions, '2': second } };
    expect(compareContracts(TODAY, after)).toMatchObject([
      {
        what: 'version 1: limit `roles` changed from 32 to 16',
        breaks: [expect.stringMatching(/old minter/)],
      },
      { what: 'version 2 of the contract was added', additive: expect.stringMatching(/beside/) },
    ]);
  });
});

describe('the rules let through', () => {
  it('nothing new', () => {
    expect(compareContracts(TODAY, structuredClone(TODAY))).toEqual([]);
  });

  it.each([
    ['an error code', codes({ other: row }), 'error code `other` was added'],
    [
      'vectors in a file of their own',
      version({ vectors: { 'valid-env.json': { sha256: 'x', vectors: {} } } }),
      'version 1: vectors valid-env.json were added',
    ],
  ])('%s', (_, after, what) => {
    expect(compareContracts(TODAY, after)).toMatchObject([
      { what, additive: expect.any(String), breaks: [] },
    ]);
  });

  it('another wording of an error', () => {
    expect(Object.keys(TODAY.errorCodes.denied ?? {}).sort()).toEqual([
      'category',
      'publicCode',
      'retryable',
    ]);
  });
});
