interface Versioned {
  readonly name: string;
  readonly version?: string;
}

/** What `changeset version --snapshot next` calls a version: below every release, so that no range takes it by accident. */
export const SNAPSHOT = /^0\.0\.0-next-\d{14}$/;

/** The packages whose version is not that of a snapshot, with it. */
export const releasedVersions = (packages: readonly Versioned[]): readonly string[] =>
  packages
    .filter(({ version = '' }) => !SNAPSHOT.test(version))
    .map(({ name, version }) => `${name}@${version}`);
