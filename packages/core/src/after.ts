import type { MaybePromise } from './engine/engine.ts';

/** Goes on at once with a value that is here: a promise would cost as much as the claims. */
export function after<T, U>(value: MaybePromise<T>, next: (value: T) => MaybePromise<U>): MaybePromise<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}
