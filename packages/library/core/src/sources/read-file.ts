import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
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

// What is under way with each file, until it ends; settled when it ends or its time is up.
const underWay = new Map<string, Promise<void>>();

/**
 * Does something with a file, one thing at a time, and waits for it no longer than 2 seconds: what hangs holds a thread of
 * the pool for as long as it does, and nothing joins it.
 * @throws FileRefusal
 */
async function alone<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    for (let before = underWay.get(file); before !== undefined; before = underWay.get(file)) {
      await before;
      if (underWay.get(file) === before) throw late();
    }
    const working = work();
    const ended = (): void => void underWay.delete(file);
    working.then(ended, ended);
    const limited = withTimeLimit(working, SOURCE_SECONDS, late);
    const settled = limited.then(
      () => {},
      () => {},
    );
    underWay.set(file, settled);
    return await limited;
  } catch (error) {
    throw refusal(error);
  }
}

/**
 * Reads a file that decides about trust: a bundle, a secret, a key, a certificate. It must be a regular file, of a size that
 * is right, and nobody else may write it; a group that may write it is warned about once.
 * @throws FileRefusal with the reason: also for a file that cannot be opened (with the code of the system), and for one that
 * has not answered after 2 seconds
 */
export function readSourceFile(file: string, rules: FileRules): Promise<Buffer> {
  return alone(file, () => read(file, rules));
}

/**
 * A text that is another one when there may be another file under a path, other content in it, or another mode.
 * @throws FileRefusal for a file that is not there, or has not answered after 2 seconds
 */
export function markOfFile(file: string): Promise<string> {
  return alone(file, async () => {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
    // The time of the last change also tells of a new mode, and of content that was written with the time of the old one.
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
  });
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
