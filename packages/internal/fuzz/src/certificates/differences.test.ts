import { expect, it } from 'vitest';
import { explain } from './differences.ts';

it('knows no reason to take what both others refuse', () => {
  const refused = { ours: 'ok', python: 'no Refused: a leaf that is a CA', go: 'no a leaf that is a CA' };
  expect(explain(refused, true)).toBeUndefined();
  expect(explain({ ...refused, python: 'no InvalidSignature: ' }, true)).toBeUndefined();
});

it('tells where all say the same', () => {
  expect(explain({ ours: 'ok', python: 'ok', go: 'ok' }, false)).toBe('same');
  expect(explain({ ours: 'chain_invalid: x', python: 'no x', go: 'no y' }, false)).toBe('same');
});

it('tells why one is stricter, and knows no reason for what is not in its table', () => {
  const ours =
    'chain_invalid: The chain is not valid: the leaf: its key is not an uncompressed point of its curve. Fix';
  expect(explain({ ours, python: 'ok', go: 'no x' }, false)).toContain('uncompressed');
  expect(explain({ ours: 'chain_invalid: something new', python: 'ok', go: 'ok' }, false)).toBeUndefined();
});

it('takes an extension that decides nothing for a reason only where there is one', () => {
  const malformed = {
    ours: 'ok',
    python: 'no ValueError: error parsing asn1 value',
    go: 'no x509: invalid CRL distribution points',
  };
  expect(explain(malformed, true)).toContain('decides nothing');
  expect(explain(malformed, false)).toBeUndefined();
  expect(explain({ ...malformed, go: 'no x509: invalid basic constraints' }, true)).toBeUndefined();
});
