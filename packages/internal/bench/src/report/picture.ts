import type { Row } from '../measure/rows.ts';
import { amount } from './figures.ts';
import type { Machine } from './machine.ts';

const WIDTH = 840;
const LABEL = 250;
const BAR = 430;
const LINE = 22;
const THICK = 14;

/** The comparisons of the picture: rows of one measurement, each against somebody else. */
const GROUPS = [
  { prefix: 'verify-es256', title: 'Verify ES256, a token never seen before', better: 'shorter' },
  { prefix: 'verify-hs256', title: 'Verify HS256, a token never seen before', better: 'shorter' },
  { prefix: 'verify-repeated', title: 'Verify a token that comes again', better: 'shorter' },
  { prefix: 'mint-es256', title: 'Mint ES256', better: 'shorter' },
  { prefix: 'mint-hs256', title: 'Mint HS256', better: 'shorter' },
  {
    prefix: 'fastify-repeated',
    title: 'Fastify, requests a second, a token that comes again',
    better: 'longer',
  },
  {
    prefix: 'express-repeated',
    title: 'Express, requests a second, a token that comes again',
    better: 'longer',
  },
] as const;

const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .title { font-weight: 600 } .note { fill: #6e7781 } .bar { fill: #afb8c1 } .ours { fill: #1a7f37 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .note { fill: #8d96a0 } .bar { fill: #484f58 } .ours { fill: #2ea043 }
  }`;

interface Bar {
  readonly label: string;
  readonly value: number;
  readonly unit: string;
  readonly ours: boolean;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function barsOf(rows: readonly Row[], prefix: string): readonly Bar[] {
  const own = rows.filter(({ id }) => id === prefix || id.startsWith(`${prefix}/`));
  const [first] = own;
  if (first === undefined) return [];
  return [
    { label: 'workload-identity', value: first.ours, unit: first.unit, ours: true },
    ...own.map(({ against, peer, unit }) => ({ label: against, value: peer, unit, ours: false })),
  ];
}

function drawBar({ label, value, unit, ours }: Bar, longest: number, top: number): string {
  const width = Math.max(1, (BAR * value) / longest);
  const middle = top + THICK - 3;
  return [
    `<text x="${LABEL - 10}" y="${middle}" text-anchor="end">${escaped(label)}</text>`,
    `<rect class="${ours ? 'ours' : 'bar'}" x="${LABEL}" y="${top}" width="${width.toFixed(1)}" height="${THICK}" rx="2"/>`,
    `<text x="${(LABEL + width + 8).toFixed(1)}" y="${middle}">${escaped(amount(value, unit))}</text>`,
  ].join('\n');
}

/** The main comparison as an SVG: one group of bars for each question, drawn from the rows of one run. */
export function picture(rows: readonly Row[], machine: Machine): string {
  const parts: string[] = [];
  let top = 16;
  for (const { prefix, title, better } of GROUPS) {
    const bars = barsOf(rows, prefix);
    if (bars.length === 0) continue;
    const longest = Math.max(...bars.map(({ value }) => value));
    parts.push(
      `<text class="title" x="16" y="${top + 12}">${escaped(title)} <tspan class="note" font-weight="400">(${better} is better)</tspan></text>`,
    );
    top += LINE + 2;
    for (const bar of bars) {
      parts.push(drawBar(bar, longest, top));
      top += LINE;
    }
    top += 14;
  }
  const facts = `Node ${machine.node}, ${machine.processors} × ${machine.processor}. One run, interleaved rounds, medians.`;
  parts.push(`<text class="note" x="16" y="${top + 8}">${escaped(facts)}</text>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${top + 24}" role="img" aria-label="What identity costs, beside other libraries">
<style>${STYLE}
</style>
${parts.join('\n')}
</svg>
`;
}
