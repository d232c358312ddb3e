import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Row } from '../measure/rows.ts';
import { TARGETS } from '../measure/targets.ts';
import { summary } from '../report/summary.ts';
import type { Plan } from '../section.ts';
import { SECTIONS } from './all.ts';
import { importId } from './imports.ts';

/** The least there is: what is measured counts here, and not how much. */
const LEAST: Plan = {
  calls: { rounds: 1, milliseconds: 0.1 },
  requests: { rounds: 1, milliseconds: 20 },
  imports: 1,
  tokens: 300,
};

// What packages are imported as needs them built: that is a section nobody can count on here.
const measurable = SECTIONS.filter(({ name }) => name !== 'imports');
const rows: Row[] = [];
const manifest = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', '..', '..', '..', 'library', 'core', 'package.json'), 'utf8'),
);

beforeAll(async () => {
  for (const { run } of measurable) rows.push(...(await run(LEAST)));
}, 120_000);

const ids = (): readonly string[] => rows.map(({ id }) => id);

describe('the sections together', () => {
  test('measure every target there is', () => {
    const entry = importId(manifest.name);
    expect(Object.keys(manifest.publishConfig.exports)).toContain('.');
    expect([...TARGETS.keys()].filter((id) => !ids().includes(id))).toEqual([entry]);
    expect(summary(rows, true)).toContain(`of ${TARGETS.size} targets met`);
    expect(summary(rows, true)).toContain(`MISSED  ${entry} was not measured`);
  });

  test('have names of their own, and so have their rows', () => {
    expect(new Set(SECTIONS.map(({ name }) => name)).size).toBe(SECTIONS.length);
    expect(new Set(ids()).size).toBe(rows.length);
    expect(new Set(rows.map(({ what, against }) => `${what}: ${against}`)).size).toBe(rows.length);
  });

  test.each(['hs256', 'es256', 'x5c-warm'])('verify %s alone and 64 at once', (rung) => {
    expect(ids()).toContain(`verify-${rung}`);
    expect(ids()).toContain(`verify-${rung}-64`);
  });

  test.each(['', '-hs256', '-x5c'])('verify a repeated token alone and 64 at once: %j', (rung) => {
    expect(ids()).toContain(`verify-repeated${rung}`);
    expect(ids()).toContain(`verify-repeated${rung}-64`);
  });

  test.each(['hs256', 'es256', 'x5c'])('mint %s alone and 64 at once, and hold it', (rung) => {
    for (const id of [`mint-${rung}`, `mint-held-${rung}`]) {
      expect(ids()).toContain(id);
      expect(ids()).toContain(`${id}-64`);
    }
  });

  test.each([
    ['jose', 'verify-es256', 'mint-es256', 'verify-hs256', 'mint-hs256'],
    ['fast-jwt', 'verify-es256', 'mint-es256', 'verify-hs256', 'mint-hs256'],
    ['jsonwebtoken', 'verify-es256', 'mint-es256', 'verify-hs256', 'mint-hs256'],
    ['aws-jwt-verify', 'verify-es256'],
    ['bare HMAC', 'verify-hs256', 'mint-hs256'],
    ['bare crypto.sign', 'mint-es256'],
  ])('stand beside %s, alone and 64 at once', (peer, ...groups) => {
    for (const group of groups) {
      for (const id of [group, `${group}-64`]) {
        const own = rows.filter((row) => row.id === id || row.id.startsWith(`${id}/`));
        expect(own.map(({ against }) => against)).toContain(peer);
      }
    }
  });

  test.each(['bare Fastify', '@fastify/jwt', 'bare Express', 'express-oauth2-jwt-bearer'])(
    'serve beside %s',
    (peer) => {
      const own = rows.filter(({ against }) => against.startsWith(peer));
      expect(own.length).toBeGreaterThan(0);
      for (const { unit } of own) expect(unit).toBe('/s');
    },
  );
});
