import type { Row } from '../measure/rows.ts';

/** A number with about three digits. */
export function figure(value: number): string {
  const size = Math.abs(value);
  if (size >= 1_000) return Math.round(value).toLocaleString('en');
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

/** A figure of ours or of a peer. */
export const amount = (value: number, unit: string): string => `${figure(value)} ${unit}`;

const share = (value: number): string => value.toFixed(Math.abs(value) < 0.1 ? 4 : 2);

/** The ratio and how far it spread over the rounds. */
export function ratio({ ratio: middle, spread: [low, high] }: Row): string {
  return `${share(middle)} (${share(low)}–${share(high)})`;
}

/** The target of a row and whether it is met; empty where there is none. */
export function verdict({ target, sense, met }: Row): string {
  if (target === null || sense === null) return '';
  return `${sense === 'at most' ? '≤' : '≥'} ${target} ${met ? 'met' : 'MISSED'}`;
}
