import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { hangFiles } from '../../test/support/thread-pool.ts';
import { watchWarnings } from '../../test/support/warnings.ts';
import { FileRefusal, type FileRules } from './file-rules.ts';
import { markOfFile, readSourceFile, readSourceFileSync } from './read-file.ts';

const RULES: FileRules = { most: 1_024 };
const STRICT: FileRules = { most: 1_024, refuse: { bits: 0o027, why: 'run `chmod 600` on it' } };
const posix = describe.skipIf(process.platform === 'win32');

/** A folder of files that is gone when the test is. */
function openFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'workload-identity-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = (name: string): string => join(folder, name);
  const write = (name: string, content: string | Uint8Array, mode = 0o600): string => {
    writeFileSync(path(name), content);
    chmodSync(path(name), mode);
    return path(name);
  };
  return { path, write };
}

/** What reading a file gives: its text, or why it is refused. */
async function outcomeOf(read: () => Buffer | Promise<Buffer>): Promise<string> {
  try {
    return (await read()).toString();
  } catch (error) {
    expect(error).toBeInstanceOf(FileRefusal);
    return (error as Error).message;
  }
}

const READERS = [
  ['readSourceFile', readSourceFile],
  ['readSourceFileSync', readSourceFileSync],
] as const;

describe.each(READERS)('%s', (reader, read) => {
  const reading = (file: string, rules = RULES) => outcomeOf(() => read(file, rules));

  it('gives what a file holds, up to its limit', async () => {
    const { path, write } = openFolder();
    expect(await reading(write('a', 'text\n'))).toBe('text\n');
    expect(await reading(write('a', ''))).toBe('');
    expect(await reading(write('a', 'x'.repeat(1_024)))).toHaveLength(1_024);
    expect(await reading(write('a', 'x'.repeat(1_025)))).toBe('is larger than 1 KiB');
    // It takes no room for what a file says it has.
    truncateSync(write('a', ''), 2 ** 40);
    expect(await reading(path('a'))).toBe('is larger than 1 KiB');
  });

  it('refuses a folder, and what is not there, by the code of the system', async () => {
    const { path } = openFolder();
    mkdirSync(path('folder'));
    expect(await reading(path('folder'))).toBe('is a folder');
    expect(await reading(path('none'))).toBe('cannot be read: ENOENT');
    expect(await reading(path('none\u{0}'))).toBe('cannot be read: ERR_INVALID_ARG_VALUE');
  });

  posix('on a system with modes', () => {
    it.each([0o602, 0o606, 0o622, 0o642, 0o666, 0o777])('refuses mode %o', async (mode) => {
      const file = openFolder().write('a', 'text', mode);
      const octal = mode.toString(8).padStart(4, '0');
      expect(await reading(file)).toBe(
        `has mode ${octal}: everybody on this machine could replace what it holds. Run \`chmod o-w\` on it`,
      );
    });

    it.each([0o400, 0o440, 0o444, 0o600, 0o640, 0o644, 0o700, 0o755])(
      'takes mode %o, and says nothing',
      async (mode) => {
        const warnings = watchWarnings();
        expect(await reading(openFolder().write('a', 'text', mode))).toBe('text');
        expect(await warnings()).toEqual([]);
      },
    );

    it.each([0o620, 0o660, 0o664, 0o775])('takes mode %o, and warns once', async (mode) => {
      const warnings = watchWarnings();
      const file = openFolder().write('a.key', 'text', mode);
      for (let time = 0; time < 3; time++) expect(await reading(file)).toBe('text');
      const octal = mode.toString(8).padStart(4, '0');
      expect(await warnings()).toMatchObject([
        {
          name: 'WorkloadIdentityWarning',
          code: 'WORKLOAD_IDENTITY_FILE_MODE',
          message: `the file ${file} has mode ${octal}: its group could replace what it holds. Run \`chmod g-w\` on it`,
        },
      ]);
    });

    it('does not show a name in the warning that may be a secret, and warns of each such file', async () => {
      const warnings = watchWarnings();
      const { path, write } = openFolder();
      const folder = process.cwd();
      onTestFinished(() => process.chdir(folder));
      const names = [`82640517${reader.length}`, `correct-horse-battery-${reader}`];
      for (const name of names) write(name, 'text', 0o660);
      process.chdir(path('.'));
      for (const name of names) expect(await reading(name)).toBe('text');
      const texts = (await warnings()).map(({ message }) => message);
      expect(texts).toHaveLength(2);
      expect(texts.join()).not.toMatch(/82640517|battery/);
    });

    it.each([0o601, 0o604, 0o620, 0o660, 0o666])(
      'refuses mode %o where the rules are stricter, and warns of nothing',
      async (mode) => {
        const warnings = watchWarnings();
        expect(await reading(openFolder().write('a', 'text', mode), STRICT)).toContain('run `chmod 600`');
        expect(await warnings()).toEqual([]);
      },
    );

    it('judges what a link leads to', async () => {
      const { path, write } = openFolder();
      symlinkSync(write('a', 'text', 0o666), path('link'));
      expect(await reading(path('link'))).toContain('has mode 0666');
      chmodSync(path('a'), 0o600);
      expect(await reading(path('link'))).toBe('text');
      symlinkSync(path('loop'), path('loop'));
      expect(await reading(path('loop'))).toBe('cannot be read: ELOOP');
    });

    it('refuses a pipe that nobody writes at once, a device and a socket', async () => {
      const { path } = openFolder();
      execFileSync('mkfifo', [path('pipe')]);
      expect(await reading(path('pipe'))).toBe('is not a regular file');
      expect(await reading('/dev/zero')).toBe('is not a regular file');
      const server = createServer().listen(path('socket'));
      await new Promise((resolve) => server.once('listening', resolve));
      onTestFinished(() => void server.close());
      expect(await reading(path('socket'))).toMatch(/^cannot be read: E|^is not a regular file$/);
    });

    it('never reads what it did not check, however often a link is moved', async () => {
      const { path, write } = openFolder();
      write('good', 'good', 0o600);
      write('bad', 'bad', 0o666);
      const point = (name: string): void => {
        symlinkSync(path(name), path('new'));
        renameSync(path('new'), path('link'));
      };
      point('good');
      const outcomes = new Set<string>();
      for (let round = 0; round < 300; round++) {
        const started = reading(path('link'));
        point(round % 2 === 0 ? 'bad' : 'good');
        await Promise.all([started, new Promise(setImmediate)]);
        outcomes.add(await started);
        point(round % 3 === 0 ? 'good' : 'bad');
        outcomes.add(await reading(path('link')));
      }
      expect([...outcomes].sort()).toEqual(['good', expect.stringContaining('has mode 0666')]);
    });
  });

  it.skipIf(process.platform !== 'linux')('stops at its limit where the size says nothing', async () => {
    // The kernel says 0 bytes of these.
    expect(await reading('/proc/self/status')).toBe('is larger than 1 KiB');
    expect(await reading('/proc/self/status', { most: 1_048_576 })).toContain('VmPeak');
  });
});

