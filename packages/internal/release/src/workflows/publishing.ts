import { commandsOf } from './shell.ts';
import { type Job, SECRETS, type Step } from './workflow.ts';

/** Actions that run nothing of the repository, and what they may be told: not another place, nor another run. */
const ACTIONS: Readonly<Record<string, RegExp>> = {
  'actions/setup-node': /^{"node-version":"\d+\.\d+\.\d+","package-manager-cache":false}$/,
  'actions/download-artifact': /^{"name":"packages","path":"packages"}$/,
};

/** What the job that publishes may run, and with which arguments. All else is code that the digest does not cover. */
const PROGRAMS: Readonly<Record<string, RegExp>> = {
  '[': /^[^()]* \]$/,
  cd: /^packages$/,
  echo: /^/,
  exit: /^1$/,
  export: /^NPM_CONFIG_USERCONFIG=\$RUNNER_TEMP\/npmrc$/,
  find: /^\. ! -type d$/,
  grep: /^-(?:Evx \S+ \S+ \S+ order\.txt|c \S+|qF -e publishConfig -e \\u)$/,
  npm: /^(?:view \$package dist\.integrity --registry \$REGISTRY|publish \.\/packages\/\$file \$@)$/,
  printf: /^[^-]/,
  read: /^-r file package integrity$/,
  set: /^-- (?:--ignore-scripts --access public --registry \$REGISTRY|\$@ --(?:tag (?:next|latest)|provenance))$/,
  sha256sum: /^--check --strict(?: SHA256SUMS)?$/,
  tar: /^-(?:tzf|xOzf) \.\/\$file(?: package\/package\.json)?$/,
  test: /^/,
  tr: /^-d \[:space:\]$/,
  true: /^$/,
  umask: /^077$/,
  wc: /^-l$/,
};
const VARIABLES = new Set(['REGISTRY', 'listed', 'manifest', 'manifests', 'rest', 'there']);
const FILES = new Set(['/dev/null', '$RUNNER_TEMP/npmrc', 'SHA256SUMS', 'order.txt', 'packages/order.txt']);
const MEMBERS = new Set(['name', 'uses', 'with', 'env', 'run']);
const ENVIRONMENT = new Set(['DIGEST', 'KIND', 'NODE_AUTH_TOKEN', 'PROVENANCE', 'REGISTRY']);

/** An expression, as a workflow writes it. */
const expression = (what: string): string => `\${{ ${what} }}`;

const DIGEST = expression('needs.build.outputs.digest');
const CHECK = [
  'cd packages',
  String.raw`printf '%s  SHA256SUMS\n' "$DIGEST" | sha256sum --check --strict`,
  'sha256sum --check --strict SHA256SUMS',
  // Nothing lies beside the files that the sums name.
  'listed=$(wc -l < SHA256SUMS)',
  'test "$(find . ! -type d | wc -l)" -eq "$((listed + 1))"',
];

/** Whether a step compares all that was handed over with the digest of the job that built it, and first of all. */
const checks = ({ env, run = '' }: Step): boolean =>
  env?.['DIGEST'] === DIGEST && run.startsWith(CHECK.map((line) => `${line}\n`).join(''));

function commandProblems(run: string): readonly string[] {
  const problems = commandsOf(run).flatMap(({ sets, files, words: [program, ...args] }) => {
    const found = sets.filter((name) => !VARIABLES.has(name)).map((name) => `sets ${name}`);
    found.push(...files.filter((file) => !FILES.has(file)).map((file) => `reads or writes ${file}`));
    if (args.some((word) => word.includes('$('))) found.push(`hides a command in ${args.join(' ')}`);
    if (program === undefined) return found;
    const said = args.join(' ').replaceAll('"', '');
    if (PROGRAMS[program]?.test(said) !== true) found.push(`runs ${program} ${said}`);
    return found;
  });
  // Forms in which a text becomes a command, or in which the reader of commands and the shell may not see the same.
  if (/`|[<>]\(|<<|\$'|\\\n|\$\{\w+(?:@|:?=)/.test(run)) problems.push('hides a command');
  if (run.includes('npm publish') && !run.includes('\nset -- --ignore-scripts '))
    problems.push('publishes without --ignore-scripts');
  return problems;
}

function stepProblems(step: Step): readonly string[] {
  const problems = Object.keys(step)
    .filter((member) => !MEMBERS.has(member))
    .map((member) => `has a step with \`${member}\``);
  for (const name of Object.keys(step.env ?? {})) if (!ENVIRONMENT.has(name)) problems.push(`sets ${name}`);
  if (
    step.uses !== undefined &&
    !ACTIONS[step.uses.split('@')[0] ?? '']?.test(JSON.stringify(step.with ?? {}))
  )
    problems.push(`uses ${step.uses} with ${JSON.stringify(step.with ?? {})}`);
  return [...problems, ...commandProblems(step.run ?? '')];
}

/**
 * What is wrong with the job that publishes, a line each. It takes the packages by their digest and runs nothing else, and the token
 * is where npm publishes and nowhere else.
 *
 * @param build the job that hands the packages over; it runs no tests
 */
export function publishingProblems(job: Job, build: Job | undefined): readonly string[] {
  const steps = job.steps ?? [];
  const problems = steps.flatMap(stepProblems);
  const download = steps.findIndex(({ uses = '' }) => uses.startsWith('actions/download-artifact@'));
  const check = steps.findIndex(checks);
  if (JSON.stringify(job.needs) !== '["build","check"]' || job.if !== undefined)
    problems.push('does not wait for the build and the tests, or not always');
  if (!(download >= 0 && check === download + 1 && check === steps.length - 2))
    problems.push('does not check the digest between the download and the use');
  const { NODE_AUTH_TOKEN, ...env } = steps.at(-1)?.env ?? {};
  const elsewhere = { ...job, steps: [...steps.slice(0, -1), { ...steps.at(-1), env }] };
  if (NODE_AUTH_TOKEN !== expression('secrets.NPM_TOKEN') || SECRETS.test(JSON.stringify(elsewhere)))
    problems.push('has the token elsewhere than in its last step');
  if (job.env !== undefined) problems.push('has an environment of all its steps');
  const handed = build?.outputs?.['digest'] === expression('steps.digest.outputs.digest');
  if (!handed) problems.push('has no digest from the build');
  return problems;
}
