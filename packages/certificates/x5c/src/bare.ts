/**
 * Copies own members into an object without a prototype and freezes it: a member that was left out stays left out, whatever
 * happens to `Object.prototype`. For what is handed to others: `node:crypto`, core, whoever calls this package.
 */
export function bare<T extends object>(members: T): Readonly<T> {
  return Object.freeze(Object.assign(Object.setPrototypeOf({}, null), members));
}
