import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { SOURCE_SECONDS, withTimeLimit } from '../refresh/time-limit.ts';
import { checkFile, FileRefusal, type FileRules, tooLarge } from './file-rules.ts';

// A pipe without a writer would block in `open`, and a terminal would become that of this process. Windows has neither.
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

/** Collects what is read, and never more than it may be: a file may grow meanwhile, and the size of some says nothing. */
class Content {
  readonly #rules: FileRules;
  #bytes: Buffer;
  #length = 0;

  constructor(size: number, rules: FileRules) {
    this.#rules = rules;
    this.#bytes = Buffer.alloc(size + 1);
  }

  get free(): Buffer {
    return this.#bytes.subarray(this.#length);
  }

  get whole(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  add(count: number): void {
    this.#length += count;
    if (this.#length > this.#rules.most) throw tooLarge(this.#rules);
    if (this.#length < this.#bytes.length) return;
    const before = this.#bytes;
    this.#bytes = Buffer.alloc(Math.min(2 * before.length, this.#rules.most) + 1);
    before.copy(this.#bytes);
    before.fill(0);
  }
}

async function read(file: string, rules: FileRules): Promise<Buffer> {
  const handle = await open(file, FLAGS);
  try {
    // The file that is read is the one that is checked, whatever the path leads to meanwhile.
    const stats = await handle.stat();
    checkFile(file, stats, rules);
    const content = new Content(stats.size, rules);
    for (;;) {
      const { bytesRead } = await handle.read(content.free);
      if (bytesRead === 0) return content.whole;
      content.add(bytesRead);
    }
  } finally {
    await handle.close();
  }
}

function readNow(file: string, rules: FileRules): Buffer {
  const descriptor = openSync(file, FLAGS);
  try {
    const stats = fstatSync(descriptor);
    checkFile(file, stats, rules);
    const content = new Content(stats.size, rules);
    for (;;) {
      const count = readSync(descriptor, content.free);
      if (count === 0) return content.whole;
      content.add(count);
    }
  } finally {
    closeSync(descriptor);
  }
}

function late(): FileRefusal {
  return new FileRefusal(
    `has not answered for ${SOURCE_SECONDS} seconds. Check the disk or the network mount it is on`,
  );
}

/** The message of the system quotes the path: only its code is kept. */
function refusal(error: unknown): FileRefusal {
  if (error instanceof FileRefusal) return error;
  return new FileRefusal(`cannot be read: ${(error as { code?: string }).code ?? 'unreadable'}`);
}

// The read under way of each file, until it ends; settled when it ends or its time is up.
const underWay = new Map<string, Promise<void>>();

/** Waits for its turn: a read that hangs holds a thread of the pool for as long as it does, and no second one joins it. */
async function turnOf(file: string): Promise<void> {
  for (let before = underWay.get(file); before !== undefined; before = underWay.get(file)) {
    await before;
    if (underWay.get(file) === before) throw late();
  }
}

/**
 * Reads a file that decides about trust: a bundle, a secret, a key, a certificate. It must be a regular file, of a size that
 * is right, and nobody else may write it; a group that may write it is warned about once.
 * @throws FileRefusal with the reason: also for a file that cannot be opened (with the code of the system), and for one that
 * has not answered after 2 seconds
 */
export async function readSourceFile(file: string, rules: FileRules): Promise<Buffer> {
  try {
    await turnOf(file);
    const reading = read(file, rules);
    const ended = (): void => void underWay.delete(file);
    reading.then(ended, ended);
    const limited = withTimeLimit(reading, SOURCE_SECONDS, late);
    underWay.set(
      file,
      limited.then(
        () => {},
        () => {},
      ),
    );
    return await limited;
  } catch (error) {
    throw refusal(error);
  }
}

/**
 * Reads a file as {@link readSourceFile} does, without a limit of time: for what is read once, before anything else can be
 * done.
 * @throws FileRefusal
 */
export function readSourceFileSync(file: string, rules: FileRules): Buffer {
  try {
    return readNow(file, rules);
  } catch (error) {
    throw refusal(error);
  }
}
