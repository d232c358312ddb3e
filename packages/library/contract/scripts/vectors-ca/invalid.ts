import type { Authorities } from './authorities.ts';
import { invalidChains } from './invalid-chains.ts';
import { invalidDenied } from './invalid-denied.ts';
import { invalidForms } from './invalid-forms.ts';
import { invalidIssuers } from './invalid-issuers.ts';
import { invalidLeaves } from './invalid-leaves.ts';
import { invalidTokens } from './invalid-tokens.ts';
import type { CaKeys } from './keys.ts';
import { type AddInvalid, type CaInvalidVector, mintWith } from './mint.ts';

/** The tokens of the `ca` rung to refuse, with the code of the refusal. */
export function caInvalidVectors(keys: CaKeys, made: Authorities): readonly CaInvalidVector[] {
  const vectors: CaInvalidVector[] = [];
  const add: AddInvalid = (id, code, comment, chain, changes) => {
    vectors.push({ id, code, comment, token: mintWith(id, chain, changes) });
  };
  const groups = [invalidChains, invalidIssuers, invalidLeaves, invalidForms, invalidTokens, invalidDenied];
  for (const group of groups) group(keys, made, add);
  return vectors;
}
