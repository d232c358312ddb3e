import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** Records what is published on a channel of the project until it is stopped. */
export function record<T>(name: string): { readonly events: T[]; stop(): void } {
  const events: T[] = [];
  const take = (event: unknown): void => {
    events.push(event as T);
  };
  subscribe(`workload-identity:${name}`, take);
  return { events, stop: () => unsubscribe(`workload-identity:${name}`, take) };
}
