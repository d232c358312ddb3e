import { constants, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { SOURCE_SECONDS, withTimeLimit } from '../refresh/time-limit.ts';
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

function check(file: string, stats: Stats, { most, refuse = OPEN_TO_OTHERS }: FileRules): void {
  if (stats.isDirectory()) throw new FileRefusal('is a folder');
  if (!stats.isFile()) throw new FileRefusal('is not a regular file');
  if (stats.size > most) throw new FileRefusal(`is larger than ${Math.floor(most / 1024)} KiB`);
  // Windows keeps access elsewhere: its mode bits say nothing.
  if (process.platform === 'win32') return;
  if ((stats.mode & refuse.bits) !== 0) throw new FileRefusal(`has mode ${modeOf(stats)}: ${refuse.why}`);
  if ((stats.mode & GROUP_WRITES) !== 0) {
    const where = describeFile(file);
    warnOnce(
      'WORKLOAD_IDENTITY_FILE_MODE',
      where,
      `${where} has mode ${modeOf(stats)}: its group could replace what it holds. Run \`chmod g-w\` on it`,
    );
  }
}

async function read(file: string, rules: FileRules): Promise<Buffer> {
  // A pipe without a writer would block a thread in `open`.
  const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    // The file that is read is the one that is checked, whatever the path leads to meanwhile.
    check(file, await handle.stat(), rules);
    const bytes = await handle.readFile();
    if (bytes.length <= rules.most) return bytes;
    throw new FileRefusal(`is larger than ${Math.floor(rules.most / 1024)} KiB`);
  } finally {
    await handle.close();
  }
}

// A read that hangs holds a thread of the pool for as long as it does: no second one joins it.
const pending = new Map<string, Promise<Buffer>>();

function readAlone(file: string, rules: FileRules): Promise<Buffer> {
  const known = pending.get(file);
  if (known !== undefined) return known.catch(() => {}).then(() => readAlone(file, rules));
  const reading = read(file, rules).finally(() => pending.delete(file));
  pending.set(file, reading);
  return reading;
}

/**
 * Reads a file that decides about trust: a bundle, a secret, a key, a certificate. It must be a regular file, of a size that
 * is right, and nobody else may write it; a group that may write it is warned about once.
 * @throws FileRefusal with the reason: also for a file that cannot be opened (with the code of the system), and for one that
 * has not answered after 2 seconds
 */
export async function readSourceFile(file: string, rules: FileRules): Promise<Buffer> {
  try {
    return await withTimeLimit(
      readAlone(file, rules),
      SOURCE_SECONDS,
      () =>
        new FileRefusal(
          `has not answered for ${SOURCE_SECONDS} seconds. Check the disk or the network mount it is on`,
        ),
    );
  } catch (error) {
    if (error instanceof FileRefusal) throw error;
    // The message of the system quotes the path: only the code is kept.
    throw new FileRefusal(`cannot be read: ${(error as { code?: string }).code ?? 'unreadable'}`);
  }
}
