import { publishingProblems } from './publishing.ts';
import { type Job, jobsOf, SECRETS, type Step, type WorkflowFile } from './workflow.ts';

/** The one job that may publish. */
const PUBLISHES = 'release.yml publish';

/** Permissions that may be written, and by which job. */
const WRITES = new Set([`${PUBLISHES} id-token`, 'release.yml tag contents']);

/** What runs code that the workflow file does not name, or is filled by other runs. */
const FORBIDDEN = ['container', 'services', 'uses', 'secrets', 'strategy', 'defaults'] as const;

const PINNED = /^[\w-]+\/[\w-]+@[0-9a-f]{40}$/;

function stepProblems({ uses, with: given, run = '' }: Step): readonly string[] {
  const problems: string[] = [];
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
  problems.push(...FORBIDDEN.filter((member) => member in job).map((member) => `has \`${member}\``));
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
    for (const member of ['defaults', 'env'])
      if (member in workflow) problems.push(`${name}: has \`${member}\``);
    for (const event of ['pull_request_target', 'workflow_run', 'workflow_call', 'issue_comment'])
      if (event in workflow.on) problems.push(`${name}: is started by ${event}`);
    for (const [job, body] of jobsOf(file))
      problems.push(
        ...jobProblems(`${name} ${job}`, body, file).map((problem) => `${name}: ${job} ${problem}`),
      );
  }
  const known = files.flatMap((file) => jobsOf(file).map(([job]) => `${file.name} ${job}`));
  if (!known.includes(PUBLISHES)) problems.push(`there is no job ${PUBLISHES}`);
  return problems;
}
