import { closedObject } from '@workload-identity/contract/schemas';
import { z } from 'zod';
import { durationSchema } from '../config/duration.ts';
import { pathSchema } from '../config/path.ts';
import { openLeaf } from '../signing/live-leaf.ts';
import type { CaKeyConfiguration } from './ca-key-configuration.ts';
import { caKeySchema } from './ca-key-schema.ts';
import { type TokenConfiguration, tokenFields } from './key-fields.ts';
import type { SignerContext, SignSettings } from './rung.ts';

/** Signs with a leaf certificate that lives hours, under the key of a certificate authority that is kept elsewhere. */
export interface CaSignConfiguration extends TokenConfiguration {
  readonly rung: 'ca';
  /** The key of the certificate authority. It signs leaves, never tokens. */
  readonly key: CaKeyConfiguration;
  /**
   * The certificate of that key: one certificate, PEM. An intermediate stands alone here; its anchor is in the trust bundle.
   * Default: the anchor of the trust bundle that is for the key.
   */
  readonly certificate?: { readonly file: string };
  readonly leaf?: {
    /** How long a leaf lives: `1m` to `168h`, default `12h`. It is renewed at half of that. */
    readonly lifetime?: string;
    /** `self` (default) asserts the workload alone; `issuer` others too, for a token service. */
    readonly usage?: 'self' | 'issuer';
  };
}

const certificate = closedObject({
  file: pathSchema('write the path of the certificate').meta({
    title: 'Certificate file',
    description: 'The path, relative to the working directory.',
  }),
}).meta({
  title: 'CA certificate',
  description:
    'The certificate of the key: one certificate, PEM. An intermediate stands alone; its anchor is in the trust bundle. Default: the anchor of the trust bundle that is for the key.',
});

const leaf = closedObject({
  lifetime: durationSchema('1m', '168h')
    .meta({
      title: 'Lifetime of leaves',
      description:
        'How long a leaf lives, from "1m" to "168h". It is renewed at half of that, so half of it is how long the key may be out of reach. Default "12h".',
    })
    .exactOptional(),
  usage: z
    .enum(['self', 'issuer'])
    .meta({
      title: 'Usage of leaves',
      description:
        '"self": the leaf asserts this workload alone. "issuer": it asserts others too, for a token service. Default "self".',
    })
    .exactOptional(),
}).meta({ title: 'Leaf', description: 'What leaves are asked for.' });

/** The `ca` rung. */
export const caRung = closedObject({
  rung: z.literal('ca').meta({
    title: 'Rung',
    description:
      'A leaf certificate that lives hours, under the key of a certificate authority in a KMS, an HSM or a file.',
  }),
  key: caKeySchema.meta({
    title: 'Key of the certificate authority',
    description:
      'Where the key of the certificate authority is: exactly one of {"file": …}, {"awsKms": …} and {"pkcs11": …}. It signs leaves, never tokens.',
  }),
  certificate: certificate.exactOptional(),
  leaf: leaf.exactOptional(),
  ...tokenFields,
})
  .refine((sign) => sign.issuer === undefined || sign.leaf?.usage === 'issuer', {
    path: ['leaf', 'usage'],
    error:
      'allowed: "issuer" where `issuer` is set; a leaf for itself names the workload, so write "issuer" here or remove `issuer`',
  })
  .transform(
    ({ rung: _, key, certificate, leaf = {}, ...settings }): SignSettings => ({
      ...settings,
      needsAnchors: certificate === undefined,
      open: (context: SignerContext) =>
        openLeaf(
          {
            key,
            certificate: certificate?.file,
            identity: settings.issuer ?? context.workload,
            lifetime: leaf.lifetime,
            usage: leaf.usage ?? 'self',
          },
          context,
        ),
    }),
  );
