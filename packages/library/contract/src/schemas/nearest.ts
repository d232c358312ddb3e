/** How many letters to change, add, drop or swap with their neighbour. */
function distance(a: string, b: string): number {
  const first = Array.from({ length: b.length + 1 }, (_, at) => at);
  const rows: number[][] = [first];
  const cell = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const steps = [cell(i - 1, j - 1) + (same ? 0 : 1), cell(i - 1, j) + 1, cell(i, j - 1) + 1];
      if (swapped) steps.push(cell(i - 2, j - 2) + 1);
      row.push(Math.min(...steps));
    }
  }
  return cell(a.length, b.length);
}

const MAX_LENGTH = 64;

/** The candidate a person most likely meant: a few letters away, whatever the case. Undefined where none is near. */
export function nearest(text: string, candidates: readonly string[]): string | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const wanted = text.toLowerCase();
  let best: string | undefined;
  let least = Math.max(1, Math.floor(text.length / 3)) + 1;
  for (const candidate of candidates) {
    const steps = distance(wanted, candidate.toLowerCase());
    if (steps < least) [best, least] = [candidate, steps];
  }
  return best;
}
