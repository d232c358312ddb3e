import type { Certificate } from '../certificate/certificate.ts';
import { at, Flaw } from '../flaw.ts';
import type { NameConstraints } from '../names/constraints.ts';
import type { GeneralName } from '../names/general-name.ts';
import { checkName } from '../names/match.ts';

/** One certificate of a path, with its place in the chain. */
export interface Step {
  readonly place: string;
  readonly certificate: Certificate;
}

/** Certificates whose signatures hold, from the anchor's own down to the leaf. */
export interface Path {
  readonly anchor: Certificate;
  /** From the anchor down; the leaf is not among them. */
  readonly issuers: readonly Step[];
  readonly leaf: Step;
}

const ANY_USAGE = '2.5.29.37.0';

/**
 * At most as many issuers below an issuer as its path length says; self-issued ones do not count (RFC 5280 section 6.1.4,
 * steps l and m). The path length of the anchor counts too.
 */
export function checkPathLength({ anchor, issuers }: Path): void {
  let left = pathLengthOf(anchor);
  for (const { place, certificate } of issuers) {
    at(place, () => {
      if (!certificate.selfIssued && --left < 0)
        throw new Flaw('an issuer above it allows fewer issuers below');
    });
    left = Math.min(left, pathLengthOf(certificate));
  }
}

function pathLengthOf({ extensions }: Certificate): number {
  return extensions.basicConstraints?.value.pathLength ?? Number.POSITIVE_INFINITY;
}

function namesOf({ subject, extensions }: Certificate): readonly GeneralName[] {
  return [
    ...(extensions.names?.value ?? []),
    ...(subject.parts.length === 0 ? [] : [{ form: 'directory', name: subject } as const]),
    ...subject.emails.map((text) => ({ form: 'email', text }) as const),
  ];
}

/**
 * Every name of every certificate within the constraints of all issuers above it; self-issued issuers are exempt (RFC 5280
 * section 6.1.3, steps b and c). The constraints of the anchor count too. Returns all of them, for names that the leaf
 * will assert.
 */
export function checkNameConstraints({ anchor, issuers, leaf }: Path): readonly NameConstraints[] {
  const constraints: NameConstraints[] = [];
  const add = ({ extensions }: Certificate): void => {
    if (extensions.nameConstraints !== undefined) constraints.push(extensions.nameConstraints.value);
  };
  add(anchor);
  for (const step of [...issuers, leaf]) {
    const { place, certificate } = step;
    const isExempt = certificate.selfIssued && step !== leaf;
    if (constraints.length > 0 && !isExempt) {
      at(place, () => {
        for (const name of namesOf(certificate)) checkName(name, constraints);
      });
    }
    add(certificate);
  }
  return constraints;
}

/**
 * An issuer that limits itself to some usages issues for no other. RFC 5280 leaves this open; without it an intermediate
 * meant for TLS alone could issue for tokens.
 */
export function checkUsage({ anchor, issuers }: Path, usage: string): void {
  for (const { place, certificate } of [{ place: 'the anchor', certificate: anchor }, ...issuers]) {
    const usages = certificate.extensions.extendedKeyUsage?.value;
    if (usages === undefined || usages.includes(usage) || usages.includes(ANY_USAGE)) continue;
    at(place, () => {
      throw new Flaw('its extended key usage does not allow it to issue for this one');
    });
  }
}
