import { beforeAll, describe, expect, test } from 'vitest';
import { outcomeOf, verdict } from '../support/outcome.ts';
import { b64, claimsOf, headerOf, segments, signRaw, tokenOf } from '../support/tokens.ts';
import { makeWorld, verifierOf, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await makeWorld();
});

/** The fastest of several runs, in milliseconds: what the work takes when nothing else disturbs it. */
async function fastest(work: () => Promise<unknown>, runs = 15): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    await work();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

const MIB = 1024 * 1024;

describe('attack 35: floods of segments, bytes and brackets', () => {
  test.each([
    ['1 MiB of dots', '.'.repeat(MIB)],
    ['1 MiB of letters', 'A'.repeat(MIB)],
    ['1 MiB of both', 'A.'.repeat(MIB / 2)],
    ['64 MiB', 'A'.repeat(64 * MIB)],
  ])('%s is refused by its size, in no time', async (_, token) => {
    const verifier = verifierOf(world.source);
    expect(await verdict(verifier, token)).toBe('token_too_large');
    expect(await fastest(() => outcomeOf(verifier.verify(token)))).toBeLessThan(2);
  });

  test.each([
    ['dots', '.'.repeat(16_384)],
    ['dots between letters', 'A.'.repeat(8_192)],
    ['letters without a dot', 'A'.repeat(16_384)],
    ['two dots at the end', `${'A'.repeat(16_382)}..`],
    ['one letter that does not belong', `${'A'.repeat(16_000)}.A.=`],
  ])('%s within the size are refused in no time', async (_, token) => {
    const verifier = verifierOf(world.source);
    expect(await verdict(verifier, token)).toBe('token_malformed');
    expect(await fastest(() => outcomeOf(verifier.verify(token)))).toBeLessThan(2);
  });

  test('a token of exactly 16 KiB passes, and one byte more does not', async () => {
    const { HS256 } = world.secrets;
    const header = JSON.stringify(headerOf(HS256));
    const claims = claimsOf(HS256);
    const sized = (length: number): string => {
      const bare = signRaw(HS256, header, JSON.stringify({ ...claims, unknown: '' })).length;
      return signRaw(
        HS256,
        header,
        JSON.stringify({ ...claims, unknown: 'x'.repeat(Math.floor(((length - bare) * 3) / 4)) }),
      );
    };
    const [fits, tooLong] = [sized(16_384), sized(16_386)];
    expect([fits.length <= 16_384 && fits.length >= 16_382, tooLong.length]).toEqual([
      true,
      expect.toSatisfy((n: number) => n > 16_384),
    ]);
    expect(await verdict(verifierOf(world.source), fits)).toBe('accepted');
    expect(await verdict(verifierOf(world.source), tooLong)).toBe('token_too_large');
  });

  test('a header of more than 8 KiB is refused before it is decoded', async () => {
    const verifier = verifierOf(world.source);
    const { HS256 } = world.secrets;
    const bare = JSON.stringify(headerOf(HS256, { filler: '' })).length;
    const filled = (bytes: number): string => tokenOf(HS256, {}, { filler: 'x'.repeat(bytes - bare) });
    expect(await verdict(verifier, filled(8_192))).toBe('accepted');
    expect(await verdict(verifier, filled(8_193))).toBe('token_too_large');
    expect(await verdict(verifier, `${'_'.repeat(12_000)}.AAAA.AAAA`)).toBe('token_too_large');
  });

  test('brackets ten thousand deep are refused, in no time and without a deep stack', async () => {
    const { HS256 } = world.secrets;
    const verifier = verifierOf(world.source);
    const nested = (open: string, close: string, depth: number): string =>
      open.repeat(depth) + close.repeat(depth);
    for (const json of [
      nested('[', ']', 4_000),
      nested('{"a":', '}', 1_500).replace(':}', ':1}'),
      '['.repeat(8_000),
      '{"a":'.repeat(1_600),
      `${'['.repeat(4_000)}"\\n"${']'.repeat(4_000)}`,
      `{"\\u0061":${nested('[', ']', 4_000)}}`,
    ]) {
      const inHeader = `${b64(json)}.AAAA.AAAA`;
      expect(['token_malformed', 'token_too_large']).toContain(await verdict(verifier, inHeader));
      const inPayload = signRaw(HS256, JSON.stringify(headerOf(HS256)), json);
      expect(await verdict(verifier, inPayload)).toBe('token_malformed');
      expect(await fastest(() => outcomeOf(verifier.verify(inPayload)))).toBeLessThan(5);
    }
  });

  test('depth 8 passes and depth 9 does not', async () => {
    const { HS256 } = world.secrets;
    const deep = (levels: number): unknown => (levels === 0 ? 1 : { a: deep(levels - 1) });
    expect(await verdict(verifierOf(world.source), tokenOf(HS256, { ext: deep(7) }))).toBe('accepted');
    expect(await verdict(verifierOf(world.source), tokenOf(HS256, { ext: deep(8) }))).toBe('token_malformed');
    expect(await verdict(verifierOf(world.source), tokenOf(HS256, { unknown: deep(8) }))).toBe(
      'token_malformed',
    );
    expect(await verdict(verifierOf(world.source), tokenOf(HS256, {}, { unknown: deep(8) }))).toBe(
      'token_malformed',
    );
  });

  test('the largest tokens of every shape are refused or accepted in a few milliseconds', async () => {
    const { HS256 } = world.secrets;
    const header = JSON.stringify(headerOf(HS256));
    const shapes = [
      `{${Array.from({ length: 2_400 }, (_, at) => `"${at.toString(36)}":0`).join()}}`.slice(0, 11_800),
      `{"a":[${'{},'.repeat(3_800)}{}]}`,
      `{"a":"${'\\\\'.repeat(5_800)}"}`,
      `{"a":"${'\\"'.repeat(5_800)}"}`,
      `{"a":"${'\\u0000'.repeat(1_900)}"}`,
      `{"a":${'9'.repeat(11_800)}}`,
      '\\'.repeat(11_800),
      `"${'\\'.repeat(11_800)}`,
    ];
    for (const payload of shapes) {
      const token = signRaw(HS256, header, payload);
      expect(segments(token)).toHaveLength(3);
      const verifier = verifierOf(world.source);
      expect(['token_malformed', 'claims_invalid']).toContain(await verdict(verifier, token));
      expect(await fastest(() => outcomeOf(verifier.verify(token)))).toBeLessThan(10);
    }
  });
});
