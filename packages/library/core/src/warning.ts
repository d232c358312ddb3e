const MOST = 1_000;
const warned = new Set<string>();

/**
 * Tells the operator something that needs doing and stops nothing, once for each subject in the life of a process.
 * `process.on('warning')` sees it; without a listener Node writes it to standard error.
 * @param code begins with `WORKLOAD_IDENTITY_`
 * @param subject what is warned about
 */
export function warnOnce(code: string, subject: string, message: string): void {
  const known = `${code} ${subject}`;
  if (warned.has(known) || warned.size >= MOST) return;
  warned.add(known);
  process.emitWarning(message, { type: 'WorkloadIdentityWarning', code });
}
