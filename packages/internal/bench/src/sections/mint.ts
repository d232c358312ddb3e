import { MINT } from '../groups/mint.ts';
import { measureGroups } from '../measure/groups.ts';
import { ONE_BY_ONE } from '../measure/pace.ts';
import type { Section } from '../section.ts';

/** Minting, one token after the other. */
export const mint: Section = {
  name: 'mint',
  title: 'Mint a token, one at a time',
  run: ({ calls }) => measureGroups(MINT, ONE_BY_ONE, calls),
};
