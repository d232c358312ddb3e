import { LIMITS, type SecretReference } from '@workload-identity/contract';
import { issuerSchema, referenceSchema, roleSchema } from '@workload-identity/contract/schemas';
import { z } from 'zod';
import { durationSchema } from '../config/duration.ts';

/** What all rungs have in common: what the tokens say. */
export interface TokenConfiguration {
  /** Lifetime of the tokens: `1s` to `1h`, default `5m`. */
  readonly lifetime?: string;
  /** The roles every token carries, unless its request names others. Default none. */
  readonly roles?: readonly string[];
  /** Who signs: a workload identifier, or the https URL of a token service. Default: the workload itself. */
  readonly issuer?: string;
}

/** What the rungs that sign with a key of their own have in common. */
export interface KeyConfiguration extends TokenConfiguration {
  /** The key that signs: a reference, never the key itself. */
  readonly key: SecretReference;
  /** The key that will sign after the next rotation. */
  readonly next?: SecretReference;
}

/** The fields of {@link TokenConfiguration}. */
export const tokenFields = {
  lifetime: durationSchema('1s', '1h')
    .meta({
      title: 'Lifetime',
      description: 'Lifetime of the tokens, from "1s" to "1h". Default "5m".',
    })
    .exactOptional(),
  roles: z
    .array(roleSchema)
    .max(LIMITS.roles)
    .meta({
      title: 'Roles',
      description: 'The roles every token carries, unless its request names others. Default none.',
    })
    .exactOptional(),
  issuer: issuerSchema
    .meta({
      title: 'Issuer',
      description:
        'Who signs, as the trust bundle names it: a workload identifier, or the https URL of a token service. Default: the workload itself.',
    })
    .exactOptional(),
};

/** The fields of {@link KeyConfiguration}. */
export function keyFields(content: string) {
  return {
    key: referenceSchema(content).meta({
      title: 'Key',
      description: `The key that signs, by reference: {"env": "<variable>"} or {"file": "<path>"}, which holds ${content}.`,
    }),
    next: referenceSchema(content)
      .meta({
        title: 'Next key',
        description:
          'The key that will sign after the next rotation. It is read and checked now, so that a broken one is known before it is needed.',
      })
      .exactOptional(),
    ...tokenFields,
  };
}
