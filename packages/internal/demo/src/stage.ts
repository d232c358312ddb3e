const COLOUR = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;

function paint(code: number, text: string): string {
  return COLOUR ? `\x1b[${code}m${text}\x1b[0m` : text;
}

/** Tells the story, and keeps count of what was not as it should be. */
export class Stage {
  failures = 0;

  act(title: string): void {
    console.log(`\n${paint(1, title)}`);
  }

  say(text: string): void {
    console.log(`  ${text}`);
  }

  /** Says what is so; where it is not so, says what was found and counts it. */
  check(text: string, holds: boolean, found?: unknown): void {
    if (holds) {
      console.log(`  ${paint(32, '✓')} ${text}`);
      return;
    }
    this.failures++;
    console.log(
      `  ${paint(31, '✗')} ${text}${found === undefined ? '' : `, but found ${JSON.stringify(found)}`}`,
    );
  }
}
