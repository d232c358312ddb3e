import type { VectorKey } from './keys.ts';
import type { Json, Overrides } from './setup.ts';

export interface ValidVector {
  readonly id: string;
  readonly comment: string;
  readonly token: string;
  readonly overrides?: Overrides;
  readonly expect: Json;
}

/** Adds one vector: claims and header changed from what is right for the shared key, and correctly signed. */
export type AddValid = (
  id: string,
  comment: string,
  key: VectorKey,
  changes?: Json,
  header?: Json,
  overrides?: Overrides,
) => void;

export interface InvalidVector {
  readonly id: string;
  readonly code: string;
  readonly comment: string;
  readonly token: string;
  readonly overrides?: Overrides;
}

/** Adds one vector: wrong in one way, and refused with this code. */
export type Add = (id: string, code: string, comment: string, token: string, overrides?: Overrides) => void;
