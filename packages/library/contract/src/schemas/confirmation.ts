import { z } from 'zod';
import type { Confirmation } from '../claim-values.ts';
import { JWK_BYTES, VISIBLE_TEXT } from '../patterns.ts';
import { JWK_SECRET, REFUSED_METHODS } from '../read-confirmation.ts';
import { sha256Schema } from './names.ts';

const forbidden = z.never({ error: 'remove it: it belongs to a key that is not public' }).exactOptional();

/** The members that make a JWK private or symmetric, each refused. */
export const secretMembers = Object.fromEntries(JWK_SECRET.map((name) => [name, forbidden])) as Record<
  (typeof JWK_SECRET)[number],
  typeof forbidden
>;

const bytes = z.string().regex(JWK_BYTES);
const text = z.string().regex(VISIBLE_TEXT).exactOptional();
const common = { alg: text, kid: text, use: text, ...secretMembers };

const publicJwk = z.discriminatedUnion('kty', [
  z.object({ kty: z.literal('EC'), crv: bytes, x: bytes, y: bytes, ...common }),
  z.object({ kty: z.literal('OKP'), crv: bytes, x: bytes, ...common }),
  z.object({ kty: z.literal('RSA'), n: bytes, e: bytes, ...common }),
]);

const absent = z.never().exactOptional();
const unsupported = Object.fromEntries(REFUSED_METHODS.map((name) => [name, absent]));

/** `cnf`: exactly one of the supported methods, none of the others; further members are ignored. */
export const confirmationSchema: z.ZodType<Confirmation> = z
  .union([
    z.object({
      jkt: sha256Schema.describe('SHA-256 thumbprint of a public key (RFC 7638)'),
      'x5t#S256': absent,
      jwk: absent,
      ...unsupported,
    }),
    z.object({
      'x5t#S256': sha256Schema.describe('SHA-256 of a client certificate (RFC 8705)'),
      jkt: absent,
      jwk: absent,
      ...unsupported,
    }),
    z.object({
      jwk: publicJwk.describe('A public key (RFC 7517)'),
      jkt: absent,
      'x5t#S256': absent,
      ...unsupported,
    }),
  ])
  .describe(
    'The one key the token is bound to: exactly one of jkt, x5t#S256, jwk. Members it does not name are ignored',
  );
