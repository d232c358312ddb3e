import { describe, expect, it } from 'vitest';
import {
  CA_EXTENSIONS,
  extension,
  intermediate,
  LEAF_EXTENSIONS,
  leaf,
  root,
} from '../../test/support/build.ts';
import { type Bytes, implicit, octets, seq } from '../../test/support/der.ts';
import { refusal, resolve, trusting } from '../../test/support/resolve.ts';

const own = (id: string): Bytes => extension('2.5.29.14', octets(Buffer.from(id)));
const issuedBy = (id: string): Bytes => extension('2.5.29.35', seq(implicit(0, Buffer.from(id))));

describe('key identifiers', () => {
  const anchor = root({ extensions: [...CA_EXTENSIONS, own('anchor')] });
  const between = (...more: readonly Bytes[]) =>
    intermediate(anchor, { extensions: [...CA_EXTENSIONS, ...more] });
  const end = (issuer: ReturnType<typeof between>, ...more: readonly Bytes[]) =>
    leaf(issuer, { extensions: [...LEAF_EXTENSIONS, ...more] });

  it('may agree, or be missing', async () => {
    const trusted = await trusting(anchor);
    const named = between(own('between'), issuedBy('anchor'));
    expect((await resolve([end(named, issuedBy('between')), named], trusted)).rung).toBe('ca');
    expect((await resolve([end(named), named], trusted)).rung).toBe('ca');
    const bare = between();
    expect((await resolve([end(bare, issuedBy('anything')), bare], trusted)).rung).toBe('ca');
    const empty = extension('2.5.29.35', seq());
    expect((await resolve([end(named, empty), named], trusted)).rung).toBe('ca');
  });

  it('are refused where they disagree, above every certificate', async () => {
    const trusted = await trusting(anchor);
    const named = between(own('between'), issuedBy('anchor'));
    const reason = 'it names another key of its issuer';
    expect(await refusal([end(named, issuedBy('other')), named], trusted)).toContain(`the leaf: ${reason}`);
    const stray = between(issuedBy('other'));
    expect(await refusal([end(stray), stray], trusted)).toContain(`intermediate 1: ${reason}`);
    expect(await refusal([end(anchor, issuedBy('other'))], trusted)).toContain(`the leaf: ${reason}`);
  });

  it('are refused where they are critical, which they must never be', async () => {
    const trusted = await trusting(anchor);
    const critical = [
      extension('2.5.29.14', octets(Buffer.from('leaf')), true),
      extension('2.5.29.35', seq(implicit(0, Buffer.from('anchor'))), true),
    ];
    for (const one of critical) {
      expect(await refusal([end(anchor, one)], trusted)).toContain('which is not processed');
    }
  });

  it('are refused where they are malformed', async () => {
    const trusted = await trusting(anchor);
    expect(await refusal([end(anchor, extension('2.5.29.35', octets()))], trusted)).toContain(
      'expected form',
    );
    expect(await refusal([end(anchor, extension('2.5.29.14', seq()))], trusted)).toContain('expected form');
  });
});
