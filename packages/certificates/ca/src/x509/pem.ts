import { WorkloadIdentityError } from '@workload-identity/contract';

/** The labels of RFC 7468 this package reads and writes. */
export type PemLabel = 'CERTIFICATE' | 'CERTIFICATE REQUEST';

/** PEM of DER (RFC 7468): lines of 64 characters. */
export function toPem(der: Uint8Array, label: PemLabel): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

const BLOCK = /^-----BEGIN ([A-Z0-9 ]+)-----\s+([A-Za-z0-9+/=\s]+?)\s+-----END \1-----\s*/;
const MAX_TEXT = 262_144;

function decode(text: string): Uint8Array | undefined {
  const compact = text.replace(/\s/g, '');
  const bytes = Buffer.from(compact, 'base64');
  return bytes.toString('base64') === compact ? new Uint8Array(bytes) : undefined;
}

/**
 * Reads PEM: one block or several of one label, and nothing around them.
 * @param what what it is, for the error, such as `anchors[0]`
 * @throws WorkloadIdentityError `config_invalid`; what was found is not told, it could be a key
 */
export function readPem(text: string, label: PemLabel, what: string): readonly Uint8Array[] {
  const refuse = (): WorkloadIdentityError =>
    new WorkloadIdentityError('config_invalid', {
      detail: `${what} is not PEM from BEGIN ${label} to END ${label}`,
    });
  const blocks: Uint8Array[] = [];
  if (typeof text !== 'string' || text.length > MAX_TEXT) throw refuse();
  for (let rest = text.trim(); rest !== ''; ) {
    const [block = '', found, base64 = ''] = BLOCK.exec(rest) ?? [];
    const der = found === label ? decode(base64) : undefined;
    if (der === undefined) throw refuse();
    blocks.push(der);
    rest = rest.slice(block.length);
  }
  if (blocks.length === 0) throw refuse();
  return blocks;
}
