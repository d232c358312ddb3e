import { expect, it } from 'vitest';
import { Copy } from './copy.ts';

it('this repository is additive to its last release, and docs/contract/compatibility.md is up to date', async () => {
  using copy = new Copy();
  const { status, output } = await copy.check();
  expect(output).toContain(' 0 breaking, 0 problems');
  expect(output).not.toMatch(/^(?:breaking|problem): /m);
  expect(status).toBe(0);
}, 120_000);
