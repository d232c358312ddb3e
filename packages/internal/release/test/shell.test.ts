import { expect, it } from 'vitest';
import { commandsOf } from '../src/workflows/shell.ts';

it('the commands of a script are read as the shell runs them', () => {
  const read = commandsOf('a=1 b "c; d" > "$e"\n# no\nif f; then g "$(h | i)"; fi\n');
  expect(read.map(({ words }) => words.join(' '))).toEqual(['b c; d', 'f', 'g 0', 'h', 'i']);
  expect(read[0]).toMatchObject({ sets: ['a'], files: ['$e'] });
});
