import { z } from 'zod';
import { ALGORITHMS } from '../algorithms.ts';
import { CONTRACT } from '../constants.ts';
import { MAX_CERTIFICATE_TEXT, REFUSED_HEADERS } from '../header.ts';
import { LIMITS } from '../limits.ts';
import { STANDARD_BASE64 } from '../patterns.ts';
import { keyIdSchema } from './names.ts';

/** A token header as it is written: exactly one of `kid` and `x5c`. */
export type HeaderDocument =
  | { readonly typ: 'wid+jwt'; readonly alg: string; readonly kid: string; readonly x5c?: never }
  | { readonly typ: 'wid+jwt'; readonly alg: string; readonly x5c: readonly string[]; readonly kid?: never };

const absent = z.never().exactOptional();
const refused = Object.fromEntries(REFUSED_HEADERS.map((name) => [name, absent]));

const names = Object.entries(ALGORITHMS);
const asymmetric = names.filter(([, { keyKind }]) => keyKind === 'asymmetric').map(([name]) => name);

const type = z.literal(CONTRACT.type as 'wid+jwt').describe('The type of the token');
const certificate = z.string().max(MAX_CERTIFICATE_TEXT).regex(STANDARD_BASE64);

/** A decoded token header. It accepts exactly what `readHeader` accepts; members it does not know are ignored. */
export const headerSchema: z.ZodType<HeaderDocument> = z.union([
  z.object({
    ...refused,
    typ: type,
    alg: z
      .enum([...names.map(([name]) => name), 'EdDSA'])
      .describe('The signature algorithm; EdDSA reads as Ed25519'),
    kid: keyIdSchema.describe('The key: 16 bytes for an HMAC key, an RFC 7638 thumbprint otherwise'),
    x5c: absent,
  }),
  z.object({
    ...refused,
    typ: type,
    alg: z.enum([...asymmetric, 'EdDSA']).describe('The signature algorithm of the leaf'),
    x5c: z
      .array(certificate)
      .min(1)
      .max(LIMITS.chainLength)
      .describe('The chain as standard base64 DER: leaf first, anchor left out'),
    kid: absent,
  }),
]);
