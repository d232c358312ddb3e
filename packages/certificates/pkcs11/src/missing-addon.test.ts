import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';

// Node resolves nothing for pkcs11js, as on a machine where it was not built.
const script = `
import { registerHooks } from 'node:module';
registerHooks({
  resolve(specifier, context, next) {
    if (specifier === 'pkcs11js') throw Object.assign(new Error('not found'), { code: 'ERR_MODULE_NOT_FOUND' });
    return next(specifier, context);
  },
});
const { pkcs11CaKey } = await import('@workload-identity/pkcs11');
const key = pkcs11CaKey({ module: '/nonexistent.so', tokenLabel: 'a', keyLabel: 'b', pin: { env: 'HSM_PIN' } });
await key.publicKey().catch(({ code, message }) => console.log(code, message));
`;

test('without its addon the package loads, and the first use says what to install', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: join(import.meta.dirname, '..'),
  });
  const [out, problems] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  expect(problems).toBe('');
  expect(out).toContain('config_invalid');
  expect(out).toContain('the package pkcs11js is missing or was not built');
});
