import type { SecretReference } from '@workload-identity/contract';
import { referenceSchema } from '@workload-identity/contract/schemas';
import type { z } from 'zod';
import { pathSchema } from './path.ts';

const HEX = /^[0-9a-fA-F]{64,}$/;
// What begins with a slash is an absolute path, unless it is padded.
const BASE64 = /^(?:[A-Za-z0-9+_-][A-Za-z0-9+/_-]{42,}={0,2}|\/[A-Za-z0-9+/_-]{42,}=+)$/;
const RANDOM_MIX = [/[a-z]/, /[A-Z]/, /[0-9]/];

/** Tells whether a name of a variable or a file is rather 32 random bytes: put there by mistake, it must not be shown. */
function isSecretItself(name: string): boolean {
  return HEX.test(name) || (BASE64.test(name) && RANDOM_MIX.every((kind) => kind.test(name)));
}

const SECRET_ITSELF =
  'this looks like the secret itself; put it into a variable or a file, and name that here (begin a path with `./` or `/`)';

/** The path of a file that holds a key. A key in place of its path is refused without being shown. */
export const keyPathSchema: z.ZodType<string, string> = pathSchema(
  'write the path of a file, not the key',
).refine((path) => !isSecretItself(path), SECRET_ITSELF);

/**
 * A reference to a key to sign with. A secret in place of its reference is refused without being shown.
 * @param content what the variable or the file holds, for the editor
 */
export function keyReferenceSchema(content: string): z.ZodType<SecretReference, SecretReference> {
  return referenceSchema(content).refine(
    (reference) => !isSecretItself(reference.env ?? reference.file),
    SECRET_ITSELF,
  );
}
