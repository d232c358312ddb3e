import { publishingProblems } from './publishing.ts';
import { type Job, jobsOf, SECRETS, type Step, type WorkflowFile } from './workflow.ts';

/** The one job that may publish. */
const PUBLISHES = 'release.yml publish';

/** Permissions that may be written, and by which job. */
const WRITES = new Set([`${PUBLISHES} id-token`, 'release.yml tag contents']);

/** The members that are used here. Others run code that the file does not name, or make a failure pass. */
const MEMBERS = {
  workflow: ['name', 'on', 'permissions', 'concurrency', 'jobs'],
  job: [
    ...['if', 'needs', 'runs-on', 'timeout-minutes', 'permissions'],
    ...['environment', 'env', 'outputs', 'steps'],
  ],
  step: ['name', 'id', 'if', 'uses', 'with', 'env', 'run'],
} as const;

/** Whatever else starts a workflow, somebody from outside can cause. */
const EVENTS: Readonly<Record<string, readonly string[]>> = {
  'ci.yml': ['pull_request', 'push'],
  'release.yml': ['workflow_dispatch'],
};

const others = (known: readonly string[], value: object): readonly string[] =>
  Object.keys(value).filter((member) => !known.includes(member));

const PINNED = /^[\w-]+\/[\w-]+@[0-9a-f]{40}$/;

function stepProblems(step: Step): readonly string[] {
  const { uses, with: given, run = '' } = step;
  const problems = others(MEMBERS.step, step).map((member) => `has a step with \`${member}\``);
  if (run.includes('${{')) problems.push('puts an expression into a command');
  if (uses === undefined) return problems;
  if (!PINNED.test(uses)) problems.push(`uses ${uses}, which is not pinned by a full commit`);
  if (/^actions\/cache\b/.test(uses) || given?.['cache'] !== undefined)
    problems.push(`uses ${uses}, a cache that other runs fill`);
  if (uses.startsWith('actions/setup-node@') && given?.['package-manager-cache'] !== false)
    problems.push(`uses ${uses} with its cache on`);
  return problems;
}

function permissionProblems(where: string, { permissions = {} }: Job): readonly string[] {
  if (typeof permissions === 'string') return [`has the permissions ${permissions}`];
  return Object.entries(permissions)
    .filter(([, level]) => level !== 'read')
    .filter(([scope]) => !WRITES.has(`${where} ${scope}`))
    .map(([scope, level]) => `may ${level} ${scope}`);
}

function jobProblems(where: string, job: Job, { workflow }: WorkflowFile): readonly string[] {
  const problems = [...permissionProblems(where, job)];
  problems.push(...others(MEMBERS.job, job).map((member) => `has \`${member}\``));
  if (!/^ubuntu-\d\d\.04$/.test(String(job['runs-on'])))
    problems.push('runs elsewhere than on a fresh machine');
  if (!((job['timeout-minutes'] ?? 0) > 0)) problems.push('has no end');
  for (const step of job.steps ?? []) problems.push(...stepProblems(step));
  if (where === PUBLISHES) return [...problems, ...publishingProblems(job, workflow.jobs['build'])];
  if (SECRETS.test(JSON.stringify(job))) problems.push('can read secrets');
  if ('environment' in job) problems.push('has an environment, and its secrets');
  return problems;
}

/** What is wrong with the workflows of this repository, a line each. */
export function workflowProblems(files: readonly WorkflowFile[]): readonly string[] {
  const problems: string[] = [];
  for (const file of files) {
    const { name, text, workflow } = file;
    const unversioned = text.match(/^\s*(?:- )?uses:(?!.*@\S+ # v\d+\.\d+\.\d+$).*$/gm) ?? [];
    problems.push(
      ...unversioned.map((line) => `${name}: does not say which version this is: ${line.trim()}`),
    );
    if (JSON.stringify(workflow.permissions) !== '{}') problems.push(`${name}: every job has permissions`);
    problems.push(...others(MEMBERS.workflow, workflow).map((member) => `${name}: has \`${member}\``));
    problems.push(
      ...others(EVENTS[name] ?? [], workflow.on).map((event) => `${name}: is started by ${event}`),
    );
    for (const [job, body] of jobsOf(file))
      problems.push(
        ...jobProblems(`${name} ${job}`, body, file).map((problem) => `${name}: ${job} ${problem}`),
      );
  }
  const known = files.flatMap((file) => jobsOf(file).map(([job]) => `${file.name} ${job}`));
  if (!known.includes(PUBLISHES)) problems.push(`there is no job ${PUBLISHES}`);
  return problems;
}
