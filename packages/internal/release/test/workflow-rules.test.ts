import { describe, expect, it } from 'vitest';
import { workflowProblems } from '../src/workflows/rules.ts';
import { readWorkflows, workflowFile } from '../src/workflows/workflow.ts';
import { root } from './pages.ts';

const files = readWorkflows(root);

/** The problems of a workflow of which one part is written differently. */
function changed(name: string, before: string | RegExp, after: string): readonly string[] {
  const one = files.find((file) => file.name === name);
  const text = one?.text.replace(before, () => after) ?? '';
  expect(text).not.toBe(one?.text);
  return workflowProblems(files.map((file) => (file.name === name ? workflowFile(name, text) : file)));
}

const HASH = '08c6903cd8c0fde910a37f88322edcfb5dd907a8';
const expression = (what: string): string => `\${{ ${what} }}`;
const SECRET = expression('secrets.NPM_TOKEN');
const PUBLISH = '      - name: Publish\n';
const CHECK = '      - name: Check the digest\n';
const LOOP = '          done < packages/order.txt\n';

describe('attack 62: a job that could publish beside the one that does', () => {
  it.each([
    ['ci.yml', 'contents: read', 'contents: read\n      id-token: write', 'may write id-token'],
    ['release.yml', 'contents: read', 'contents: read\n      id-token: write', 'build may write id-token'],
    [
      'release.yml',
      'contents: write #',
      'id-token: write\n      contents: write #',
      'tag may write id-token',
    ],
    ['ci.yml', 'contents: read', 'contents: write', 'may write contents'],
    ['ci.yml', '      contents: read', '      actions: write', 'may write actions'],
    [
      'ci.yml',
      'permissions:\n      contents: read',
      'permissions: write-all',
      'has the permissions write-all',
    ],
    ['ci.yml', 'permissions: {}', 'permissions: { id-token: write }', 'every job has permissions'],
    ['ci.yml', 'permissions: {}\n', '', 'every job has permissions'],
    [
      'ci.yml',
      'run: bash .ci/run',
      `run: bash .ci/run\n        env: { TOKEN: "${SECRET}" }`,
      'can read secrets',
    ],
    [
      'release.yml',
      '    env:\n      REGISTRY',
      `    env:\n      TOKEN: ${SECRET}\n      REGISTRY`,
      'build can read secrets',
    ],
    ['ci.yml', 'jobs:\n', `env: { TOKEN: "${SECRET}" }\njobs:\n`, 'ci.yml: has `env`'],
    [
      'ci.yml',
      '          REGISTRY: $',
      `          TOKEN: ${expression("toJSON(Secrets)['NPM_TOKEN']")}\n          REGISTRY: $`,
      'can read secrets',
    ],
    ['release.yml', '    outputs:', '    environment: release\n    outputs:', 'build has an environment'],
    ['ci.yml', 'pull_request:', 'pull_request_target:', 'is started by pull_request_target'],
    ['ci.yml', 'pull_request:', 'workflow_run: { workflows: [release] }', 'is started by workflow_run'],
    ['ci.yml', '    steps:', '    secrets: inherit\n    steps:', 'has `secrets`'],
    ['release.yml', 'workflow_dispatch:', 'push:\n  workflow_dispatch:', 'is started by push'],
    ['release.yml', '  check:\n', '  check:\n    continue-on-error: true\n', 'check has `continue-on-error`'],
    [
      'release.yml',
      'run: bash .ci/run',
      'run: bash .ci/run\n        shell: true {0}',
      'check has a step with `shell`',
    ],
  ])('in %s is found out: %s in place of %s', (name, before, after, problem) => {
    expect(changed(name, before, after).join('\n')).toContain(problem);
  });

  it('is there none at all is found out too', () => {
    expect(changed('release.yml', '  publish:\n', '  other:\n').join('\n')).toContain('there is no job');
  });
});

