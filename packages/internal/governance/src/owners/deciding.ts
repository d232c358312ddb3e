import { type OwnerRule, ruleFor } from './codeowners.ts';

/** Outside `packages` and `docs` all decides, but for what people read. */
const PROSE = /^(?:[A-Z]+\.md|LICENSE)$/;

/** Packages that hold or run the checks, wherever they lie below `packages`. */
const CHECKS = /^packages\/(?:.+\/)?(?:governance|release|tools)\//;

/** Files that say what is installed, built, linted, packed or tested, or how, in whichever folder they lie. */
const BY_NAME = [
  /^(?:package|jsr|deno|biome|turbo|knip|tsconfig.*|jsconfig.*|\.swcrc|\.mocharc)\.jsonc?$/,
  /\.config\.(?:[cm]?[jt]s|json)$/,
  /^(?:pnpm-.*|docker-compose.*|compose.*|action)\.ya?ml$/,
  /^\.(?:npmrc|yarnrc.*|pnpmfile\..*|npmignore|gitignore|gitattributes|gitmodules|node-version|nvmrc|env.*)$/,
  /^(?:npm-shrinkwrap|package-lock)\.json$/,
  /^(?:requirements.*\.(?:in|txt)|constraints.*\.txt|pyproject\.toml|setup\.(?:py|cfg)|Pipfile.*|uv\.lock)$/,
  /^(?:go\.(?:mod|sum|work.*)|Cargo\.(?:toml|lock)|build\.rs|pom\.xml|build\.gradle.*|Gemfile.*)$/,
  /^(?:Dockerfile.*|Makefile|CMakeLists\.txt|binding\.gyp|CODEOWNERS)$/,
  /\.(?:sh|bash|cmd|ps1)$/,
] as const;

/** Whether a file decides what is built or tested. @param path relative to the root, with `/` */
export function decides(path: string): boolean {
  if (!/^(?:packages|docs)\//.test(path)) return !PROSE.test(path);
  const name = path.slice(path.lastIndexOf('/') + 1);
  return CHECKS.test(path) || BY_NAME.some((pattern) => pattern.test(name));
}

/** The files that somebody else than this one team may agree to, a line each. */
export function otherOwners(
  rules: readonly OwnerRule[],
  files: readonly string[],
  team: string,
): readonly string[] {
  return files.flatMap((file) => {
    const owners = ruleFor(rules, file)?.owners ?? [];
    return owners.length === 1 && owners[0] === team
      ? []
      : [`${file} belongs to ${owners.join(' ') || 'nobody'}`];
  });
}
