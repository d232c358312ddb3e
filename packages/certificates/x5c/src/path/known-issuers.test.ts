import { describe, expect, it } from 'vitest';
import {
  type Built,
  CA_EXTENSIONS,
  ec,
  intermediate,
  leaf,
  NOW,
  name,
  nameConstraints,
  root,
  uri,
} from '../../test/support/build.ts';
import { time } from '../../test/support/der.ts';
import { AnchorSet, type ChainProfile, TOKEN_LEAF, validateChain } from '../index.ts';

const first = root({ subject: name('First') });
const second = root({ subject: name('Second') });
const upper = intermediate(first, { subject: name('Upper') });
const lower = intermediate(upper, { subject: name('Lower') });
const end = leaf(lower);

function setOf(...anchors: readonly Built[]): AnchorSet {
  const set = new AnchorSet();
  for (const { der } of anchors) set.add(der);
  return set;
}

const validate = (set: AnchorSet, chain: readonly Built[], now = NOW) =>
  validateChain(
    chain.map(({ der }) => der),
    set,
    TOKEN_LEAF,
    now,
  );

describe('issuers whose signature held', () => {
  it('attack 13: are not taken for issued by another CA of the same name', () => {
    const set = setOf(first, second);
    const namesake = intermediate(second, { subject: name('Upper') });
    expect(validate(set, [end, lower, upper]).lineage.at(-1)).toBe(first.keyId);
    // The namesake is one of ours as well: it is known, and so is what it did not issue.
    const other = intermediate(namesake, { subject: name('Lower') });
    expect(validate(set, [leaf(other), other, namesake]).lineage.at(-1)).toBe(second.keyId);
    expect(() => validate(set, [end, lower, namesake])).toThrow(
      'intermediate 1: its signature does not hold',
    );
  });

  it('attack 13: are not taken for certificates that carry their signature and say something else', () => {
    const set = setOf(first);
    validate(set, [end, lower, upper]);
    const stranger = intermediate(first, { subject: name('Upper'), keys: ec() });
    const der = Buffer.from(upper.der);
    // The key of the stranger in the place of the key that was signed.
    const point = (of: Built): Buffer =>
      of.keys.publicKey.export({ format: 'der', type: 'spki' }).subarray(-64);
    point(stranger).copy(der, der.indexOf(point(upper)));
    const forged = { ...stranger, der };
    const below = leaf(forged);
    expect(der.subarray(-32)).toEqual(upper.der.subarray(-32));
    expect(() => validate(set, [below, forged])).toThrow('an anchor has the right name, and another key');
  });

  it('are asked for their validity and their limits each time', () => {
    const set = setOf(first);
    const short = intermediate(first, {
      notAfter: time(NOW + 10),
      extensions: [...CA_EXTENSIONS, nameConstraints({ excluded: [uri('prod.example.com')] })],
    });
    const free = intermediate(first, { notAfter: time(NOW + 10) });
    expect(validate(set, [leaf(free), free]).paths).toHaveLength(1);
    expect(() => validate(set, [leaf(free), free], NOW + 11)).toThrow('it is outside its validity');
    for (let round = 0; round < 2; round++) {
      expect(() => validate(set, [leaf(short), short])).toThrow('is excluded from certifying');
    }
    const strict: ChainProfile = {
      ...TOKEN_LEAF,
      checkIssuer: () => {
        throw new TypeError('asked');
      },
    };
    const chain = [leaf(free), free].map(({ der }) => der);
    expect(() => validateChain(chain, set, strict, NOW)).toThrow('asked');
  });

  it('are at most 128', () => {
    const set = setOf(first);
    for (let at = 0; at < 130; at++) {
      const issuer = intermediate(first, { subject: name(`CA ${at}`) });
      validate(set, [leaf(issuer), issuer]);
      expect(set.issuers.size).toBe(Math.min(at + 1, 128));
    }
  });
});
