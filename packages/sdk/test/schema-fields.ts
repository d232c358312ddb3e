/** The part of JSON Schema that the schemas of this project use. */
export interface SchemaNode {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode | readonly SchemaNode[];
  readonly minItems?: number;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
}

/** A field of a document that a person fills with text. */
export interface TextField {
  /** Such as `sign.key.file` or `authorities[].keys[].secret.env`. */
  readonly path: string;
  /** Where the schema describes it. */
  readonly node: SchemaNode;
  /** The `rung` of the object it stands in, if one has it. */
  readonly rung: string | undefined;
  /** A document in which the field has a value, and all else that is required has its sample. */
  document(value: unknown): unknown;
}

/** Gives a value for a text field that is required beside another one. */
export type Sample = (path: string, rung: string | undefined) => unknown;

const branchesOf = ({ anyOf, oneOf }: SchemaNode): readonly SchemaNode[] =>
  (oneOf ?? anyOf ?? []).filter((branch) => branch.type !== undefined || branch.properties !== undefined);

const itemOf = ({ items }: SchemaNode): SchemaNode | undefined =>
  Array.isArray(items) ? items[0] : (items as SchemaNode | undefined);

const rungOf = ({ properties = {} }: SchemaNode): string | undefined =>
  properties['rung']?.const as string | undefined;

const below = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

/** A document that is as small as a schema permits. */
function smallest(node: SchemaNode, path: string, rung: string | undefined, sample: Sample): unknown {
  if (node.const !== undefined) return node.const;
  if (node.enum !== undefined) return node.enum[0];
  const [branch] = branchesOf(node);
  if (node.properties === undefined && branch !== undefined) return smallest(branch, path, rung, sample);
  if (node.type === 'object') return required(node, path, rungOf(node) ?? rung, sample);
  if (node.type === 'array') {
    const item = itemOf(node);
    return item === undefined || (node.minItems ?? 0) === 0
      ? []
      : [smallest(item, `${path}[]`, rung, sample)];
  }
  return sample(path, rung);
}

function required(node: SchemaNode, path: string, rung: string | undefined, sample: Sample) {
  const members = (node.required ?? []).map((name) => {
    const member = node.properties?.[name] ?? {};
    return [name, smallest(member, below(path, name), rung, sample)];
  });
  return Object.fromEntries(members) as Record<string, unknown>;
}

/** Every text field of a schema, in every branch of it. */
export function* textFields(
  node: SchemaNode,
  sample: Sample,
  path = '',
  rung: string | undefined = undefined,
): Generator<TextField> {
  if (node.const !== undefined || node.enum !== undefined) return;
  if (node.type === 'string') {
    yield { path, rung, node, document: (value) => value };
    return;
  }
  const own = rungOf(node) ?? rung;
  for (const [name, member] of Object.entries(node.properties ?? {})) {
    for (const field of textFields(member, sample, below(path, name), own)) {
      const beside = () => required(node, path, own, sample);
      yield { ...field, document: (value) => ({ ...beside(), [name]: field.document(value) }) };
    }
  }
  const item = itemOf(node);
  if (item !== undefined) {
    for (const field of textFields(item, sample, `${path}[]`, own)) {
      yield { ...field, document: (value) => [field.document(value)] };
    }
  }
  for (const branch of branchesOf(node)) yield* textFields(branch, sample, path, own);
}

/** Every place of a schema that describes free text, wherever it is. */
export function textNodes(value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  const { type } = value as SchemaNode;
  const isText = type === 'string' && !('const' in value) && !('enum' in value);
  return [...(isText ? [value] : []), ...Object.values(value).flatMap(textNodes)];
}