describe('attack 62: code that runs beside the token', () => {
  it.each([
    [
      'a checkout',
      PUBLISH,
      `      - uses: actions/checkout@${HASH} # v5.0.0\n${PUBLISH}`,
      'uses actions/checkout',
    ],
    [
      'another action',
      PUBLISH,
      `      - uses: somebody/publish@${HASH} # v1.0.0\n${PUBLISH}`,
      'uses somebody/publish',
    ],
    [
      'an action that writes a configuration for npm',
      'node-version: 24.21.0\n          package-manager-cache: false\n      - uses: actions/download',
      'node-version: 24.21.0\n          registry-url: a\n          package-manager-cache: false\n      - uses: actions/download',
      'uses actions/setup-node',
    ],
    [
      'packages of another run',
      '          path: packages\n',
      '          path: packages\n          run-id: 1\n',
      'uses actions/download-artifact',
    ],
    [
      'packages where npm looks for its configuration',
      '          path: packages\n',
      '          path: .\n',
      'uses actions/download-artifact',
    ],
    [
      'a container',
      '    environment: release',
      '    container: node\n    environment: release',
      'has `container`',
    ],
    ['a service', '    environment: release', '    services: {}\n    environment: release', 'has `services`'],
    [
      'a machine of our own',
      /publish:\n {4}needs: .*\n {4}runs-on: ubuntu-24.04/,
      'publish:\n    needs: [build, check]\n    runs-on: self-hosted',
      'runs elsewhere',
    ],
    [
      'an environment for all steps',
      '    environment: release',
      '    env: { NODE_OPTIONS: --require=x }\n    environment: release',
      'has an environment of all its steps',
    ],
    [
      'an environment of npm',
      '          KIND: $',
      '          NODE_OPTIONS: --require=x\n          KIND: $',
      'sets NODE_OPTIONS',
    ],
    ['another shell', PUBLISH, `${PUBLISH}        shell: node {0}\n`, 'has a step with `shell`'],
    [
      'another folder',
      PUBLISH,
      `${PUBLISH}        working-directory: packages\n`,
      'has a step with `working-directory`',
    ],
    ['no wait for the tests', 'needs: [build, check]', 'needs: [build]', 'does not wait for the build'],
    ['no wait', '    needs: [build, check]\n', '', 'does not wait for the build'],
    [
      'a start whatever the tests say',
      '    needs: [build, check]\n',
      '    needs: [build, check]\n    if: always()\n',
      'does not wait for the build',
    ],
    ['a token that is none', `NODE_AUTH_TOKEN: ${SECRET}`, 'NODE_AUTH_TOKEN: a', 'has the token elsewhere'],
    ['no end', '    timeout-minutes: 15\n', '', 'has no end'],
    ['install scripts', 'set -- --ignore-scripts ', 'set -- ', 'publishes without --ignore-scripts'],
    ['another tarball', '"./packages/$file"', '.', 'runs npm publish . $@'],
    [
      'the token in the step before',
      '          DIGEST: $',
      `          NODE_AUTH_TOKEN: ${SECRET}\n          DIGEST: $`,
      'has the token elsewhere',
    ],
    [
      'another secret',
      '          KIND: $',
      `          KIND: ${expression('secrets.OTHER')}$`,
      'has the token elsewhere',
    ],
  ])('because of %s is found out', (_, before, after, problem) => {
    expect(changed('release.yml', before, after).join('\n')).toContain(problem);
  });

  it.each([
    'npm ci',
    'npm install left-pad',
    'npm --prefix packages ci',
    'npm run build',
    'npm exec tool',
    'npx tool',
    'pnpm publish',
    'corepack enable',
    'node script.mjs',
    'bash .ci/run',
    'sh packages/run',
    './packages/run',
    'packages/run',
    '. packages/run',
    'source packages/run',
    'eval "$file"',
    'git clone repository',
    'curl address | sh',
    'python3 -c code',
    'tar -xf packages/one.tgz',
    'env npm ci',
    'command npm ci',
    'find . -exec node {} +',
    'if test -f a; then node a; fi',
    'echo "$(node a)"',
    'echo "$(echo "$(node a)")"',
    'echo $(node "(")',
    'echo `node a`',
    'echo a && node a',
    'echo a; node a',
    'echo a | node',
    'wc -l < <(node a)',
    'node <<< code',
    'PATH=packages npm view "$package" dist.integrity --registry "$REGISTRY"',
    'export PATH=packages',
    'echo packages >> "$GITHUB_PATH"',
    'echo NODE_OPTIONS=x >> "$GITHUB_ENV"',
    'printf planted > packages/one.tgz',
    'npm publish "./packages/$file" "$@" --tag latest',
    'npm publish "./packages/$file"',
    'set -- --registry elsewhere',
    'for one in a; do node a; done',
    'run() { node a; }',
    '(node a)',
    '{ node a; }',
    'echo a \\\n            && node a',
    'exec node a',
    'printf -v PATH packages',
    "there='$(node a)'",
    "there=$'\\x24(node a)'",
    `echo "\${there@P}"`,
    `echo "\${NODE_OPTIONS:=--require=a}"`,
    "echo 'a\n          ' ; node a ; echo '\n          '",
    '# a \\\n          node a',
    'echo a # b \\\n          node a',
    'echo "$((node a))"',
    'tar -xzf "./$file"',
    'tar -xOzf "./$file" --to-command=node',
    'grep -f packages/a order.txt',
    'trap "node a" EXIT',
  ])('as the command %s is found out', (command) => {
    expect(changed('release.yml', LOOP, `${LOOP}          ${command}\n`)).not.toEqual([]);
  });
});

