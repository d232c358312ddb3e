import { describe, expect, it } from 'vitest';
import { Copy, RELEASE } from './copy.ts';

const SRC = 'packages/library/contract/src';
const CLAIMS = `${SRC}/schemas/claims.ts`;
const READER = `${SRC}/read-claims.ts`;
const OLD_MINTER = 'old minter → new verifier';
const RUN = `minter of ${RELEASE} → verifier of this checkout`;
const NEXT_MAJOR = `${Number.parseInt(RELEASE, 10) + 1}.0.0`;

interface Attempt {
  readonly name: string;
  readonly change: (copy: Copy) => Copy;
  /** Whether the JSON Schemas follow. */
  readonly schemas?: true;
  /** What the check must say. */
  readonly says: readonly string[];
}

const ROWS = `${SRC}/optional-claims.ts`;
const TXN_ROW = `  txn: {
    request: 'transaction',
    type: 'transaction',
    meaning: 'transaction identifier',
    rules: 'transaction identifier: 1 to 256 visible ASCII characters',
    form: text(TRANSACTION, 'is 1 to 256 visible ASCII characters'),
  },
`;
const OPTIONAL = 'return [name, schemaOf(form.schema).describe(rules).exactOptional()];';
const REQUIRED = `const one = schemaOf(form.schema).describe(rules);
    return [name, name === 'txn' ? one : one.exactOptional()];`;
const READ_JTI = 'read.jti = required(';

const ATTEMPTS: readonly Attempt[] = [
  {
    name: 'removing a claim',
    schemas: true,
    change: (copy) => copy.edit(ROWS, TXN_ROW, ''),
    says: ['claim `txn` was removed', OLD_MINTER, `${RUN}: \`txn\`: accepted with another \`claims.txn\``],
  },
  {
    name: 'making a claim required',
    schemas: true,
    change: (copy) =>
      copy
        .edit(CLAIMS, OPTIONAL, REQUIRED)
        .edit(READER, 'isIssuer, isTokenId }', 'isIssuer, isText, isTokenId }')
        .edit(READER, READ_JTI, `read.txn = required(value, 'txn', isText, 'is there');\n  ${READ_JTI}`),
    says: [
      'claim `txn` became required',
      OLD_MINTER,
      `${RUN}: required claims alone: refused: \`claims_invalid\``,
    ],
  },
  {
    name: 'narrowing a type',
    schemas: true,
    change: (copy) =>
      copy
        .edit(
          CLAIMS,
          `.union([audienceSchema, z.array(audienceSchema).min(1).max(LIMITS.audiences)])`,
          `.union([audienceSchema])`,
        )
        .edit(
          READER,
          `if (!Array.isArray(value)) return isAudience(value);`,
          `if (value !== 0) return isAudience(value);`,
        ),
    says: ['claim `aud` has fewer forms', OLD_MINTER, `${RUN}: \`aud\`: eight: refused: \`claims_invalid\``],
  },
  {
    name: 'dropping an algorithm',
    schemas: true,
    change: (copy) =>
      copy.edit(
        `${SRC}/algorithms.ts`,
        `  ES384: entry({ ...ec, crv: 'P-384', hash: 'sha384', signatureBytes: 96 }),\n`,
        '',
      ),
    says: ['algorithm `ES384` was dropped', OLD_MINTER, 'signed by asymmetric, ES384, workload'],
  },
  {
    name: 'renaming an error code',
    change: (copy) => copy.edit(`${SRC}/error-codes.ts`, '  denied: row(', '  refused_by_bundle: row('),
    says: [
      'error code `denied` was removed or renamed',
      'everyone whose program, alert or runbook names the code',
    ],
  },
  {
    name: 'changing what a caller is told',
    change: (copy) =>
      copy.edit(
        `${SRC}/error-codes.ts`,
        `  denied: row(\n    'trust',\n    'invalid_token',`,
        `  denied: row(\n    'trust',\n    'not_authorized',`,
      ),
    says: ['error code `denied` changed: `publicCode` from "invalid_token" to "not_authorized"'],
  },
  {
    name: 'a stricter limit',
    schemas: true,
    change: (copy) => copy.edit(`${SRC}/limits.ts`, 'roles: 32,', 'roles: 16,'),
    says: [
      'limit `roles` changed from 32 to 16',
      'claim `roles` was narrowed: `maxItems` from 32 to 16',
      OLD_MINTER,
      `${RUN}: \`roles\`: 32: refused: \`claims_invalid\``,
    ],
  },
  {
    name: 'changing a frozen vector',
    change: (copy) =>
      copy.edit(
        'packages/library/contract/vectors/v1/valid.json',
        'shared key of 48 bytes',
        'a shared key of 48 bytes',
      ),
    says: ['frozen vector `hs384-self` was changed in valid.json'],
  },
  {
    name: 'changing how keys get their identifiers',
    change: (copy) =>
      copy.edit(`${SRC}/constants.ts`, `'workload-identity/v1/kid'`, `'workload-identity/v1/key'`),
    says: [
      'constant `keyIdLabel` changed from "workload-identity/v1/kid" to "workload-identity/v1/key"',
      `${RUN}: required claims alone: refused: \`key_unknown\``,
      `minter of this checkout → verifier of ${RELEASE}: required claims alone: refused: \`key_unknown\``,
    ],
  },
  {
    name: 'bumping the version of the contract',
    schemas: true,
    change: (copy) => copy.edit(`${SRC}/constants.ts`, 'version: 1,', 'version: 2,'),
    says: ['constant `version` changed from 1 to 2', 'refused: `version_unsupported`'],
  },
  {
    name: 'bumping the package to a major version',
    change: (copy) =>
      copy.edit(
        'packages/library/contract/package.json',
        `"version": "${RELEASE}"`,
        `"version": "${NEXT_MAJOR}"`,
      ),
    says: [
      `the version of the contract package went from ${RELEASE} to ${NEXT_MAJOR} without packages/library/contract/released/${NEXT_MAJOR}`,
    ],
  },
  {
    name: 'a stricter reader behind the same schema',
    change: (copy) =>
      copy
        .edit(`${SRC}/read-extension.ts`, 'text.length * 3 <= LIMITS.extensionBytes ||', 'text.length < 4 ||')
        .edit(
          `${SRC}/read-extension.ts`,
          '.length <= LIMITS.extensionBytes;',
          '.length < LIMITS.extensionBytes;',
        ),
    says: [
      `${RUN}: \`ext\`: 4096 bytes: refused: \`claims_invalid\``,
      'ext-4096: `claims_invalid`, not accepted',
    ],
  },
];

describe('what is not additive', () => {
  it.each(ATTEMPTS)(
    '$name: stopped, and named',
    async ({ change, schemas, says }) => {
      using copy = new Copy();
      change(copy);
      if (schemas) await copy.generate();
      const { status, output } = await copy.check();
      for (const text of says) expect(output).toContain(text);
      expect(output).toContain('A released version of the contract never changes');
      expect(status).toBe(1);
    },
    120_000,
  );
});
