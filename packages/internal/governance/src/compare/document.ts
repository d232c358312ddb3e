/** A value JSON can carry. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [name: string]: Json;
}

/** One file of frozen vectors. */
export interface VectorFile {
  /** Of the whole file. */
  readonly sha256: string;
  /** The start of the SHA-256 of each vector, by its identifier: tells which one changed. */
  readonly vectors: Readonly<Record<string, string>>;
}

/** One version of the contract as plain data: all that two implementations must agree on. */
export interface ContractVersion {
  /** `CONTRACT`. */
  readonly constants: JsonObject;
  /** `LIMITS`. */
  readonly limits: Readonly<Record<string, number>>;
  /** `ALGORITHMS`. */
  readonly algorithms: JsonObject;
  /** Which algorithm each `alg` of a header reads as. */
  readonly algorithmNames: Readonly<Record<string, string>>;
  /** The JSON Schemas by name: `claims`, `header`, `trust-bundle`. */
  readonly schemas: Readonly<Record<string, JsonObject>>;
  /** The files of frozen vectors by name. */
  readonly vectors: Readonly<Record<string, VectorFile>>;
}

/** What an error code promises to programs. Its message and its advice are prose and may improve. */
export interface ErrorCodeRow {
  readonly category: string;
  readonly publicCode: string;
  readonly retryable: boolean;
}

/** The contract package as plain data: what a change is compared by. */
export interface ContractDocument {
  /** The version of the package. */
  readonly package: string;
  readonly errorCodes: Readonly<Record<string, ErrorCodeRow>>;
  /** The versions that have a specification, `docs/contract/v<number>.md`. */
  readonly specifications: readonly string[];
  /** By number. Version 1 stays as it is for ever; a later one stands beside it. */
  readonly versions: Readonly<Record<string, ContractVersion>>;
}

/** Tells whether a value is an object that is no array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
