import { isIssuer, isPattern, isTrustDomain, isWorkloadId } from '../oracle/grammar.ts';

/** A value of JSON, and whatever stands in it. */
type Value = unknown;

const listOf = (value: Value): readonly Value[] => (Array.isArray(value) ? value : []);
const own = (value: Value, name: string): Value =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, Value>>)[name]
    : undefined;

function isRealDay(text: Value): boolean {
  if (typeof text !== 'string') return true;
  const [year, month, day] = text.slice(0, 10).split('-').map(Number) as [number, number, number];
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return !(day > (days[month - 1] ?? 31));
}

function isWithin(name: Value, domain: string): boolean {
  if (typeof name !== 'string' || !(isPattern(name) || isWorkloadId(name))) return true;
  return name.startsWith(`spiffe://${domain}/`);
}

/** A key derived for an audience is one thing or the other, and of 32 bytes. */
function isConsistentKey(key: Value): boolean {
  const [audience, deriveFor, alg] = ['audience', 'deriveFor', 'alg'].map((name) => own(key, name));
  if (audience !== undefined && deriveFor !== undefined) return false;
  const isScoped = audience !== undefined || deriveFor !== undefined;
  return !isScoped || alg === undefined || alg === 'HS256';
}

/** A name that is rather 32 random bytes, as far as it can be told from outside: long, and mixed. */
function mayBeSecret(reference: Value): boolean {
  return ['env', 'file'].some((member) => {
    const name = own(reference, member);
    return (
      typeof name === 'string' &&
      (name.length >= 43 || name.includes('-----BEGIN') || name.startsWith('eyJ') || name.includes('"kty"'))
    );
  });
}

/** Whether a name of a variable or a file may be taken for a secret, which the schema then refuses: nobody can say for sure. */
export function mayHoldSecret(bundle: Value): boolean {
  const keys = listOf(own(bundle, 'authorities')).flatMap((one) => listOf(own(one, 'keys')));
  return keys.some((key) => mayBeSecret(own(key, 'secret')));
}

/** Whether a bundle keeps the rules that its JSON Schema cannot say (docs/contract/v1.md, section 7). */
export function keepsRulesBeyondSchema(bundle: Value): boolean {
  const domain = own(bundle, 'trustDomain');
  const authorities = listOf(own(bundle, 'authorities'));
  const denied = own(bundle, 'denied');
  const names = [
    ...authorities.flatMap((one) => [...listOf(own(one, 'subjects')), own(one, 'issuer')]),
    ...listOf(own(denied, 'subjects')),
  ].filter((name) => typeof name === 'string' && (isPattern(name) || isIssuer(name)));
  const days = [...authorities.map((one) => own(one, 'notAfter')), own(denied, 'issuedBefore')];
  const keys = authorities
    .filter((one) => own(one, 'rung') === 'hmac')
    .flatMap((one) => listOf(own(one, 'keys')));
  return (
    (typeof domain !== 'string' || !isTrustDomain(domain) || names.every((name) => isWithin(name, domain))) &&
    days.every(isRealDay) &&
    keys.every(isConsistentKey)
  );
}
