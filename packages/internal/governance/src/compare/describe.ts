import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ContractDocument,
  type ContractVersion,
  type ErrorCodeRow,
  isObject,
  type JsonObject,
  type VectorFile,
} from './document.ts';

type Exports = Readonly<Record<string, unknown>>;

const SCHEMA_ID = /^urn:workload-identity:schema:([a-z-]+):([0-9]+)$/;
const FOLDER = /^v([0-9]+)$/;
const CONSTANTS = /^CONTRACT(?:_V([0-9]+))?$/;

const plain = <T>(value: unknown): T => JSON.parse(JSON.stringify(value ?? {})) as T;
const readJson = (file: string): JsonObject => JSON.parse(readFileSync(file, 'utf8')) as JsonObject;
const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** The JSON Schemas of a package: name, version and content of each. */
function readSchemas(
  folder: string,
): readonly (readonly [name: string, version: string, schema: JsonObject])[] {
  return readdirSync(join(folder, 'schemas'))
    .filter((file) => file.endsWith('.schema.json'))
    .map((file) => {
      const schema = readJson(join(folder, 'schemas', file));
      const [, name, version] = SCHEMA_ID.exec(String(schema.$id)) ?? [];
      if (name === undefined || version === undefined)
        throw new Error(`schemas/${file}: \`$id\` names no version`);
      return [name, version, schema] as const;
    });
}

function describeVectors(file: string): VectorFile {
  const bytes = readFileSync(file);
  const document = JSON.parse(bytes.toString('utf8')) as JsonObject;
  const list = [document.vectors, document.keys].find(Array.isArray) ?? [];
  const entries = list.map((entry: JsonObject) => [
    String(entry.id),
    sha256(JSON.stringify(entry)).slice(0, 16),
  ]);
  return { sha256: sha256(bytes), vectors: Object.fromEntries(entries) as Record<string, string> };
}

function readVectors(folder: string): ContractVersion['vectors'] {
  if (!existsSync(folder)) return {};
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return Object.fromEntries(files.sort().map((file) => [file, describeVectors(join(folder, file))]));
}

/** What `algorithmOf` makes of every `alg` the header schema lists. */
function algorithmNames(header: JsonObject | undefined, exports: Exports): Record<string, string> {
  const algorithmOf = exports.algorithmOf as ((alg: string) => string | undefined) | undefined;
  const branches = Array.isArray(header?.anyOf) ? (header.anyOf as JsonObject[]) : [];
  const names = branches.flatMap(({ properties }) => {
    const alg = isObject(properties) ? properties.alg : undefined;
    return isObject(alg) && Array.isArray(alg.enum) ? (alg.enum as string[]) : [];
  });
  return Object.fromEntries([...new Set(names)].map((name) => [name, algorithmOf?.(name) ?? 'unknown']));
}

function describeErrorCodes(table: unknown): Record<string, ErrorCodeRow> {
  const rows = Object.entries(plain<Record<string, ErrorCodeRow>>(table));
  return Object.fromEntries(
    rows.map(([code, { category, publicCode, retryable }]) => [code, { category, publicCode, retryable }]),
  );
}

/**
 * Describes the contract package, as source or as installed. Version 1 exports `CONTRACT`, `LIMITS` and `ALGORITHMS`; a
 * later one the same names with its number, such as `CONTRACT_V2`. Schemas name their version in `$id`, vectors stand in a
 * folder of it.
 * @param folder the package's folder, with `schemas` and `vectors`
 * @param exports what its entry exports
 * @param docs the folder with the specifications
 */
export function describeContract(folder: string, exports: Exports, docs: string): ContractDocument {
  const schemas = readSchemas(folder);
  const versions = new Set(['1', ...schemas.map(([, version]) => version)]);
  for (const name of Object.keys(exports))
    if (CONSTANTS.test(name)) versions.add(CONSTANTS.exec(name)?.[1] ?? '1');
  for (const name of readdirSync(join(folder, 'vectors'))) versions.add(FOLDER.exec(name)?.[1] ?? '1');
  const describe = (version: string): ContractVersion => {
    const suffix = version === '1' ? '' : `_V${version}`;
    const own = Object.fromEntries(
      schemas.filter(([, of]) => of === version).map(([name, , schema]) => [name, schema]),
    );
    return {
      constants: plain(exports[`CONTRACT${suffix}`]),
      limits: plain(exports[`LIMITS${suffix}`]),
      algorithms: plain(exports[`ALGORITHMS${suffix}`]),
      algorithmNames: algorithmNames(own.header, exports),
      schemas: own,
      vectors: readVectors(join(folder, 'vectors', `v${version}`)),
    };
  };
  return {
    package: String(readJson(join(folder, 'package.json')).version),
    errorCodes: describeErrorCodes(exports.ERROR_CODES),
    specifications: [...versions].sort().filter((version) => existsSync(join(docs, `v${version}.md`))),
    versions: Object.fromEntries([...versions].sort().map((version) => [version, describe(version)])),
  };
}
