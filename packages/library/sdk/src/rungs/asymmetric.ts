import { closedObject } from '@workload-identity/contract/schemas';
import { AsymmetricKey } from '@workload-identity/core';
import { z } from 'zod';
import { openKeys } from '../signing/live-keys.ts';
import { type KeyConfiguration, keyFields } from './key-fields.ts';
import type { SignerContext, SignSettings } from './rung.ts';

/** Signs with a private key: its holder alone can sign. The kind of key decides the algorithm. */
export interface AsymmetricSignConfiguration extends KeyConfiguration {
  readonly rung: 'asymmetric';
}

/** The `asymmetric` rung. */
export const asymmetricRung = closedObject({
  rung: z
    .literal('asymmetric')
    .meta({ title: 'Rung', description: 'A private key: its holder alone can sign.' }),
  ...keyFields(
    'a private key as unencrypted PKCS#8 PEM or as JWK; P-256 signs ES256, P-384 ES384, Ed25519 Ed25519, RSA PS256',
  ),
}).transform(
  ({ rung, key, next, ...settings }): SignSettings => ({
    ...settings,
    open: (context: SignerContext) =>
      openKeys({ rung, key, next, audienceScoped: false, parse: AsymmetricKey.parse }, context),
  }),
);
