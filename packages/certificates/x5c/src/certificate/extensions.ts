import { readOid } from '../der/oid.ts';
import { DerReader, open } from '../der/reader.ts';
import { TAG } from '../der/tags.ts';
import { readTrue } from '../der/values.ts';
import { Flaw } from '../flaw.ts';
import { type NameConstraints, readNameConstraints } from '../names/constraints.ts';
import type { GeneralName } from '../names/general-name.ts';
import {
  type BasicConstraints,
  readAuthorityKeyIdentifier,
  readBasicConstraints,
  readExtendedKeyUsage,
  readKeyUsage,
  readNames,
  readSubjectKeyIdentifier,
  refusePolicy,
} from './extension-values.ts';

interface Extension<Value> {
  readonly critical: boolean;
  readonly value: Value;
}

/** The extensions that decide something. Others are ignored, unless they are critical: then the certificate is refused. */
export interface Extensions {
  readonly basicConstraints?: Extension<BasicConstraints>;
  readonly keyUsage?: Extension<number>;
  readonly extendedKeyUsage?: Extension<readonly string[]>;
  readonly names?: Extension<readonly GeneralName[]>;
  readonly nameConstraints?: Extension<NameConstraints>;
  readonly subjectKeyIdentifier?: Extension<Uint8Array>;
  readonly authorityKeyIdentifier?: Extension<Uint8Array | undefined>;
}

interface Row {
  readonly name: keyof Extensions | 'policy';
  readonly read: (value: Uint8Array) => unknown;
  /** RFC 5280 says of some that they must not be critical. */
  readonly mayBeCritical: boolean;
}

const row = (name: Row['name'], read: Row['read'], mayBeCritical = true): Row => ({
  name,
  read,
  mayBeCritical,
});

const ROWS: ReadonlyMap<string, Row> = new Map<string, Row>([
  ['2.5.29.14', row('subjectKeyIdentifier', readSubjectKeyIdentifier, false)],
  ['2.5.29.15', row('keyUsage', readKeyUsage)],
  ['2.5.29.17', row('names', readNames)],
  ['2.5.29.19', row('basicConstraints', readBasicConstraints)],
  ['2.5.29.30', row('nameConstraints', readNameConstraints)],
  ['2.5.29.33', row('policy', refusePolicy)],
  ['2.5.29.35', row('authorityKeyIdentifier', readAuthorityKeyIdentifier, false)],
  ['2.5.29.36', row('policy', refusePolicy)],
  ['2.5.29.37', row('extendedKeyUsage', readExtendedKeyUsage)],
  ['2.5.29.54', row('policy', refusePolicy)],
]);

/** The most extensions of one certificate. */
export const MAX_EXTENSIONS = 32;

/**
 * Reads the extensions (RFC 5280 section 4.2): none twice, and every critical one understood.
 * @throws Flaw
 */
export function readExtensions(bytes: Uint8Array): Extensions {
  const list = open(bytes, TAG.sequence);
  const seen = new Set<string>();
  // Without a prototype: what is not in the certificate is nowhere.
  const extensions: Record<string, Extension<unknown>> = Object.create(null);
  while (!list.atEnd) {
    const fields = new DerReader(list.read(TAG.sequence).contents);
    const oid = readOid(fields.read(TAG.oid).contents);
    const flag = fields.readOptional(TAG.boolean);
    const critical = flag !== undefined && readTrue(flag.contents);
    const value = fields.read(TAG.octetString).contents;
    fields.finish();
    if (seen.has(oid)) throw new Flaw(`it has the extension ${oid} twice`);
    seen.add(oid);
    if (seen.size > MAX_EXTENSIONS) throw new Flaw('it has too many extensions');
    const known = ROWS.get(oid);
    if (critical && !known?.mayBeCritical) {
      throw new Flaw(`it has the critical extension ${oid}, which is not processed`);
    }
    if (known !== undefined) extensions[known.name] = { critical, value: known.read(value) };
  }
  if (seen.size === 0) throw new Flaw('it has an empty list of extensions');
  return extensions;
}
