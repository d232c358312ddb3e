import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** How a workflow gets at a secret, in whichever form. */
export const SECRETS = /\bsecrets\b/i;

type Values = Readonly<Record<string, unknown>>;

/** A step, as far as it is read here. */
export interface Step {
  readonly name?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Values;
  readonly env?: Values;
}

export interface Job {
  readonly if?: string;
  readonly needs?: string | readonly string[];
  readonly permissions?: Readonly<Record<string, string>> | string;
  readonly 'runs-on'?: unknown;
  readonly 'timeout-minutes'?: number;
  readonly env?: Values;
  readonly outputs?: Values;
  readonly steps?: readonly Step[];
}

export interface Workflow {
  readonly on: Values;
  readonly permissions?: Readonly<Record<string, string>> | string;
  readonly env?: Values;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** One file of `.github/workflows`. */
export interface WorkflowFile {
  readonly name: string;
  readonly text: string;
  readonly workflow: Workflow;
}

/** @param name of the file @param text YAML */
export const workflowFile = (name: string, text: string): WorkflowFile => ({
  name,
  text,
  workflow: parse(text) as Workflow,
});

/** All workflows of a repository, by the name of their file. */
export function readWorkflows(repository: string): readonly WorkflowFile[] {
  const folder = join(repository, '.github/workflows');
  return readdirSync(folder)
    .sort()
    .map((name) => workflowFile(name, readFileSync(join(folder, name), 'utf8')));
}

export const jobsOf = ({ workflow }: WorkflowFile): readonly (readonly [string, Job])[] =>
  Object.entries(workflow.jobs);
