import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { describeCheckout } from '../repository.ts';
import type { Release } from './release.ts';
import { refusals, successionProblems } from './succession.ts';

const root = fileURLToPath(new URL('../../../../../', import.meta.url));
const today = await describeCheckout(root);

function release(version: string, published: boolean, contract = today): Release {
  return { version, published, folder: '', tarballs: {}, contract: { ...contract, package: version } };
}

const { denied: _, ...codes } = today.errorCodes;
const without = { ...today, errorCodes: codes };
const broke = 'error code `denied` was removed or renamed';

describe('what may be kept as a release', () => {
  it('is the first one, a draft again, and what is additive', () => {
    const next = { ...today, package: '0.2.0' };
    expect(refusals([], next)).toEqual([]);
    expect(refusals([release('0.2.0', false, without)], next)).toEqual([]);
    expect(refusals([release('0.1.0', true, without)], next)).toEqual([]);
  });

  it('is nothing that was released already', () => {
    expect(refusals([release('0.1.0', true)], { ...today, package: '0.1.0' })).toEqual([
      '0.1.0 was released: bump the version first',
    ]);
  });

  it.each(['0.0.0-next-20300101000000', '1.0.0-rc.1'])('is no pre-release: %s', (version) => {
    expect(refusals([release('0.1.0', true)], { ...today, package: version })).toEqual([
      `${version} is no release: only releases are kept`,
    ]);
  });

  it('is nothing that breaks the release before, a draft of itself or not', () => {
    const next = { ...without, package: '0.2.0' };
    const wrong = [`it would break 0.1.0: ${broke}`];
    expect(refusals([release('0.1.0', true)], next)).toEqual(wrong);
    expect(refusals([release('0.1.0', true), release('0.2.0', false, next)], next)).toEqual(wrong);
  });
});

describe('the kept releases', () => {
  it('are additive, each to the one before', () => {
    const releases = [release('0.1.0', true, without), release('0.2.0', true)];
    expect(successionProblems(releases)).toEqual([]);
  });

  it('cannot launder a change: the one that broke is named', () => {
    const releases = [
      release('0.1.0', true),
      release('0.2.0', true, without),
      release('0.3.0', true, without),
    ];
    expect(successionProblems(releases)).toEqual([`release 0.2.0 broke 0.1.0: ${broke}`]);
  });
});
