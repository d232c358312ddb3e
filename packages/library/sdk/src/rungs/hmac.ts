import { closedObject } from '@workload-identity/contract/schemas';
import { type HmacAlgorithm, HmacKey } from '@workload-identity/core';
import { z } from 'zod';
import { openKeys } from '../signing/live-keys.ts';
import { type KeyConfiguration, keyFields } from './key-fields.ts';
import type { SignerContext, SignSettings } from './rung.ts';

/** Signs with a shared secret: every holder of it can sign. */
export interface HmacSignConfiguration extends KeyConfiguration {
  readonly rung: 'hmac';
  /** Default `HS256`. */
  readonly algorithm?: HmacAlgorithm;
  /** Signs every token with the key derived for its one audience, so that its verifier can forge nothing for anyone else. */
  readonly audienceScoped?: boolean;
}

/** The `hmac` rung. */
export const hmacRung = closedObject({
  rung: z
    .literal('hmac')
    .meta({ title: 'Rung', description: 'A shared secret: every holder of it can sign.' }),
  ...keyFields(
    'base64 of at least 32 random bytes (48 for HS384, 64 for HS512), as `openssl rand -base64 32` writes',
  ),
  algorithm: z
    .enum(['HS256', 'HS384', 'HS512'])
    .meta({ title: 'Algorithm', description: 'The one algorithm of this key. Default "HS256".' })
    .exactOptional(),
  audienceScoped: z
    .boolean()
    .meta({
      title: 'Audience-scoped keys',
      description:
        'Sign every token with the key derived for its one audience. A verifier that holds only its own derived key can forge nothing for anyone else. Default false.',
    })
    .exactOptional(),
})
  .refine((sign) => sign.audienceScoped !== true || (sign.algorithm ?? 'HS256') === 'HS256', {
    path: ['algorithm'],
    error:
      'allowed: "HS256" with `audienceScoped`; a key derived for an audience has 32 bytes, remove `algorithm`',
  })
  .transform(
    ({ rung, key, next, algorithm, audienceScoped = false, ...settings }): SignSettings => ({
      ...settings,
      open: (context: SignerContext) =>
        openKeys(
          { rung, key, next, audienceScoped, parse: (text) => HmacKey.parse(text, algorithm) },
          context,
        ),
    }),
  );
