import { z } from 'zod';

const PATH = /^\P{Cc}{1,4096}$/u;

/** The path of a file. @param hint how to mend one that is not */
export function pathSchema(hint: string): z.ZodType<string, string> {
  return z.string(hint).regex(PATH, hint);
}
