import { readFileSync } from 'node:fs';

/** The part of JSON Schema that the configuration uses. */
interface Schema {
  readonly title?: string;
  readonly description?: string;
  readonly type?: string;
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
}

/** One field of the configuration, as a row of the page says it. */
interface Field {
  readonly path: string;
  readonly required: string;
  readonly value: string;
  readonly description: string;
}

const source = new URL('../../../sdk/config.schema.json', import.meta.url);

const branchesOf = ({ oneOf, anyOf }: Schema): readonly Schema[] => oneOf ?? anyOf ?? [];

/** A secret or a key that stands elsewhere: an environment variable or a file. */
const isReference = (schema: Schema): boolean =>
  branchesOf(schema)
    .flatMap(({ properties }) => Object.keys(properties ?? {}))
    .join() === 'env,file';

function allowedIn(schema: Schema): string {
  if (isReference(schema)) return '`{"env": …}` or `{"file": …}`';
  if (schema.const !== undefined) return `\`"${schema.const}"\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`"${value}"\``).join(', ');
  if (schema.type === undefined) return 'one of';
  return schema.type === 'array' ? 'list of strings' : schema.type;
}

/** All fields below a schema. Where there are several forms, each one's fields, named after the field that tells it apart. */
function fieldsOf(schema: Schema, path: string, form = ''): readonly Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const here = path === '' ? name : `${path}.${name}`;
    const required = schema.required?.includes(name) ? (form === '' ? 'yes' : `with ${form}`) : '';
    const row = { path: here, required, value: allowedIn(field), description: field.description ?? '' };
    if (isReference(field)) return [row];
    const forms = branchesOf(field).flatMap((branch) =>
      fieldsOf(branch, here, `\`${branch.required?.[0] ?? ''}\``),
    );
    return [row, ...forms, ...fieldsOf(field, here)];
  });
}

const cell = (text: string): string =>
  text
    .replaceAll('|', '\\|')
    .replaceAll('spiffe://<trust domain>/<path>', '`$&`')
    .replaceAll(/(?<!`)(\{"[^}]*\})(?!`)/g, '`$1`');

/** A table as the formatter writes it: every column as wide as its widest cell. */
function table(fields: readonly Field[]): string {
  const rows = fields.map(({ path, required, value, description }) => [
    `\`${path}\``,
    required,
    value,
    cell(description),
  ]);
  const all = [['field', 'required', 'value', 'meaning'], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const [head = '', ...lines] = all.map(
    (row) => `| ${row.map((text, at) => text.padEnd(widths[at] ?? 0)).join(' | ')} |`,
  );
  return [head, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...lines].join('\n');
}

const intro = `# Configuration

\`WORKLOAD_IDENTITY_CONFIG\` holds the path of a JSON file, or the JSON itself. When it is not set, \`./workload-identity.json\` is
read. Paths are relative to the working directory. A duration is a number and a unit: \`30s\`, \`5m\`, \`12h\`. A secret never
stands in the file: \`{"env": "VARIABLE"}\` or \`{"file": "/path"}\` says where it is. A field that is not listed here is an error,
and the error names the nearest one that is.

The file is read once; to change it, restart. The keys and the bundle that it names are followed as they change. A file that
everybody on the machine may write is rejected, this one too, and one that its group may write is warned about.

This page is generated from \`packages/sdk/config.schema.json\`: \`pnpm --filter @workload-identity/release generate\`. Name that
schema in \`$schema\`, and your editor knows all of this too.`;

/** The configuration reference: what `docs/configuration.md` holds. */
export function configurationPage(): string {
  const { properties = {}, required = [] } = JSON.parse(readFileSync(source, 'utf8')) as Schema;
  const { sign = {}, verify = {}, ...rest } = properties;
  const rungs = branchesOf(sign).map((rung) => {
    const { const: name = '', description = '' } = rung.properties?.['rung'] ?? {};
    return [`## \`sign\`, rung \`${name}\``, description, table(fieldsOf(rung, 'sign'))];
  });
  const sections = [
    intro,
    '## Who',
    table(fieldsOf({ properties: rest, required }, '')),
    '`sign`, `verify` or both must be there.',
    ...rungs.flat(),
    '## `verify`',
    verify.description ?? '',
    table(fieldsOf(verify, 'verify')),
  ];
  return `${sections.join('\n\n')}\n`;
}
