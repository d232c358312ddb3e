import { claimVectors } from './invalid-claims.ts';
import { formVectors, jsonVectors } from './invalid-form.ts';
import { algorithmVectors, headerVectors, keyVectors, typeVectors } from './invalid-header.ts';
import { signatureVectors } from './invalid-signature.ts';
import { timeAndAudienceVectors } from './invalid-time.ts';
import { authorityVectors, denialVectors } from './invalid-trust.ts';
import type { Keys } from './keys.ts';
import type { Add, InvalidVector } from './vector.ts';

/** All invalid vectors, in the order in which a verifier works. */
export function invalidVectors(keys: Keys): readonly InvalidVector[] {
  const vectors: InvalidVector[] = [];
  const add: Add = (id, code, comment, token, overrides) => {
    vectors.push({ id, code, comment, token, ...(overrides === undefined ? {} : { overrides }) });
  };
  const parts = [
    formVectors,
    jsonVectors,
    headerVectors,
    typeVectors,
    algorithmVectors,
    keyVectors,
    signatureVectors,
    claimVectors,
    timeAndAudienceVectors,
    authorityVectors,
    denialVectors,
  ];
  for (const part of parts) part(keys, add);
  return vectors;
}
