import { z } from 'zod';
import type { AsymmetricAuthority, HmacKeyReference } from '../bundle.ts';
import { isObject } from '../json-object.ts';
import { VISIBLE_TEXT } from '../patterns.ts';
import { closedObject } from './closed-object.ts';
import { secretMembers } from './confirmation.ts';
import { audienceSchema } from './names.ts';
import { secretReferenceSchema } from './secret-reference.ts';

const MAX_DERIVED = 1_024;

/** One HMAC key. */
export const hmacKeySchema: z.ZodType<HmacKeyReference> = closedObject({
  secret: secretReferenceSchema,
  alg: z
    .enum(['HS256', 'HS384', 'HS512'])
    .describe('The one algorithm of this key; HS256 by default')
    .exactOptional(),
  audience: audienceSchema
    .describe('The secret is the key derived for this one audience, and verifies for nobody else')
    .exactOptional(),
  deriveFor: z
    .array(audienceSchema)
    .min(1)
    .max(MAX_DERIVED)
    .describe('The secret is the root: keys are derived for each of these audiences')
    .exactOptional(),
})
  .refine((key) => key.audience === undefined || key.deriveFor === undefined, {
    path: ['deriveFor'],
    error:
      'remove `audience` if the secret is the root, or `deriveFor` if it is the key derived for that audience',
    when: ({ value }) => isObject(value),
  })
  .refine((key) => !isScoped(key) || key.alg === undefined || key.alg === 'HS256', {
    path: ['alg'],
    error: 'allowed: "HS256"; a key derived for an audience has 32 bytes, remove `alg`',
    when: ({ value }) => isObject(value),
  });

function isScoped(key: { readonly audience?: string; readonly deriveFor?: readonly string[] }): boolean {
  return key.audience !== undefined || key.deriveFor !== undefined;
}

const base64url = (least: number, most: number) =>
  z.string().regex(new RegExp(`^[A-Za-z0-9_-]{${least === most ? least : `${least},${most}`}}$`), {
    error: `write ${least === most ? least : `${least} to ${most}`} characters of base64url without padding`,
  });

const text = z.string().regex(VISIBLE_TEXT);
const common = {
  kid: text.describe('Ignored: the identifier of a key is its RFC 7638 thumbprint').exactOptional(),
  use: z.literal('sig').exactOptional(),
  key_ops: z.tuple([z.literal('verify')], 'allowed: ["verify"]; export the public key alone').exactOptional(),
  ext: z.boolean().exactOptional(),
  ...secretMembers,
};

const ec = <Alg extends string, Crv extends string>(alg: Alg, crv: Crv, length: number) =>
  closedObject({
    kty: z.literal('EC'),
    alg: z.literal(alg),
    crv: z.literal(crv),
    x: base64url(length, length),
    y: base64url(length, length),
    ...common,
  });

// 2048 to 8192 bits.
const rsa = <Alg extends string>(alg: Alg) =>
  closedObject({
    kty: z.literal('RSA'),
    alg: z.literal(alg),
    n: base64url(342, 1_366),
    e: base64url(2, 8),
    ...common,
  });

const ed25519 = closedObject({
  kty: z.literal('OKP'),
  alg: z.literal('Ed25519'),
  crv: z.literal('Ed25519'),
  x: base64url(43, 43),
  ...common,
});

/** One public key, with the one algorithm it is used with. */
export const publicKeySchema: z.ZodType<AsymmetricAuthority['keys'][number]> = z.discriminatedUnion(
  'alg',
  [ec('ES256', 'P-256', 43), ec('ES384', 'P-384', 64), ed25519, rsa('PS256'), rsa('RS256')],
  { error: 'name the one algorithm this key is used with (the name of EdDSA is `Ed25519`)' },
);
