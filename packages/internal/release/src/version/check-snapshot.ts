// After `changeset version --snapshot`: it bumps nothing where all changesets are empty, and what is there then is a release.
import { publishedPackages } from '../../../tools/src/workspace.ts';
import { releasedVersions } from './snapshot.ts';

const published = publishedPackages();
const wrong = releasedVersions(published.map(({ manifest }) => manifest));
for (const one of wrong) console.error(`${one} is not the version of a snapshot`);
if (wrong.length > 0)
  console.error('No changeset that waits asks for a release, so there is nothing to take a snapshot of.');
process.exitCode = wrong.length > 0 ? 1 : 0;
