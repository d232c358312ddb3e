import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/*/*/src/**/*.test.ts', 'packages/*/*/test/**/*.test.ts'],
    reporters: ['default', './packages/internal/tools/src/totals-reporter.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
