import type { Contender } from './compare.ts';

/** The values a contender goes through, over and over. */
type Inputs<T> = readonly T[];

/** A contender that answers at once. */
export function direct<T>(id: string, inputs: Inputs<T>, call: (input: T) => unknown): Contender {
  return {
    id,
    run(times) {
      for (let at = 0; at < times; at++) call(inputs[at % inputs.length] as T);
    },
  };
}

/** A contender that answers with a promise, one call after the other. */
export function awaited<T>(id: string, inputs: Inputs<T>, call: (input: T) => unknown): Contender {
  return {
    id,
    async run(times) {
      for (let at = 0; at < times; at++) await call(inputs[at % inputs.length] as T);
    },
  };
}

/** A contender with many calls under way at once. */
export function concurrent<T>(
  id: string,
  inputs: Inputs<T>,
  lanes: number,
  call: (input: T) => unknown,
): Contender {
  return {
    id,
    async run(times) {
      let next = 0;
      const lane = async (): Promise<void> => {
        while (next < times) await call(inputs[next++ % inputs.length] as T);
      };
      await Promise.all(Array.from({ length: lanes }, lane));
    },
  };
}

/**
 * Copies of texts as they come off a socket: a text that was used before has its hash with it, and a lookup of it would
 * cost less than one of a text that has just arrived.
 */
export function arriving(
  id: string,
  inputs: Inputs<string>,
  makeRun: (arrived: readonly string[]) => Contender['run'],
): Contender {
  const bytes = inputs.map((text) => Buffer.from(text, 'latin1'));
  let run: Contender['run'] | undefined;
  return {
    id,
    prepare(times) {
      const copies = Array.from({ length: times }, (_, at) =>
        (bytes[at % bytes.length] as Buffer).toString('latin1'),
      );
      run = makeRun(copies);
    },
    run: (times) => run?.(times),
  };
}
