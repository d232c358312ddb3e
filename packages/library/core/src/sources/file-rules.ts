import type { Stats } from 'node:fs';
import { warnOnce } from '../warning.ts';
import { describeFile } from './describe-source.ts';

/** Why a file was not read, in words that follow its name: `is empty`, `has mode 0666: …`. Never its content. */
export class FileRefusal extends Error {}

/** What a file may be, and how it is read. */
export interface FileRules {
  /** Bytes. */
  readonly most: number;
  /** Mode bits that make a file refused. Default: that others may write it. */
  readonly refuse?: { readonly bits: number; readonly why: string };
}

const OTHERS_WRITE = 0o002;
const GROUP_WRITES = 0o020;
const OPEN_TO_OTHERS = {
  bits: OTHERS_WRITE,
  why: 'everybody on this machine could replace what it holds. Run `chmod o-w` on it',
};

function modeOf({ mode }: Stats): string {
  return (mode & 0o777).toString(8).padStart(4, '0');
}

/** The refusal of a file that holds more than it may. */
export function tooLarge({ most }: FileRules): FileRefusal {
  return new FileRefusal(`is larger than ${Math.floor(most / 1024)} KiB`);
}

/**
 * Checks a file that was opened: that it is a regular one, not too large, and that nobody else may write it. A group that
 * may write it is warned about once.
 * @throws FileRefusal
 */
export function checkFile(file: string, stats: Stats, rules: FileRules): void {
  const { most, refuse = OPEN_TO_OTHERS } = rules;
  if (stats.isDirectory()) throw new FileRefusal('is a folder');
  if (!stats.isFile()) throw new FileRefusal('is not a regular file');
  if (stats.size > most) throw tooLarge(rules);
  // Windows keeps access elsewhere: its mode bits say nothing.
  if (process.platform === 'win32') return;
  if ((stats.mode & refuse.bits) !== 0) throw new FileRefusal(`has mode ${modeOf(stats)}: ${refuse.why}`);
  if ((stats.mode & GROUP_WRITES) === 0) return;
  const warning = `${describeFile(file)} has mode ${modeOf(stats)}: its group could replace what it holds. Run \`chmod g-w\` on it`;
  warnOnce('WORKLOAD_IDENTITY_FILE_MODE', file, warning);
}
