import { z } from 'zod';
import { configurationSchema } from '../src/config/schema.ts';

/** The JSON Schema of the configuration, as text: what `config.schema.json` holds. */
export function configSchema(): string {
  const { $schema, ...generated } = z.toJSONSchema(configurationSchema, { target: 'draft-7', io: 'input' });
  const document = {
    $schema,
    $id: 'urn:workload-identity:schema:configuration:1',
    title: 'workload-identity configuration',
    description: 'Who a service is, how it signs its tokens and how it verifies its callers.',
    ...generated,
    anyOf: [{ required: ['sign'] }, { required: ['verify'] }],
    // A CA whose certificate is not named is looked for in the trust bundle.
    if: {
      properties: { sign: { properties: { rung: { const: 'ca' } }, not: { required: ['certificate'] } } },
      required: ['sign'],
    },
    // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
    then: { required: ['verify'] },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
