import { ERROR_CODES, type ErrorCategory } from '../src/index.ts';
import { markdownTable } from './markdown-table.ts';

const CATEGORIES: Readonly<Record<ErrorCategory, string>> = {
  credential: 'What was presented is not acceptable, whatever is trusted.',
  trust: 'What was presented is well formed, and nothing in the trust bundle vouches for it.',
  policy: 'The caller is known, and may not do this.',
  source: 'Something this process reads from, or is configured with. These never depend on a caller.',
};

const HEAD = ['code', 'meaning', 'what to do', 'a caller sees', 'retry'];

/** `docs/contract/error-codes.md`, as text. */
export function errorCodesTable(): string {
  const sections = Object.entries(CATEGORIES).map(([category, meaning]) => {
    const rows = Object.entries(ERROR_CODES)
      .filter(([, entry]) => entry.category === category)
      .map(([code, { message, fix, publicCode, retryable }]) => {
        return [`\`${code}\``, message, fix, `\`${publicCode}\``, retryable ? 'yes' : 'no'];
      });
    return `## ${category}\n\n${meaning}\n\n${markdownTable(HEAD, rows)}\n`;
  });
  return `# Error codes

Every error this project raises for a token, a peer or a source is a \`WorkloadIdentityError\` with one of these codes. The
table is closed. A minor version may add a code; a code never changes its meaning. Callers of a service see only the public
code: it says the same for a bad signature and for an unknown key.

This file is generated from \`ERROR_CODES\` in \`@workload-identity/contract\`.

${sections.join('\n')}`;
}
