import { added, breaking, changes, type Difference } from './difference.ts';
import type { ContractVersion, VectorFile } from './document.ts';

const READERS = 'every implementation that is tested with them: the old verdict was released';

function compareFile(file: string, before: VectorFile, after: VectorFile): readonly Difference[] {
  const found = changes(before.vectors, after.vectors).map(({ name, before: was, after: is }) => {
    if (is === undefined) return breaking(`frozen vector \`${name}\` was taken out of ${file}`, READERS);
    const verb = was === undefined ? 'was added to the frozen file' : 'was changed in';
    return breaking(`frozen vector \`${name}\` ${verb} ${file}`, READERS);
  });
  return found.length > 0
    ? found
    : [breaking(`the frozen file ${file} was changed outside its vectors`, READERS)];
}

/** Released files of vectors are frozen, byte for byte. New vectors come in a file of their own. */
export function compareVectors(
  before: ContractVersion['vectors'],
  after: ContractVersion['vectors'],
): readonly Difference[] {
  return changes(before, after).flatMap(({ name, before: was, after: is }) => {
    if (was === undefined)
      return [added(`vectors ${name} were added`, 'a file of their own; the frozen ones stay')];
    return is === undefined
      ? [breaking(`the frozen vectors ${name} were taken out`, READERS)]
      : compareFile(name, was, is);
  });
}
