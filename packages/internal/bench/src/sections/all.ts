import type { Section } from '../section.ts';
import { chains } from './chains.ts';
import { concurrency } from './concurrent.ts';
import { growth } from './growth.ts';
import { hostile } from './hostile.ts';
import { http } from './http.ts';
import { imports } from './imports.ts';
import { memory } from './memory.ts';
import { mint } from './mint.ts';
import { repeated } from './repeated.ts';
import { verify } from './verify.ts';

/** Every section, in the order of the report. */
export const SECTIONS: readonly Section[] = [
  repeated,
  verify,
  mint,
  chains,
  concurrency,
  http,
  imports,
  growth,
  memory,
  hostile,
];
