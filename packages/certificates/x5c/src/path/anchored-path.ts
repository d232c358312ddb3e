import { isWorkloadIdentityError } from '@workload-identity/contract';
import { bare } from '../bare.ts';
import type { Certificate } from '../certificate/certificate.ts';
import { at, untrusted } from '../flaw.ts';
import type { NameConstraints } from '../names/constraints.ts';
import { checkName } from '../names/match.ts';
import type { Anchor } from './anchor.ts';
import type { AnchorKey } from './named-keys.ts';
import { checkNameConstraints, checkPathLength, checkUsage, type Path } from './path.ts';
import { checkKeyIdentifiers } from './rules.ts';

/** A chain under one anchor, all of whose limits it keeps. Times are seconds since 1970, both inclusive. */
export interface AnchoredPath {
  readonly anchor: Anchor;
  /** When the leaf, every issuer and this anchor are valid at once. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Whether all name constraints above the leaf permit a URI. */
  permits(uri: string): boolean;
}

/** Both ends of a validity are within it. */
export function isValidAt({ notBefore, notAfter }: Certificate, second: number): boolean {
  return second >= notBefore && second <= notAfter;
}

function permits(constraints: readonly NameConstraints[], uri: string): boolean {
  try {
    checkName({ form: 'uri', text: uri }, constraints);
    return true;
  } catch (error) {
    if (isWorkloadIdentityError(error)) return false;
    throw error;
  }
}

/** @throws WorkloadIdentityError `chain_invalid` */
function pathUnder(anchor: Anchor, below: Omit<Path, 'anchor'>, usage: string): AnchoredPath {
  const path: Path = { ...below, anchor: anchor.certificate };
  const top = path.issuers.at(0) ?? path.leaf;
  at(top.place, () => checkKeyIdentifiers(top.certificate, path.anchor));
  checkPathLength(path);
  checkUsage(path, usage);
  const constraints = checkNameConstraints(path);
  const all = [path.anchor, path.leaf.certificate, ...path.issuers.map(({ certificate }) => certificate)];
  return bare({
    anchor,
    notBefore: Math.max(...all.map(({ notBefore }) => notBefore)),
    notAfter: Math.min(...all.map(({ notAfter }) => notAfter)),
    permits: (uri: string) => permits(constraints, uri),
  });
}

/**
 * The paths of a chain under the anchors of one key. Each anchor is judged alone, as if it were the only one: a CA that
 * renews its certificate has two of one key for a while, and what one limits says nothing of the other. Paths under anchors
 * that are valid at another time are among them, so that whoever remembers them misses none that begins later.
 * @throws WorkloadIdentityError `chain_untrusted` where no anchor is valid now, `chain_invalid` with the first limit broken
 * where the chain keeps those of none that is
 */
export function pathsUnder(
  key: AnchorKey,
  below: Omit<Path, 'anchor'>,
  usage: string,
  second: number,
): readonly AnchoredPath[] {
  const paths: AnchoredPath[] = [];
  let refusal: unknown = untrusted('the anchor is outside its validity');
  let refusals = 0;
  let isOpen = false;
  for (const anchor of key.anchors) {
    const isNow = isValidAt(anchor.certificate, second);
    try {
      paths.push(pathUnder(anchor, below, usage));
      isOpen ||= isNow;
    } catch (error) {
      if (!isWorkloadIdentityError(error)) throw error;
      if (isNow && refusals++ === 0) refusal = error;
    }
  }
  if (!isOpen) throw refusal;
  return Object.freeze(paths);
}
