import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { installConsumer } from './consumer.ts';
import type { Packed } from './pack.ts';

function world() {
  const folder = mkdtempSync(join(tmpdir(), 'workload-identity-consumer-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const pack = (name: string, peerDependencies: Readonly<Record<string, string>>): Packed => {
    const manifest = { name: `@workload-identity/${name}`, version: '1.0.0', peerDependencies };
    mkdirSync(join(folder, name, 'package'), { recursive: true });
    writeFileSync(join(folder, name, 'package', 'package.json'), JSON.stringify(manifest));
    const tarball = join(folder, `${name}.tgz`);
    const { status } = spawnSync('tar', ['-czf', tarball, '-C', join(folder, name), 'package']);
    if (status !== 0) throw new Error(`tar could not pack ${name}`);
    return { manifest, tarball, files: new Map() };
  };
  return { pack, consumer: join(folder, 'consumer') };
}

it('packages of ours install from their tarballs', () => {
  const { pack, consumer } = world();
  expect(() => installConsumer([pack('one', {})], consumer)).not.toThrow();
});

it('attack 62: a package that the lockfile does not have stops a consumer before anything of it runs', () => {
  const { pack, consumer } = world();
  const other = pack('other', {});
  const one = pack('one', { '@workload-identity/other': `file:${other.tarball}` });
  expect(() => installConsumer([one], consumer)).toThrow(
    /^nothing of the consumer was run:\n@workload-identity\/other@file:.* is not one that pnpm-lock\.yaml has by this hash$/,
  );
});
