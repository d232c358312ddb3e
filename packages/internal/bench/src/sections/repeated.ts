import { REPEATED, SAME_STRING } from '../groups/repeated.ts';
import { measureGroups } from '../measure/groups.ts';
import { ONE_BY_ONE } from '../measure/pace.ts';
import type { Section } from '../section.ts';

/** Tokens that come again, each time as text that has just come off a socket, or as the very same string. */
export const repeated: Section = {
  name: 'repeated',
  title: 'Verify a token that was verified before',
  run: ({ calls }) => measureGroups([...REPEATED, SAME_STRING], ONE_BY_ONE, calls),
};
