import { Flaw } from '../flaw.ts';
import type { NameConstraints } from './constraints.ts';
import { type GeneralName, splitMailbox } from './general-name.ts';
import { hostOf, isWithin } from './hosts.ts';

type Of<Form extends GeneralName['form']> = Extract<GeneralName, { readonly form: Form }>;

/**
 * How a name stands to a constraint: all that it may stand for is within, some of it may be, or none is. Only a wildcard
 * stands for more than one name.
 */
type Standing = 'within' | 'overlapping' | 'outside';

const decide = (within: boolean): Standing => (within ? 'within' : 'outside');

/** A constraint with a dot in front means every host below, without one that host alone. */
function isHostOf(host: string, constraint: string): boolean {
  const wanted = constraint.toLowerCase();
  return wanted.startsWith('.') ? host.endsWith(wanted) : host === wanted;
}

function standingOfDns({ text }: Of<'dns'>, { text: constraint }: Of<'dns'>): Standing {
  const domain = constraint.toLowerCase();
  const host = text.toLowerCase().replace(/^\*\./, '');
  if (domain === '' || isWithin(host, domain)) {
    // A wildcard stands for names below its host, and only those.
    return 'within';
  }
  return text.startsWith('*.') && isWithin(domain, host) ? 'overlapping' : 'outside';
}

function standingOfEmail({ text }: Of<'email'>, { text: constraint }: Of<'email'>): Standing {
  const mailbox = splitMailbox(text);
  if (mailbox === undefined) throw new Flaw('it has a mailbox that constraints cannot be held against');
  const wanted = splitMailbox(constraint);
  if (wanted !== undefined) return decide(mailbox.local === wanted.local && mailbox.host === wanted.host);
  return decide(isHostOf(mailbox.host, constraint));
}

function standingOfAddress({ address }: Of<'ip'>, { address: constraint }: Of<'ip'>): Standing {
  const size = constraint.length / 2;
  if (address.length !== size) return 'outside';
  const isEqual = (byte: number, at: number): boolean =>
    ((byte ^ (constraint[at] ?? 0)) & (constraint[size + at] ?? 0)) === 0;
  return decide(address.every(isEqual));
}

function standingOfDirectory({ name }: Of<'directory'>, { name: constraint }: Of<'directory'>): Standing {
  return decide(constraint.parts.every((part, at) => part === name.parts.at(at)));
}

function standing(name: GeneralName, constraint: GeneralName): Standing {
  switch (name.form) {
    case 'dns':
      return standingOfDns(name, constraint as Of<'dns'>);
    case 'email':
      return standingOfEmail(name, constraint as Of<'email'>);
    case 'uri':
      return decide(isHostOf(hostOf(name.text), (constraint as Of<'uri'>).text));
    case 'ip':
      return standingOfAddress(name, constraint as Of<'ip'>);
    case 'directory':
      return standingOfDirectory(name, constraint as Of<'directory'>);
    case 'other':
      throw new Flaw('its issuer constrains a form of name that cannot be processed');
  }
}

function isSameForm(name: GeneralName, constraint: GeneralName): boolean {
  if (name.form === 'other') return constraint.form === 'other' && constraint.tag === name.tag;
  return constraint.form === name.form;
}

/**
 * Holds a name against the constraints of every issuer above it (RFC 5280 section 6.1.3, steps b and c): each issuer that
 * mentions its form must permit it, and none may exclude it.
 * @throws Flaw
 */
export function checkName(name: GeneralName, constraints: readonly NameConstraints[]): void {
  for (const { permitted, excluded } of constraints) {
    const asked = permitted.filter((constraint) => isSameForm(name, constraint));
    if (asked.length > 0 && !asked.some((constraint) => standing(name, constraint) === 'within')) {
      throw new Flaw(`its issuer is not permitted to certify this name of the form ${name.form}`);
    }
    for (const constraint of excluded) {
      if (isSameForm(name, constraint) && standing(name, constraint) !== 'outside') {
        throw new Flaw(`its issuer is excluded from certifying this name of the form ${name.form}`);
      }
    }
  }
}
