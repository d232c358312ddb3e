import { channel } from 'node:diagnostics_channel';
import type { ErrorCode } from '@workload-identity/contract';

/** Published on `workload-identity:http` for every request an adapter refused. */
export interface HttpEvent {
  readonly status: number;
  /** Why, exactly; absent where the service itself is at fault. */
  readonly code?: ErrorCode;
  /** For a fault of the service: the name of the error and the places it went through. Never its message, which may quote a token. */
  readonly fault?: string;
}

const refusals = channel('workload-identity:http');
const FRAME = /^[ \t]+at .*$/gm;
let warned = false;

function describe(error: unknown): string {
  if (!(error instanceof Error)) return `a thrown ${typeof error}`;
  // V8 repeats the message in `stack`, and a message may look like a frame: only what follows it counts.
  const { message, stack = '' } = error;
  const start = stack.indexOf(message);
  const frames = start === -1 ? [] : (stack.slice(start + message.length).match(FRAME) ?? []);
  return [error.constructor.name, ...frames].join('\n');
}

/** Tells the operator. A fault also warns, once: it must not hide in a service where nobody listens. */
export function announce(status: number, code: ErrorCode | undefined, error: unknown): void {
  if (code !== undefined) {
    if (refusals.hasSubscribers) refusals.publish({ status, code } satisfies HttpEvent);
    return;
  }
  const fault = describe(error);
  refusals.publish({ status, fault } satisfies HttpEvent);
  if (warned) return;
  warned = true;
  globalThis.process?.emitWarning?.(
    `A request was answered with ${status}. Only this first fault is printed; all go to the diagnostics channel workload-identity:http. ${fault}`,
    { code: 'WORKLOAD_IDENTITY_FAULT' },
  );
}
