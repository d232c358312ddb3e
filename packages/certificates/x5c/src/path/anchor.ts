import { type Certificate, readRest } from '../certificate/certificate.ts';
import { readFrame } from '../certificate/frame.ts';
import { checkAnchor } from './rules.ts';

/** A trust anchor: its name and key, and what its certificate limits. */
export interface Anchor {
  readonly certificate: Certificate;
}

/** Reads the certificate of an anchor. Its own signature proves nothing and is not checked. @throws Flaw */
export function readAnchor(der: Uint8Array): Anchor {
  const certificate = readRest(readFrame(der));
  checkAnchor(certificate);
  return Object.freeze({ certificate });
}
