import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Registry } from './registry.ts';
import { runScript, runStep } from './workflow.ts';

/** Packs, hands over, checks and publishes as the two jobs of the release workflow do. The second has no checkout. */
export async function publish(
  repository: string,
  registry: Registry,
  kind: 'release' | 'snapshot',
): Promise<void> {
  await runScript(repository, 'release:pack');
  const output = join(registry.folder, `output-${kind}`);
  writeFileSync(output, '');
  await runStep(repository, 'Digest', repository, { GITHUB_OUTPUT: output });
  const digest = /^digest=(.*)$/m.exec(readFileSync(output, 'utf8'))?.[1] ?? '';
  const machine = mkdtempSync(join(registry.folder, 'publisher-'));
  cpSync(join(repository, 'packages/internal/release/dist/packages'), join(machine, 'packages'), {
    recursive: true,
  });
  await runStep(repository, 'Check the digest', machine, { DIGEST: digest });
  const temporary = join(machine, 'temporary');
  mkdirSync(temporary);
  const env = {
    KIND: kind,
    PROVENANCE: 'false',
    REGISTRY: registry.url,
    NODE_AUTH_TOKEN: 'anyone',
    RUNNER_TEMP: temporary,
  };
  await runStep(repository, 'Publish', machine, env);
  // Once more, as after a run that stopped half-way: what is there already is no failure.
  await runStep(repository, 'Publish', machine, env);
}