describe('the mark of a file', () => {
  it('is another one when the file is another one, or holds something else', async () => {
    const { path, write } = openFolder();
    const file = write('a', 'first');
    const mark = await markOfFile(file);
    expect(await markOfFile(file)).toBe(mark);
    renameSync(write('b', 'first'), file);
    const replaced = await markOfFile(file);
    expect(replaced).not.toBe(mark);
    write('a', 'second');
    expect(await markOfFile(file)).not.toBe(replaced);
    const written = await markOfFile(file);
    chmodSync(file, 0o666);
    expect(await markOfFile(file)).not.toBe(written);
    rmSync(file);
    await expect(markOfFile(path('a'))).rejects.toThrow(new FileRefusal('cannot be read: ENOENT'));
  });
});

posix('the mark of a file', () => {
  it('is another one when other content has the size and the time of the old', async () => {
    const file = openFolder().write('a', 'first');
    utimesSync(file, 1_000, 1_000);
    const mark = await markOfFile(file);
    writeFileSync(file, 'other');
    utimesSync(file, 1_000, 1_000);
    expect(await markOfFile(file)).not.toBe(mark);
  });
});

describe('a file that changes while it is read', () => {
  it('is read to the end it has by then, and not beyond the limit', async () => {
    const { write } = openFolder();
    const outcomes = new Set<string>();
    for (let round = 0; round < 300; round++) {
      const file = write('a', 'x'.repeat(1_000));
      const reading = outcomeOf(() => readSourceFile(file, RULES));
      for (let turn = 0; turn < round % 7; turn++) await new Promise(setImmediate);
      writeFileSync(file, 'x'.repeat(2_000), { flag: 'a' });
      const outcome = await reading;
      outcomes.add(outcome);
      expect(outcome === 'is larger than 1 KiB' || /^x{1000}$/.test(outcome)).toBe(true);
    }
    expect(outcomes).toContain('is larger than 1 KiB');
  });

  it('may become shorter', async () => {
    const file = openFolder().write('a', 'x'.repeat(1_000));
    const reading = outcomeOf(() => readSourceFile(file, RULES));
    truncateSync(file, 10);
    expect(await reading).toMatch(/^x{10}(?:x{990})?$/);
  });
});

