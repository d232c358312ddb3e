import type { MaybePromise } from './engine/engine.ts';

/**
 * Tells a promise by its `then`, and never by `instanceof`: where the global `Promise` was replaced, what an async function
 * gives is no instance of it, and a promise taken for a value would be taken for a yes.
 */
export function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

/** Goes on at once with a value that is here: a promise would cost as much as the claims. */
export function after<T, U>(value: MaybePromise<T>, next: (value: T) => MaybePromise<U>): MaybePromise<U> {
  return isPromise(value) ? value.then(next) : next(value);
}
