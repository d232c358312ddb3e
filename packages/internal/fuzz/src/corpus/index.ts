import { chainTokens } from './chains.ts';
import { HEADER_TOKENS } from './headers.ts';
import type { HostileToken } from './hostile.ts';
import { keyTokens } from './named-keys.ts';
import type { Scene } from './scene.ts';
import { SHAPES } from './shapes.ts';

export type { HostileToken } from './hostile.ts';
export { makeScene, type Scene } from './scene.ts';

/** Every hostile token there is, for a scene. */
export function hostileTokens(scene: Scene): readonly HostileToken[] {
  return [...SHAPES, ...HEADER_TOKENS, ...keyTokens(scene), ...chainTokens(scene)];
}
