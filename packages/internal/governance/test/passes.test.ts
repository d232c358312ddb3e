import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { Copy, RELEASE } from './copy.ts';

const REPORT = 'docs/contract/compatibility.md';
const CODES = 'packages/library/contract/src/error-codes.ts';

const MINT_ENV = `
import { AsymmetricKey, createMinter, KeyRing } from './packages/library/core/src/index.ts';
const signers = new KeyRing({ active: await AsymmetricKey.generate() });
const minter = createMinter({ issuer: 'spiffe://prod.example.com/orders', signers });
const { token } = await minter.mint({ audience: 'billing', environment: 'prod' });
console.log(Buffer.from(token.split('.')[1], 'base64url').toString());
`;

/** Applies the diff of the worked example, as its reader would. */
function applyExample(copy: Copy): void {
  const [, diff = ''] = /^```diff\n(.*?)^```$/ms.exec(copy.read('docs/contract/proposals/0001-env.md')) ?? [];
  const { status, stderr } = spawnSync('git', ['apply', '-'], {
    cwd: copy.root,
    input: diff,
    encoding: 'utf8',
  });
  if (status !== 0)
    throw new Error(`the diff of the worked example does not fit the source any more: ${stderr}`);
}

/** Half of the additions of a test would be forgotten without their report. */
async function expectToPass(copy: Copy, additive: string): Promise<void> {
  const forgotten = await copy.check();
  expect(forgotten.output).toContain('compatibility.md is out of date');
  expect(forgotten.status).toBe(1);
  const { status, output } = await copy.check('--write');
  expect(output).toContain(`additive: ${additive}`);
  expect(output).toContain('1 additive, 0 breaking, 0 problems');
  expect(status).toBe(0);
  expect(copy.read(REPORT)).toContain(`## Added since ${RELEASE}\n\n- ${additive}`);
}

describe('what is additive passes', () => {
  it('an optional claim: the worked example, applied', async () => {
    using copy = new Copy();
    applyExample(copy);
    await copy.generate();
    await expectToPass(copy, 'version 1: claim `env` was added');
    expect(copy.read(REPORT)).toMatch(/\| `env`, new +\| – +\| (\d+) of \1 +\|/);
    expect(await copy.run('mint.mts', MINT_ENV)).toContain('"env":"prod"');
  }, 120_000);

  it('an error code', async () => {
    using copy = new Copy();
    copy.edit(
      CODES,
      '  denied: row(',
      `  worn_out: row('trust', 'invalid_token', 'Worn out', 'Mint it again'),\n  denied: row(`,
    );
    await expectToPass(copy, 'error code `worn_out` was added');
  }, 120_000);

  it('a whole version 2 beside version 1', async () => {
    using copy = new Copy();
    const schema = (name: string): void => {
      const text = copy.read(`packages/library/contract/schemas/${name}.schema.json`);
      copy.write(
        `packages/library/contract/schemas/${name}-v2.schema.json`,
        text.replace(`schema:${name}:1`, `schema:${name}:2`),
      );
    };
    for (const name of ['claims', 'header', 'trust-bundle']) schema(name);
    for (const name of ['valid', 'invalid'])
      copy.write(`packages/library/contract/vectors/v2/${name}.json`, '{"vectors":[]}');
    copy.write('docs/contract/v2.md', '# Version 2');
    copy.edit(
      'packages/library/contract/src/index.ts',
      `export { CONTRACT } from './constants.ts';`,
      `export { CONTRACT } from './constants.ts';\nexport { ALGORITHMS_V2, CONTRACT_V2, LIMITS_V2 } from './v2.ts';`,
    );
    copy.write(
      'packages/library/contract/src/v2.ts',
      `import { ALGORITHMS } from './algorithms.ts';
       import { CONTRACT } from './constants.ts';
       import { LIMITS } from './limits.ts';
       export const CONTRACT_V2 = { ...CONTRACT, version: 2 };
       export const LIMITS_V2 = { ...LIMITS, roles: 8 };
       export const ALGORITHMS_V2 = { ES256: ALGORITHMS.ES256 };`,
    );
    await expectToPass(copy, 'version 2 of the contract was added');
  }, 120_000);
});

describe('the kept release', () => {
  const KEPT = `packages/library/contract/released/${RELEASE}`;
  const SNAPSHOT = `${KEPT}/snapshot.json`;

  it('is not run once a tarball was changed', async () => {
    using copy = new Copy();
    const [tarball = ''] = Object.keys((JSON.parse(copy.read(SNAPSHOT)) as { tarballs: object }).tarballs);
    copy.write(`${KEPT}/${tarball}`, 'another');
    const { status, output } = await copy.check();
    expect(output).toContain(`problem: release ${RELEASE}: ${tarball} is not the one its snapshot names`);
    expect(output).toContain('0 tokens minted');
    expect(status).toBe(1);
  }, 120_000);

  it('is held against its snapshot, which nobody may bend', async () => {
    using copy = new Copy();
    copy.edit(SNAPSHOT, '"retryable": true\n   },\n   "secret', '"retryable": false\n   },\n   "secret');
    const { status, output } = await copy.check();
    expect(output).toContain(`problem: release ${RELEASE}: its snapshot does not say what its tarballs hold`);
    expect(status).toBe(1);
  }, 120_000);
});
