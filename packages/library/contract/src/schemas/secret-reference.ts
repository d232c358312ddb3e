import { z } from 'zod';
import type { SecretReference } from '../bundle.ts';
import { isSecretItself } from '../secret-look.ts';
import { closedObject } from './closed-object.ts';

const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,255}$/;
/** The answer to a secret in the place of its reference, which is not shown. */
export const SECRET_ITSELF =
  'this looks like the secret itself; put it into a variable or a file, and name that here (begin a path with `./` or `/`)';
const FILE_NAME = /^\P{Cc}{1,4096}$/u;

/**
 * A reference to a secret: where it is read from. The secret itself never stands here.
 * @param content what the variable or the file holds, for the editor
 */
export function referenceSchema(content: string): z.ZodType<SecretReference, SecretReference> {
  const env = z
    .string()
    .regex(ENV_NAME, 'write the name of an environment variable, not the secret')
    .describe(`The environment variable that holds ${content}`);
  const file = z
    .string()
    .regex(FILE_NAME, 'write the path of a file, not the secret')
    .describe(`The file that holds ${content}`);
  return z
    .union([closedObject({ env }), closedObject({ file })], {
      error:
        'allowed: {"env": "<variable>"} or {"file": "<path>"}; put the secret there, and only its reference here',
    })
    .refine((reference) => !isSecretItself(Object.values(reference).join()), SECRET_ITSELF);
}

/** Where a secret of a trust bundle is read from. */
export const secretReferenceSchema: z.ZodType<SecretReference> = referenceSchema(
  'the secret as base64',
).describe('A reference to a secret, never the secret: an environment variable or a file');
