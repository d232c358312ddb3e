import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readPackage } from './read-tarball.mjs';

interface Entry {
  readonly name: string;
  readonly type?: string;
  readonly prefix?: string;
  readonly size?: string;
  readonly data?: string;
  readonly mode?: string;
}

function block(entry: Entry): Buffer {
  const data = Buffer.from(entry.data ?? '');
  const header = Buffer.alloc(512);
  header.write(entry.name, 0);
  header.write(entry.mode ?? '0000644', 100);
  header.write(entry.size ?? data.length.toString(8).padStart(11, '0'), 124);
  header.write(entry.type ?? '0', 156);
  header.write('ustar\0', 257);
  header.write(entry.prefix ?? '', 345);
  return Buffer.concat([header, data, Buffer.alloc(-data.length & 511)]);
}

const tarball = (...entries: readonly Entry[]): Buffer =>
  gzipSync(Buffer.concat([...entries.map(block), Buffer.alloc(1024)]));

it('a package is read whole, long names and modes included', () => {
  const long = `${'a'.repeat(50)}/${'b'.repeat(50)}`;
  const files = readPackage(
    tarball(
      { name: 'package/package.json', data: '{}' },
      { name: 'package/empty' },
      { name: 'bin/tool', prefix: `package/${long}`, mode: '0000755', data: 'x'.repeat(513) },
    ),
  );
  expect([...files.keys()]).toEqual(['package.json', 'empty', `${long}/bin/tool`]);
  expect([...files.values()].map(({ data, executable }) => [data.length, executable])).toEqual([
    [2, false],
    [0, false],
    [513, true],
  ]);
});

describe('attack 62: a tarball that writes elsewhere', () => {
  it.each([
    'package/../../outside',
    'package/..',
    'package/./a',
    'package//a',
    '/package/../a',
    '/etc//passwd',
    'package\\..\\outside',
    'package/..\\..\\outside',
    'package/C:/outside',
    'package/',
    'package',
    '',
  ])('by the name %j is not read', (name) => {
    expect(() => readPackage(tarball({ name }))).toThrow('would leave its folder');
  });

  it('by a prefix is not read', () => {
    expect(() => readPackage(tarball({ name: 'outside', prefix: 'package/..' }))).toThrow(
      'would leave its folder',
    );
  });

  it.each([
    ['a hard link', '1'],
    ['a symbolic link', '2'],
    ['a device', '3'],
    ['a folder', '5'],
    ['a header that renames the next file', 'x'],
    ['a header that renames all files', 'g'],
    ['a long name', 'L'],
  ])('by %s is not read', (_, type) => {
    expect(() => readPackage(tarball({ name: 'package/a', type }))).toThrow('is no plain file');
  });
});

describe('a tarball that is no package', () => {
  it.each([
    [
      'that names a file twice',
      tarball({ name: 'package/a' }, { name: 'other/a' }),
      'is twice in the tarball',
    ],
    ['that has no end', gzipSync(block({ name: 'package/a' })), 'ends too early'],
    ['whose last file is cut', gzipSync(block({ name: 'package/a', size: '00000002000' })), 'ends too early'],
    ['whose size is no number', tarball({ name: 'package/a', size: '-1' }), 'is not octal'],
    ['whose size is in binary', tarball({ name: 'package/a', size: '\x7f\x7f' }), 'is not octal'],
    ['that is not compressed', Buffer.from('package'), 'incorrect header check'],
  ])('%s is an error', (_, bytes, problem) => {
    expect(() => readPackage(bytes)).toThrow(problem);
  });
});
