import { describe, expect, it } from 'vitest';
import { createCa } from '../test/ca.ts';
import { start } from '../test/child.ts';
import { ORDERS, openScene } from '../test/scene.ts';
import type { CaKeyConfiguration, Configuration } from './index.ts';

/** A service that is asked to start, in a process where Node finds no package of this name. */
const without = (name: string) => `
  import { registerHooks } from 'node:module';
  registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier, specifier === '${name}' ? { ...context, parentURL: 'file:///nowhere/service.js' } : context),
  });
  const { identity } = await import('@workload-identity/sdk');
  const { code, message, cause } = await identity.ready().catch((error) => error);
  console.log(JSON.stringify({ code, message, cause: cause?.code, status: identity.status().signer }));
  await identity.close();
`;

const PIN = { env: 'PIN' };

describe('an optional package that is not installed', () => {
  it.each<[string, string, CaKeyConfiguration]>([
    ['@workload-identity/aws-kms', 'sign.key.awsKms', { awsKms: 'alias/workload-ca', region: 'eu-west-1' }],
    [
      '@workload-identity/pkcs11',
      'sign.key.pkcs11',
      { pkcs11: { module: '/hsm.so', token: 't', label: 'l', pin: PIN } },
    ],
  ])('stops the start and says what to install: %s', async (name, setting, key) => {
    const { certificate } = await createCa(openScene(), 'ca');
    const configuration: Configuration = { workload: ORDERS, sign: { rung: 'ca', key, certificate } };
    const child = start(without(name), { WORKLOAD_IDENTITY_CONFIG: JSON.stringify(configuration) });
    const { code, message, cause, status } = JSON.parse(await child.line());
    expect({ code, cause }).toEqual({ code: 'config_invalid', cause: 'ERR_MODULE_NOT_FOUND' });
    expect(message).toContain(
      `\`${setting}\` needs the package ${name}, which is not installed: run \`npm install ${name}\``,
    );
    expect(status).toMatchObject({ state: 'empty', error: { code: 'config_invalid' } });
    expect(await child.ended).toBe(0);
  });

  it('is told apart from one that is installed and broken', async () => {
    const { certificate } = await createCa(openScene(), 'ca');
    const key = { awsKms: 'alias/workload-ca' };
    const configuration: Configuration = { workload: ORDERS, sign: { rung: 'ca', key, certificate } };
    const child = start(without('@aws-sdk/client-kms'), {
      WORKLOAD_IDENTITY_CONFIG: JSON.stringify(configuration),
    });
    const { code, message } = JSON.parse(await child.line());
    expect(code).toBe('config_invalid');
    expect(message).toContain('@workload-identity/aws-kms, which cannot be loaded: see the cause');
    expect(await child.ended).toBe(0);
  });
});
