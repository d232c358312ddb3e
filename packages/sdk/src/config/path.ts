import { isSecretItself, SECRET_ITSELF } from '@workload-identity/contract/schemas';
import { z } from 'zod';

const PATH = /^\P{Cc}{1,4096}$/u;

/** The path of a file. A secret in place of its path is refused without being shown. @param hint how to fix one that is not */
export function pathSchema(hint: string): z.ZodType<string, string> {
  return z
    .string(hint)
    .regex(PATH, { error: hint, abort: true })
    .refine((path) => !isSecretItself(path), SECRET_ITSELF);
}
