export type { CaAlgorithm, CaKey, CaPublicKey } from './ca-key.ts';
