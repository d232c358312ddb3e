import { z } from 'zod';
import type { SecretReference } from '../bundle.ts';
import { closedObject } from './closed-object.ts';

const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,255}$/;
const FILE_NAME = /^\P{Cc}{1,4096}$/u;

/** Where a secret is read from. The secret itself never stands here. */
export const secretReferenceSchema: z.ZodType<SecretReference> = z
  .union(
    [
      closedObject({
        env: z
          .string()
          .regex(ENV_NAME, 'write the name of an environment variable, not the secret')
          .describe('The environment variable that holds the secret as base64'),
      }),
      closedObject({
        file: z
          .string()
          .regex(FILE_NAME, 'write the path of a file, not the secret')
          .describe('The file that holds the secret as base64'),
      }),
    ],
    {
      error:
        'allowed: {"env": "<variable>"} or {"file": "<path>"}; put the secret there, and only its reference here',
    },
  )
  .describe('A reference to a secret, never the secret: an environment variable or a file');
