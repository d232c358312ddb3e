import { channel } from 'node:diagnostics_channel';
import type { ErrorCode } from '@workload-identity/contract';

/** Published on `workload-identity:http` for every request an adapter refused. */
export interface HttpEvent {
  readonly status: number;
  /** Why, exactly; absent where the service itself is at fault. */
  readonly code?: ErrorCode;
  /**
   * For a fault of the service: the name of the error and the places it went through, 20 at most and each of them cut at 400
   * characters. Never its message, which may quote a token.
   */
  readonly fault?: string;
}

const refusals = channel('workload-identity:http');
const NAME = /^[^\n:]*(?:: )?/;
const PLACE = /^[ \t]+at .*$/gm;
// Without a prototype: `emitWarning` reads more names of it, and fails where one of them is on `Object.prototype`.
const WARNING = { __proto__: null, code: 'WORKLOAD_IDENTITY_FAULT' } as object;
const MAX_NAME = 100;
const MAX_PLACES = 20;
const MAX_PLACE = 400;
let warned = false;

/** The places an error went through. V8 writes them behind the message, and a message may look like one: that is left out. */
function placesOf({ message, stack = '' }: Error): readonly string[] {
  const name = NAME.exec(stack)?.[0] ?? '';
  if (!stack.startsWith(`${message}\n`, name.length)) return [];
  const places = stack.slice(name.length + message.length).match(PLACE) ?? [];
  return places.slice(0, MAX_PLACES).map((place) => place.slice(0, MAX_PLACE));
}

/** Never fails: an error that is thrown in the middle of a refusal would reach the framework, which shows more than we do. */
function describe(error: unknown): string {
  try {
    if (!(error instanceof Error)) return `a thrown ${typeof error}`;
    return [error.constructor.name.slice(0, MAX_NAME), ...placesOf(error)].join('\n');
  } catch {
    return 'an error that cannot be described';
  }
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
    WARNING,
  );
}
