import { expect, test } from 'vitest';
import { captured } from '../captured.ts';
import { bearer, type Harness } from '../harness.ts';
import { AUDIENCES } from '../names.ts';
import type { RawRequest } from '../raw-http.ts';
import type { World } from '../world.ts';

async function canaries(world: World): Promise<readonly string[]> {
  return Promise.all([
    world.token(),
    world.token({ audience: AUDIENCES.foreign }),
    world.expiredToken(),
    world.strangersToken(),
    world.tamperedToken(),
    'Canary0123456789.Canary0123456789.Canary0123456789',
    'Canary0123456789',
  ]);
}

function waysToSend(canary: string): RawRequest['headers'][] {
  return [
    [bearer(canary)],
    [bearer(canary), bearer(canary)],
    [['Authorization', canary]],
    [['Authorization', `Bearer ${canary} ${canary}`]],
    [['Authorization', `Bearer ${canary}\xff`]],
    [['Authorization', `Basic ${canary}`]],
    [
      ['Authorization', `DPoP ${canary}`],
      ['DPoP', canary],
    ],
    [['Cookie', `session=${canary}`]],
    [['X-Workload-Identity-Subject', canary]],
  ];
}

export function leakCases(harness: Harness): void {
  test('attack 45: no token comes back in a response or shows in anything printed or published', async () => {
    const tokens = await canaries(harness.world);
    const answers: string[] = [];
    const logged = harness.log.length;
    const printed = await captured(async () => {
      for (const canary of tokens) {
        for (const headers of waysToSend(canary)) {
          for (const path of ['/secret', '/optional', '/roles', '/nowhere']) {
            answers.push((await harness.send({ path, ...(headers && { headers }) })).text);
          }
        }
      }
    });
    // Something was told, or this test would prove nothing.
    expect(printed).toContain('audience_mismatch');
    const everything = printed + harness.log.slice(logged).join('') + answers.join('');
    for (const part of tokens.flatMap((token) => [token, ...token.split('.')])) {
      expect(everything).not.toContain(part);
    }
  });
}
