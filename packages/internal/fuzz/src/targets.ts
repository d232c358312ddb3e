import { bundles } from './bundles/target.ts';
import { certificates } from './certificates/target.ts';
import { configuration } from './configuration/target.ts';
import { costs } from './cost/search.ts';
import type { Target } from './fuzzer.ts';
import { identifiers } from './identifiers/target.ts';
import { tokens } from './tokens/target.ts';

/** Every target, in the order of a whole run. */
export const TARGETS: readonly Target[] = [tokens, bundles, configuration, identifiers, certificates, costs];
