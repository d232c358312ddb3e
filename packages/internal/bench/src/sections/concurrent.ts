import { MINT } from '../groups/mint.ts';
import { REPEATED } from '../groups/repeated.ts';
import { VERIFY, VERIFY_CHAIN } from '../groups/verify.ts';
import { measureGroups } from '../measure/groups.ts';
import { AT_ONCE } from '../measure/pace.ts';
import type { Section } from '../section.ts';

/** Many calls under way at once: what counts is how many are done in a second. */
export const concurrency: Section = {
  name: 'concurrent',
  title: `${AT_ONCE.lanes} calls at once`,
  run: ({ calls }) => measureGroups([...VERIFY, VERIFY_CHAIN, ...REPEATED, ...MINT], AT_ONCE, calls),
};
