import { z } from 'zod';
import { claimsSchema, headerSchema, trustBundleSchema } from '../src/schemas.ts';

const VERSION = 1;

const DOCUMENTS = [
  {
    name: 'claims',
    schema: claimsSchema,
    title: 'Workload identity token: claims',
    description:
      'The payload of a token, contract version 1. Members it does not name are ignored. Beyond this schema: exp is later than iat, nbf is earlier than exp, and ext has at most 4096 bytes as compact JSON.',
  },
  {
    name: 'header',
    schema: headerSchema,
    title: 'Workload identity token: header',
    description:
      'The JOSE header of a token, contract version 1. Exactly one of kid and x5c; members it does not name are ignored.',
  },
  {
    name: 'trust-bundle',
    schema: trustBundleSchema,
    title: 'Workload identity trust bundle',
    description:
      'All that one trust domain trusts. Beyond this schema: subjects and workload issuers lie within the trust domain, an HMAC key has at most one of audience and deriveFor, and days exist in the calendar.',
  },
] as const;

/** The JSON Schemas this package ships, by file name, as text. */
export function jsonSchemas(): ReadonlyMap<string, string> {
  return new Map(
    DOCUMENTS.map(({ name, schema, title, description }) => {
      const { $schema, ...generated } = z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' });
      const $id = `urn:workload-identity:schema:${name}:${VERSION}`;
      const document = { $schema, $id, title, description, ...generated };
      return [`${name}.schema.json`, `${JSON.stringify(document, null, 2)}\n`];
    }),
  );
}
