import { type Command, scripts } from '../../../tools/src/scripts.mjs';
import { jobsOf, readWorkflows } from '../workflows/workflow.ts';
import { run } from './run.ts';

/**
 * Runs one step of the release workflow, as its runner would: in bash, with this environment and no more of ours than we need.
 *
 * @param folder where it runs
 */
export async function runStep(
  repository: string,
  name: string,
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const release = readWorkflows(repository).filter((file) => file.name === 'release.yml');
  const steps = release.flatMap(jobsOf).flatMap(([, job]) => job.steps ?? []);
  const command = steps.find((step) => step.name === name)?.run;
  if (command === undefined) throw new Error(`the release workflow has no step ${name}`);
  await run('bash', ['-e', '-c', command], { cwd: folder, env });
}

/** Runs what a script of the root package.json runs. The set-up before it is left out: the copy has its own. */
export async function runScript(
  repository: string,
  name: keyof typeof scripts,
  ...more: readonly string[]
): Promise<void> {
  const commands: readonly Command[] = scripts[name];
  for (const [index, [tool, ...args]] of commands.entries()) {
    const last = index === commands.length - 1 ? more : [];
    await run(tool, [...args, ...last], { cwd: repository });
  }
}
