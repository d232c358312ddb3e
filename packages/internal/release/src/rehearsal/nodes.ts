import { join } from 'node:path';
import { pinnedFolder } from '../../../tools/src/pinned.mjs';
import { pinOf, readPins } from '../../../tools/src/pins.mjs';

/** Every major version of Node that the packages are released for. */
export const MAJORS = [20, 22, 24, 26] as const;

/** The binary of one version of Node, of which `pins.json` has the hash. It is fetched once, and checked each time. */
export function nodeBinary(major: number): string {
  const versions = Object.keys(readPins()['node'] ?? {});
  const version = versions.find((one) => one.startsWith(`${major}.`)) ?? `${major}`;
  const { pin, run } = pinOf('node', version);
  return join(pinnedFolder(pin), run);
}
