import type { WorkloadId } from '@workload-identity/contract';
import {
  audienceSchema,
  closedObject,
  trustDomainSchema,
  workloadIdSchema,
} from '@workload-identity/contract/schemas';
import { z } from 'zod';
import type { SignSettings } from '../rungs/rung.ts';
import { signSchema } from '../rungs/rungs.ts';
import type { ConfigurationParts, VerifyConfiguration } from './configuration.ts';
import { durationSchema } from './duration.ts';
import { pathSchema } from './path.ts';

/** `verify` as it is used: durations are seconds. */
export interface VerifySettings {
  readonly bundle: { readonly file: string };
  readonly trustDomain?: string;
  readonly audiences?: readonly string[];
  readonly leeway?: number;
  readonly maxLifetime?: number;
  readonly cacheBytes?: number;
  readonly acceptRs256?: boolean;
  readonly pollInterval?: number;
}

/** A configuration as it is used. */
export interface Settings {
  readonly workload: WorkloadId;
  readonly sign?: SignSettings;
  readonly verify?: VerifySettings;
}

const MAX_AUDIENCES = 1_024;

const bundle = closedObject({
  file: pathSchema('write the path of the trust bundle').meta({
    title: 'Bundle file',
    description: 'The path, relative to the working directory.',
  }),
}).meta({
  title: 'Trust bundle',
  description: 'The trust bundle to verify with: a JSON file. It is read again when it changes.',
});

const verify: z.ZodType<VerifySettings, VerifyConfiguration> = closedObject({
  bundle,
  trustDomain: trustDomainSchema
    .meta({
      title: 'Trust domain',
      description:
        'The trust domain that the bundle must be of, where this service trusts another one than its own. Default: that of the workload.',
    })
    .exactOptional(),
  audiences: z
    .array(audienceSchema)
    .min(1, 'name at least one audience, or remove `audiences`: the workload itself is the default')
    .max(MAX_AUDIENCES)
    .meta({
      title: 'Audiences',
      description:
        'Who this service is to its callers. A token must be meant for one of these, exactly. Default: the workload itself.',
    })
    .exactOptional(),
  leeway: durationSchema('0s', '60s')
    .meta({
      title: 'Leeway',
      description: 'Leeway between clocks, from "0s" to "60s". Default "10s".',
    })
    .exactOptional(),
  maxLifetime: durationSchema('1s', '1h')
    .meta({
      title: 'Longest lifetime',
      description: 'Tokens that live longer are refused, from "1s" to "1h". Default "1h".',
    })
    .exactOptional(),
  cacheBytes: z
    .int()
    .min(0)
    .max(2 ** 40)
    .meta({
      title: 'Cache size',
      description:
        'Memory for verified tokens, in bytes; 0 switches the cache off. Default 16777216 (16 MiB).',
    })
    .exactOptional(),
  acceptRs256: z
    .boolean()
    .meta({
      title: 'Accept RS256',
      description:
        'Take RS256 from keys the bundle gives that algorithm. For minters that can do nothing else. Default false.',
    })
    .exactOptional(),
  pollInterval: durationSchema('0s', '24h')
    .meta({
      title: 'Poll interval',
      description:
        'How often the bundle, the secrets in it and the keys to sign with are looked at, up to "24h"; "0s" never. Default "5s".',
    })
    .exactOptional(),
});

/** The configuration of a service. It reads what a person writes and gives what the code uses. */
export const configurationSchema: z.ZodType<Settings, ConfigurationParts> = closedObject({
  $schema: z
    .string()
    .meta({ title: 'Schema', description: 'Where the editor finds this schema.' })
    .exactOptional(),
  workload: workloadIdSchema.meta({
    title: 'Workload',
    description: 'Which workload this is: spiffe://<trust domain>/<path>.',
    examples: ['spiffe://prod.example.com/orders'],
  }),
  sign: signSchema
    .meta({ title: 'Sign', description: 'How this service signs its tokens. Without it, it cannot mint.' })
    .exactOptional(),
  verify: verify
    .meta({
      title: 'Verify',
      description: 'How this service verifies its callers. Without it, it cannot verify.',
    })
    .exactOptional(),
})
  .refine((settings) => 'sign' in settings || 'verify' in settings, {
    error: 'allowed: `sign`, `verify` or both; add what this service does',
    when: ({ value }) => typeof value === 'object' && value !== null && !Array.isArray(value),
  })
  .refine(({ sign, verify }) => sign?.needsAnchors !== true || verify !== undefined, {
    path: ['sign', 'certificate'],
    error:
      'allowed: {"file": "<path>"} without `verify`; name the certificate of the key, or add `verify` with the trust bundle whose anchor it is',
  });
