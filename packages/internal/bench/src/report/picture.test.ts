import { DOMParser, type Element } from '@xmldom/xmldom';
import { describe, expect, test } from 'vitest';
import type { Row } from '../measure/rows.ts';
import { picture } from './picture.ts';
import { MACHINE, row } from './rows.fixture.ts';

/** Reads a picture as strict XML: what is not well-formed throws. */
function read(svg: string) {
  const root = new DOMParser({
    onError: (_level, message) => {
      throw new Error(message);
    },
  }).parseFromString(svg, 'image/svg+xml').documentElement as Element;
  const all = (name: string): Element[] => [...root.getElementsByTagName(name)];
  const number = (element: Element, name: string): number => Number(element.getAttribute(name));
  return {
    root,
    texts: all('text').map((element) => element.textContent ?? ''),
    bars: all('rect').map((element) => ({
      ours: element.getAttribute('class') === 'ours',
      x: number(element, 'x'),
      y: number(element, 'y'),
      width: number(element, 'width'),
      height: number(element, 'height'),
    })),
  };
}

const rows: readonly Row[] = [
  row('verify-es256', { ours: 10, against: 'bare crypto.verify', peer: 40 }),
  row('verify-es256/jose', { ours: 10, against: 'jose', peer: 80 }),
  row('verify-es256-64', { ours: 999, against: 'another measurement', peer: 999 }),
  row('fastify-repeated', { ours: 30_000, against: 'bare Fastify', peer: 60_000, unit: '/s' }),
  row('import-core', { ours: 5, against: 'not in the picture', peer: 6 }),
];

describe('the picture', () => {
  const { root, texts, bars } = read(picture(rows, MACHINE));

  test('is an SVG that says what it is', () => {
    expect(root.namespaceURI).toBe('http://www.w3.org/2000/svg');
    expect(root.getAttribute('role')).toBe('img');
    expect(root.getAttribute('aria-label')).not.toBe('');
  });

  test('has a bar for ours and for everyone it was measured against, in each group', () => {
    expect(bars.map(({ ours }) => ours)).toEqual([true, false, false, true, false]);
    const [es256, fastify] = [bars.slice(0, 3), bars.slice(3)];
    // The longest of a group is as long as there is room; the others in proportion.
    const longest = Math.max(...bars.map(({ width }) => width));
    const shares = [...es256, ...fastify].map(({ width }) => Math.round((100 * width) / longest));
    expect(shares).toEqual([13, 50, 100, 50, 100]);
  });

  test('writes the figures of the rows, and of no others', () => {
    const figures = texts.filter((text) => /^[\d,.]+ (µs|\/s)$/.test(text));
    expect(figures).toEqual(['10.0 µs', '40.0 µs', '80.0 µs', '30,000 /s', '60,000 /s']);
    expect(texts).toContain('bare crypto.verify');
    expect(texts).not.toContain('another measurement');
    expect(texts).not.toContain('not in the picture');
  });

  test('says which way is better, and what it was measured on', () => {
    expect(texts.find((text) => text.startsWith('Verify ES256'))).toContain('(shorter is better)');
    expect(texts.find((text) => text.startsWith('Fastify'))).toContain('(longer is better)');
    expect(texts.at(-1)).toContain('Node 24.0.1, 3 × Processor <9> & "Co".');
  });

  test('has nothing over anything else, and everything inside', () => {
    const [, , width = 0, height = 0] = (root.getAttribute('viewBox') ?? '').split(' ').map(Number);
    for (const [at, bar] of bars.entries()) {
      expect(bar.width).toBeGreaterThan(0);
      expect(bar.x + bar.width).toBeLessThan(width);
      expect(bar.y + bar.height).toBeLessThan(height);
      const above = bars[at - 1];
      if (above !== undefined) expect(bar.y).toBeGreaterThanOrEqual(above.y + above.height);
    }
  });

  test('shows what names contain as text', () => {
    const against = `</text><script>"&amp;'`;
    const drawn = read(picture([row('mint-es256', { against })], MACHINE));
    expect(drawn.texts).toContain(against);
    expect(drawn.root.getElementsByTagName('script')).toHaveLength(0);
  });

  test('of nothing is a picture still', () => {
    expect(read(picture([], MACHINE)).bars).toEqual([]);
  });
});