posix('attack 55: a file that hangs', () => {
  const wait = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1_000);
  const LATE = 'has not answered for 2 seconds. Check the disk or the network mount it is on';

  /** Files that hang until they are let go. */
  function hanging() {
    const folder = openFolder();
    const files = [folder.write('a', 'first'), folder.write('b', 'second')] as const;
    const letGo = hangFiles(folder.path('pipe'));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    return { files, letGo, reading: (file: string) => outcomeOf(() => readSourceFile(file, RULES)) };
  }

  it('is refused after two seconds, and read once it answers', async () => {
    const { files, letGo, reading } = hanging();
    const outcome = vi.fn();
    const first = reading(files[0]).then(outcome);
    await wait(1.999);
    expect(outcome).not.toHaveBeenCalled();
    await wait(0.001);
    expect(outcome).toHaveBeenCalledExactlyOnceWith(LATE);
    await letGo();
    await first;
    await vi.waitFor(async () => expect(await reading(files[0])).toBe('first'));
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is not read a second time meanwhile: who asks then is refused at once', async () => {
    const { files, letGo, reading } = hanging();
    const first = reading(files[0]);
    await wait(2);
    expect(await first).toBe(LATE);
    for (let time = 0; time < 1_000; time++) expect(await reading(files[0])).toBe(LATE);
    expect(vi.getTimerCount()).toBe(0);
    await letGo();
  });

  it('has no mark, and nobody asks for one a second time meanwhile', async () => {
    const { files, letGo, reading } = hanging();
    const mark = markOfFile(files[0]).catch((error: Error) => error.message);
    await wait(2);
    expect(await mark).toBe(LATE);
    expect(await reading(files[0])).toBe(LATE);
    await expect(markOfFile(files[0])).rejects.toThrow(LATE);
    await letGo();
  });

  it('makes those who ask meanwhile wait no longer than the first one', async () => {
    const { files, letGo, reading } = hanging();
    const all = [reading(files[0])];
    await wait(1);
    all.push(reading(files[0]), reading(files[0]));
    await wait(1);
    expect(await Promise.all(all)).toEqual([LATE, LATE, LATE]);
    await letGo();
  });

  it('takes nothing from another one', async () => {
    const { files, letGo, reading } = hanging();
    const first = reading(files[0]);
    await wait(2);
    expect(await first).toBe(LATE);
    const other = reading(files[1]);
    await letGo();
    expect(await other).toBe('second');
  });
});

it('reads one file for many who ask at once, for each its own content', async () => {
  const file = openFolder().write('a', 'text');
  const all = await Promise.all(Array.from({ length: 20 }, () => readSourceFile(file, RULES)));
  all[0]?.fill(0);
  expect(all.slice(1).every((bytes) => bytes.toString() === 'text')).toBe(true);
});
