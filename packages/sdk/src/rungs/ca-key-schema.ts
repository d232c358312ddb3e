import {
  closedObject,
  isSecretItself,
  referenceSchema,
  SECRET_ITSELF,
} from '@workload-identity/contract/schemas';
import { z } from 'zod';
import { pathSchema } from '../config/path.ts';
import type { CaKeyConfiguration } from './ca-key-configuration.ts';
import { type CaKeySource, fileKeySource, kmsKeySource, pkcs11KeySource } from './ca-key-source.ts';

const KEY_ID =
  /^(?:arn:[a-z0-9-]+:kms:[a-z0-9-]+:\d{12}:(?:key|alias)\/[A-Za-z0-9:/_-]{1,256}|alias\/[A-Za-z0-9:/_-]{1,250}|mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
// What has another form may be a secret that was written here by mistake.
const REGION = /^[a-z]{2,8}(?:-[a-z]{2,16}){1,3}-\d{1,2}$/;
const ENDPOINT =
  /^(?:https:\/\/[^\s@/?#]+|http:\/\/(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?)(?:\/[^\s@]*)?$/;
const MODULE = /^\/\P{Cc}{1,4095}$/u;
const TOKEN_LABEL = /^\P{Cc}{1,32}$/u;
const KEY_LABEL = /^\P{Cc}{1,256}$/u;

/** A text that is no secret: what surely is one is refused without being shown. */
function nameSchema(form: RegExp, hint: string): z.ZodType<string, string> {
  return z
    .string()
    .regex(form, { error: hint, abort: true })
    .refine((name) => !isSecretItself(name), SECRET_ITSELF);
}

const fileKey = closedObject({
  file: pathSchema('write the path of a file, not the key').meta({
    title: 'Key file',
    description:
      'The file with the key: PKCS#8 in PEM, which nobody but its owner may write. `workload-identity-ca init` makes one.',
  }),
  passphrase: referenceSchema('the passphrase of the key file')
    .meta({ title: 'Passphrase', description: 'Where the passphrase is, when the file is encrypted.' })
    .exactOptional(),
}).transform(fileKeySource);

const kmsKey = closedObject({
  kms: z.string().regex(KEY_ID, 'write the identifier of a KMS key, its ARN, or `alias/…`').meta({
    title: 'KMS key',
    description: 'The key in AWS KMS: its identifier, its ARN, "alias/…" or the ARN of an alias.',
  }),
  region: z
    .string()
    .regex(REGION, 'write the name of a region, such as "eu-west-1"')
    .meta({
      title: 'Region',
      description: 'The region of the key. Default: that of the ARN, then what the AWS SDK finds.',
    })
    .exactOptional(),
  endpoint: z
    .string()
    .regex(ENDPOINT, 'write an `https:` URL without credentials, or `http:` on this machine')
    .meta({
      title: 'Endpoint',
      description: 'Another address of KMS: a VPC endpoint, or an emulator on this machine.',
    })
    .exactOptional(),
}).transform(kmsKeySource);

const pkcs11Key = closedObject({
  pkcs11: closedObject({
    module: nameSchema(MODULE, 'write the absolute path of a PKCS#11 module').meta({
      title: 'Module',
      description: "The PKCS#11 module of the HSM's maker: the absolute path of a shared library.",
    }),
    token: nameSchema(TOKEN_LABEL, 'write the label of a token: at most 32 characters').meta({
      title: 'Token',
      description: 'The label of the token that holds the key.',
    }),
    label: nameSchema(KEY_LABEL, 'write the label of a key pair: at most 256 characters').meta({
      title: 'Key label',
      description: 'The label of the key pair in the token.',
    }),
    pin: referenceSchema('the user PIN of the token').meta({
      title: 'PIN',
      description: 'Where the user PIN of the token is: {"env": "<variable>"} or {"file": "<path>"}.',
    }),
  }).meta({ title: 'PKCS#11 key', description: 'The key in an HSM, through PKCS#11.' }),
}).transform(pkcs11KeySource);

const FORMS: Readonly<Record<string, string>> = {
  file: '{"file": "<path>", "passphrase"?: <reference>}',
  kms: '{"kms": "<identifier, ARN or alias>", "region"?: "<region>", "endpoint"?: "<URL>"}',
  pkcs11:
    '{"pkcs11": {"module": "<path>", "token": "<label>", "label": "<label of the key>", "pin": <reference>}}',
};

/** Says what form a key has that is none of the three, or more than one. */
function explain({ input }: { readonly input?: unknown }): string {
  const named = Object.keys(FORMS).filter((name) => Object.hasOwn(Object(input), name));
  const [meant] = named;
  if (meant !== undefined && named.length === 1) return `allowed: ${FORMS[meant]}; write it in this form`;
  return `allowed: exactly one of ${Object.values(FORMS).join(', ')}; say where the key of the certificate authority is`;
}

/** Where the key of the certificate authority is. */
export const caKeySchema: z.ZodType<CaKeySource, CaKeyConfiguration> = z.union([fileKey, kmsKey, pkcs11Key], {
  error: explain,
});
