/** One command of a script for the shell. */
export interface Command {
  /** Variables that are set for it, or by it. */
  readonly sets: readonly string[];
  /** The program and its arguments. A text in quotes is one word, without its quotes. */
  readonly words: readonly string[];
  /** The files that it reads or writes by `<` and `>`. */
  readonly files: readonly string[];
}

const KEYWORDS = new Set(['if', 'then', 'else', 'elif', 'fi', 'while', 'do', 'done', '!', '{', '}']);
const WORD = /"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\]/g;

/** Takes `$(…)` out of a line, innermost first, so that what runs in it is a command of its own. */
function substitutions(line: string): readonly string[] {
  const inner = /\$\(([^()]*)\)/;
  const found: string[] = [];
  let rest = line.replace(/\$\(\(\w+ \+ \d+\)\)/g, '0');
  for (let match = inner.exec(rest); match !== null; match = inner.exec(rest)) {
    found.push(match[1] ?? '');
    rest = rest.replace(match[0], '0');
  }
  return [rest, ...found];
}

/** Cuts a line where one command ends and the next begins, but not inside quotes. */
function cut(line: string): readonly string[] {
  const quoted: string[] = [];
  const marked = line.replace(WORD, (word) => {
    if (!/^["'\\]/.test(word)) return word;
    return `\0${quoted.push(word) - 1}\0`;
  });
  // Quotes that do not end on their line could hide the next one.
  if (/["']/.test(marked)) return ['quotes-over-lines'];
  return marked
    .split(/[;&|]+/)
    .map((part) => part.replace(/\0(\d+)\0/g, (_, index) => quoted[Number(index)] ?? ''));
}

const REDIRECTION = /\d?[<>]+\s*("[^"]*"|\S+)/g;

const bare = (word: string): string => word.replaceAll(/^["']|["']$/g, '');

const words = (text: string): string[] =>
  [...text.matchAll(/(?:"(?:\\.|[^"\\])*"|'[^']*'|[^\s"'])+/g)].map(([word]) => bare(word));

/**
 * The commands of a script that is as plain as those of the release workflow. It is no shell: a form that it does not know, such as
 * a backtick, a function or a `for`, comes out as a program of an odd name, so that a list of programs that are allowed stops it.
 */
export function commandsOf(script: string): readonly Command[] {
  const lines = script.split('\n').filter((line) => !/^\s*#/.test(line));
  return lines
    .flatMap(substitutions)
    .flatMap(cut)
    .map((segment) => {
      const files = [...segment.matchAll(REDIRECTION)].map(([, file = '']) => bare(file));
      const all = words(segment.replace(REDIRECTION, ' '));
      while (all[0] !== undefined && KEYWORDS.has(all[0])) all.shift();
      const sets: string[] = [];
      while (all[0] !== undefined && /^[A-Za-z_]\w*=/.test(all[0]))
        sets.push(all.shift()?.split('=')[0] ?? '');
      return { sets, words: all, files };
    })
    .filter((command) => command.sets.length + command.words.length > 0);
}
