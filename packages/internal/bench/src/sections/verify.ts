import { VERIFY } from '../groups/verify.ts';
import { measureGroups } from '../measure/groups.ts';
import { ONE_BY_ONE } from '../measure/pace.ts';
import type { Section } from '../section.ts';

/** Verification of tokens never seen before, one after the other, without a cache on any side. */
export const verify: Section = {
  name: 'verify',
  title: 'Verify a token, uncached, one at a time',
  run: ({ calls }) => measureGroups(VERIFY, ONE_BY_ONE, calls),
};
