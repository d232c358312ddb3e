import type { Manifest, Target } from './manifest.ts';

export interface Tarball {
  readonly manifest: Manifest;
  /** The text of each file, by its path in the package. */
  readonly files: ReadonlyMap<string, string>;
}

const always = ['package.json', 'README.md', 'LICENSE'];
const dependencyFields = ['dependencies', 'peerDependencies', 'optionalDependencies'] as const;

/** A part of a path that tells of tests and of what only they need. */
const forTests = /(?:^|[/._-])(?:tests?|specs?|fixtures?|mocks?|__[a-z]+__|bench)(?=[/._-]|$)/;

/** What a file may be called: code and types below `dist`, data and prose in what `files` names beside it. */
function expected(file: string, named: readonly string[]): boolean {
  if (always.includes(file) || file === 'CHANGELOG.md') return true;
  if (/(?:^|\/)\./.test(file)) return false;
  if (file.startsWith('dist/')) return /\.(d\.ts|js)$/.test(file) && !forTests.test(file);
  return named.some((name) => file === name || file.startsWith(`${name}/`)) && /\.(json|md)$/.test(file);
}

type Secret = readonly [what: string, pattern: RegExp];

/** What opens something somewhere: nowhere, not even among vectors. */
const access: readonly Secret[] = [
  ['a key of AWS', /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/],
  [
    'a key of a registry or a code host',
    /\b(?:npm_|gh[opsur]_)[A-Za-z0-9]{36}\b|\bgithub_pat_\w{22}|_authToken\s*=/,
  ],
];

/** Keys and tokens of our own making. Vectors are such, and everyone knows them; their folder says so. */
const own: readonly Secret[] = [
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----(\s|\\n)+[A-Za-z0-9+/]{32}/],
  ['a private JWK', /"?\b[dk]"?\s*:\s*["'][A-Za-z0-9_-]{42,}["']/],
  ['a token', /\beyJ[\w-]{16,}\.eyJ[\w-]{16,}\.[\w-]{16,}/],
];

function textProblems(file: string, text: string, checkout: string): string[] {
  const problems: string[] = [];
  if (text.includes(checkout)) problems.push(`${file} names a folder of the machine that built it`);
  if (/\.(js|d\.ts)$/.test(file)) {
    if (/\bfrom\s*["'][^"']+(?<!\.d)\.ts["']/.test(text)) problems.push(`${file} imports TypeScript source`);
    if (/(?:\bfrom|\bimport|\bimport\s*\()\s*["'](?:vitest|node:test|fast-check)["']/.test(text))
      problems.push(`${file} imports what runs tests`);
    if (text.includes('sourceMappingURL'))
      problems.push(`${file} points to a source map that is not published`);
  }
  const secrets = file.startsWith('vectors/') ? access : [...access, ...own];
  for (const [what, pattern] of secrets) if (pattern.test(text)) problems.push(`${file} holds ${what}`);
  return problems;
}

const leaves = (target: Target): string[] =>
  typeof target === 'string' ? [target] : Object.values(target).flatMap(leaves);

/** The targets of `imports`; publint looks at those of `exports`. */
const targetProblems = ({ manifest, files }: Tarball): string[] =>
  Object.entries(manifest.imports ?? {}).flatMap(([name, target]) =>
    leaves(target)
      .filter((path) => !files.has(path.replace('./', '')))
      .map((path) => `imports ${name} points to ${path}, which is not in the tarball`),
  );

function dependencyProblems(manifest: Tarball['manifest'], published: readonly string[]): string[] {
  return dependencyFields.flatMap((field) =>
    Object.entries(manifest[field] ?? {}).flatMap(([name, range]) => {
      if (/^(workspace|link|file|catalog|npm):/.test(range)) return [`${field} ${name} is ${range}`];
      const internal = name.startsWith('@workload-identity/');
      return internal && !published.includes(name) ? [`${field} ${name} is never published`] : [];
    }),
  );
}

/**
 * What is wrong with a package as it would be published, a line each.
 *
 * @param published names of the packages of this repository that are published
 * @param checkout the folder that no published file may mention
 */
export function tarballProblems(tarball: Tarball, published: readonly string[], checkout: string): string[] {
  const { manifest, files } = tarball;
  const named = manifest.files ?? [];
  return [
    ...always.filter((file) => !files.has(file)).map((file) => `${file} is missing`),
    ...[...files.keys()]
      .filter((file) => !expected(file, named))
      .map((file) => `${file} does not belong here`),
    ...[...files].flatMap(([file, text]) => textProblems(file, text, checkout)),
    ...targetProblems(tarball),
    ...dependencyProblems(manifest, published),
  ];
}
