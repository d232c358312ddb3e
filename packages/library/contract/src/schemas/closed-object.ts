import { z } from 'zod';
import { nearest } from './nearest.ts';

function advise(keys: readonly string[], allowed: readonly string[]): string {
  const meant = keys.flatMap((key) => {
    const near = nearest(key, allowed);
    return near === undefined ? [] : [`write \`${near}\` instead`];
  });
  const mend =
    meant.length === keys.length ? meant.join(', ') : [...meant, 'remove what is not allowed'].join(', ');
  return `allowed: ${allowed.map((name) => `\`${name}\``).join(', ')}; ${mend}`;
}

/**
 * A strict object whose error for an unknown key names the keys that are allowed, and the nearest one.
 * A member whose schema is `z.never()` counts as not allowed.
 */
export function closedObject<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  const allowed = Object.keys(shape).filter((name) => !isForbidden(shape[name]));
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? advise(issue.keys as string[], allowed) : undefined,
  });
}

function isForbidden(schema: unknown): boolean {
  return schema instanceof z.ZodExactOptional && schema.unwrap() instanceof z.ZodNever;
}