describe('attack 62: packages that are not those that were tested', () => {
  it.each([
    ['the step is gone', /( {6}- name: Check the digest\n[\s\S]*?)(?= {6}- name: Publish)/, ''],
    ['it is not held to', CHECK, `${CHECK}        continue-on-error: true\n`],
    ['it does not always run', CHECK, `${CHECK}        if: inputs.kind == 'release'\n`],
    ['its failure is forgotten', '| sha256sum --check --strict\n', '| sha256sum --check --strict || true\n'],
    ['files are not compared', '          sha256sum --check --strict SHA256SUMS\n', ''],
    ['files may lie beside', /.*-eq "\$\(\(listed \+ 1\)\)"\n/, ''],
    ['the sums are not compared', /.*"\$DIGEST" \| sha256sum.*\n/, ''],
    ['the digest comes from elsewhere', 'needs.build.outputs.digest', 'inputs.digest'],
    ['the build says none', /.*digest: \$\{\{ steps.digest.outputs.digest.*\n/, ''],
    ['something runs in between', PUBLISH, `      - run: echo a\n${PUBLISH}`],
    [
      'the download comes after it',
      PUBLISH,
      '      - uses: actions/download-artifact@634f93cb2916e3fdff6788551b99b062d0335ce0 # v5.0.0\n        with: { name: packages, path: packages }\n' +
        PUBLISH,
    ],
    ['something else follows', LOOP, `${LOOP}      - run: echo a\n`],
  ])('because %s are found out', (_, before, after) => {
    expect(changed('release.yml', before, after)).not.toEqual([]);
  });
});

describe('attack 62: an action that may change under its name', () => {
  const checkout = `actions/checkout@${HASH} # v5.0.0`;

  it.each([
    ['a tag', 'actions/checkout@v5', 'is not pinned'],
    ['a branch', 'actions/checkout@main', 'is not pinned'],
    ['a short hash', 'actions/checkout@08c6903', 'is not pinned'],
    ['no version', 'actions/checkout', 'is not pinned'],
    ['an image', 'docker://node:24', 'is not pinned'],
    ['a folder of the repository', './.github/actions/own', 'is not pinned'],
    ['a hash that says no version', `actions/checkout@${HASH}`, 'does not say which version'],
    ['a cache', `actions/cache@${HASH} # v4.0.0`, 'a cache that other runs fill'],
    ['a part of a cache', `actions/cache/restore@${HASH} # v4.0.0`, 'is not pinned'],
  ])('as %s is found out', (_, action, problem) => {
    for (const name of ['ci.yml', 'release.yml'])
      expect(changed(name, checkout, action).join('\n')).toContain(problem);
  });

  it('is not what a cache of setup-node is, and that is found out too', () => {
    const cached = changed('ci.yml', 'package-manager-cache: false', 'package-manager-cache: true');
    expect(cached.join('\n')).toContain('with its cache on');
    expect(changed('ci.yml', 'package-manager-cache: false', 'cache: npm').join('\n')).toContain(
      'a cache that',
    );
  });

  it('is not what an expression in a command is, and that is found out too', () => {
    expect(
      changed('ci.yml', 'bash .ci/run', `bash .ci/run ${expression('github.head_ref')}`).join('\n'),
    ).toContain('puts an expression into a command');
  });
});
