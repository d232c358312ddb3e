import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const script = join(import.meta.dirname, 'loaded-modules.mjs');

/** What a fresh Node loads, by address, when a module in `cwd` imports `specifier`. */
export const loadedModules = (specifier: string, cwd: string): string[] =>
  execFileSync(
    process.execPath,
    ['--input-type=module', '--import', script, '--eval', `import '${specifier}';`],
    {
      cwd,
      encoding: 'utf8',
    },
  )
    .trim()
    .split('\n');

/** What a service that only verifies tokens must not pay for: schemas, X.509, the AWS SDK. */
export const heavyModules = (urls: readonly string[]): string[] =>
  urls.filter((url) => /\/(zod|@aws-sdk|@smithy|@peculiar)[/+@]/.test(url));
