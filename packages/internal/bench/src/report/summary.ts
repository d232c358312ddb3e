import type { Row } from '../measure/rows.ts';
import { TARGETS } from '../measure/targets.ts';
import { ratio, verdict } from './figures.ts';

/** What a run says at its end: which targets are met, and by name which are not, or were not measured. */
export function summary(rows: readonly Row[], whole: boolean): string {
  const judged = rows.filter(({ met }) => met !== null);
  const missed = judged.filter(({ met }) => met === false);
  const measured = new Set(rows.map(({ id }) => id));
  const absent = whole ? [...TARGETS.keys()].filter((id) => !measured.has(id)) : [];
  return [
    `${judged.length - missed.length} of ${judged.length + absent.length} targets met`,
    ...missed.map((row) => `MISSED  ${row.what}: ${ratio(row)} of ${row.against}, ${verdict(row)}`),
    ...absent.map((id) => `MISSED  ${id} was not measured`),
  ].join('\n');
}
