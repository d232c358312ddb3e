import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { configSchema } from '../../scripts/config-schema.ts';
import { configurationSchema } from './schema.ts';

const shipped = readFileSync(new URL('../../config.schema.json', import.meta.url), 'utf8');

interface Node {
  readonly title?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly [keyword: string]: unknown;
}

/** Every field of the schema and its path. */
function* fields(node: Node, path = ''): Generator<readonly [string, Node]> {
  for (const [name, field] of Object.entries(node.properties ?? {})) {
    yield [`${path}/${name}`, field];
    yield* fields(field, `${path}/${name}`);
  }
  for (const branch of ['oneOf', 'anyOf'].flatMap((keyword) => (node[keyword] ?? []) as readonly Node[])) {
    yield* fields(branch, path);
  }
}

const VERIFY = { bundle: { file: 'bundle.json' } };
const KEY = { env: 'KEY' };
const PKCS11 = { pkcs11: { module: '/hsm.so', token: 't', label: 'l', pin: KEY } };
const workload = 'spiffe://prod.example.com/orders';

describe('config.schema.json', () => {
  it('is up to date; if not: pnpm --filter @workload-identity/sdk generate', () => {
    expect(shipped).toBe(configSchema());
  });

  it('explains every field', () => {
    const all = [...fields(JSON.parse(shipped))];
    expect(all.length).toBeGreaterThan(20);
    expect(all.filter(([, { description }]) => description === undefined)).toEqual([]);
    const untitled = all.filter(([path, { title }]) => title === undefined && !/\/(?:env|file)$/.test(path));
    expect(untitled).toEqual([]);
  });

  it.each([
    [true, { workload, verify: VERIFY }],
    [true, { workload, sign: { rung: 'hmac', key: KEY, algorithm: 'HS512', lifetime: '5m' } }],
    [
      true,
      { $schema: 'x', workload, sign: { rung: 'asymmetric', key: KEY, next: { file: 'k' } }, verify: VERIFY },
    ],
    [false, { workload }],
    [false, { verify: VERIFY }],
    [false, { workload, verify: {} }],
    [false, { workload, verify: VERIFY, sing: {} }],
    [
      true,
      { workload, sign: { rung: 'ca', key: { awsKms: 'alias/ca', region: 'eu-west-1' } }, verify: VERIFY },
    ],
    [
      true,
      { workload, sign: { rung: 'ca', key: { file: 'k', passphrase: KEY }, certificate: { file: 'c' } } },
    ],
    [true, { workload, sign: { rung: 'ca', key: PKCS11, leaf: { lifetime: '1h' } }, verify: VERIFY }],
    [false, { workload, sign: { rung: 'ca', key: { awsKms: 'alias/ca' } } }],
    [false, { workload, sign: { rung: 'ca', key: KEY }, verify: VERIFY }],
    [false, { workload, sign: { rung: 'ca', key: { file: 'k', awsKms: 'alias/ca' } }, verify: VERIFY }],
    [false, { workload, sign: { rung: 'ca', key: { awsKms: 'ca' } }, verify: VERIFY }],
    [false, { workload, sign: { rung: 'ca', key: { ...PKCS11, pin: KEY } }, verify: VERIFY }],
    [false, { workload, sign: { rung: 'asymmetric', key: KEY, algorithm: 'HS256' } }],
    [false, { workload, sign: { rung: 'hmac', key: { env: 'A', file: 'b' } } }],
    [false, { workload, sign: { rung: 'hmac', key: 'secret' } }],
    [false, { workload, sign: { rung: 'hmac', key: KEY, lifetime: 300 } }],
    [false, { workload, verify: { ...VERIFY, leeway: '10' } }],
    [false, { workload: 'https://prod.example.com/orders', verify: VERIFY }],
  ])('gives the verdict of the reader: %s for %j', (valid, configuration) => {
    const validate = new Ajv({ strict: false }).compile(JSON.parse(shipped));
    expect(validate(configuration)).toBe(valid);
    expect(configurationSchema.safeParse(configuration).success).toBe(valid);
  });
});
