// What each script of the root package.json runs, one tool after the other. `run.mjs` runs them; tests run them on a copy.

/** @typedef {readonly [tool: string, ...args: string[]]} Command */

/** @type {Command} */
const build = ['turbo', 'run', 'build'];

/** @type {Command} */
const knip = ['knip', '--no-config-hints', '--config', 'packages/internal/release/knip.json'];

/** @type {Command} */
const contractCheck = ['node', 'packages/internal/governance/src/check-contract.ts'];

/** @type {Command} */
const contractSnapshot = ['node', 'packages/internal/governance/src/snapshot-contract.ts'];

/** @satisfies {Record<string, readonly Command[]>} */
export const scripts = {
  'setup:python': [['node', 'packages/internal/tools/src/venv.mjs']],
  test: [['vitest', 'run']],
  demo: [['node', 'packages/internal/demo/src/main.ts']],
  bench: [build, ['node', 'packages/internal/bench/src/main.ts']],
  conformance: [['node', 'packages/internal/conformance/src/main.ts']],
  fuzz: [['node', 'packages/internal/fuzz/src/main.ts']],
  lint: [['biome', 'ci', '--error-on-warnings', '.']],
  format: [['biome', 'check', '--write', '.']],
  types: [['tsc', '--noEmit']],
  build: [build],
  'contract:check': [contractCheck],
  'contract:snapshot': [build, contractSnapshot],
  'contract:kept': [['node', 'packages/internal/governance/src/check-kept.ts']],
  'check:imports': [['node', 'packages/internal/tools/src/check-imports.ts']],
  'check:packages': [build, ['node', 'packages/internal/tools/src/check-packages.ts']],
  'check:budget': [build, ['node', 'packages/internal/release/src/supply/check-budget.ts']],
  'check:changeset': [['node', 'packages/internal/release/src/version/check-changeset.ts']],
  'check:dependencies': [knip, [...knip, '--production']],
  // The versions, and with them the contract that they hold: what is released is what is kept.
  'release:version': [['changeset', 'version'], build, contractSnapshot, [...contractCheck, '--write']],
  'release:snapshot': [
    ['changeset', 'version', '--snapshot', 'next'],
    ['node', 'packages/internal/release/src/version/check-snapshot.ts'],
  ],
  'release:check': [build, ['node', 'packages/internal/governance/src/check-release.ts']],
  'release:pack': [build, ['node', 'packages/internal/release/src/supply/pack-release.ts']],
  rehearsal: [['node', 'packages/internal/release/src/rehearsal/main.ts']],
  sbom: [['node', 'packages/internal/release/src/supply/write-sbom.ts']],
};
