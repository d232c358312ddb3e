import { describe, expect, it } from 'vitest';
import { CA_EXTENSIONS, intermediate, leaf, name, nameConstraints, root } from '../../test/support/build.ts';
import { explicit } from '../../test/support/der.ts';
import { refusal, resolve, trusting } from '../../test/support/resolve.ts';

// The anchor may certify one directory name, and that is not its own.
describe('point 6: a certificate that has the name of its issuer', () => {
  const limits = nameConstraints({ permitted: [explicit(4, name('Other'))] });
  const anchor = root({ extensions: [...CA_EXTENSIONS, limits] });

  it('is exempt from name constraints as an issuer', async () => {
    const rollover = intermediate(anchor, { subject: name('Root') });
    expect((await resolve([leaf(rollover), rollover], await trusting(anchor))).rung).toBe('ca');
  });

  it('is not exempt as a leaf', async () => {
    const end = leaf(anchor, { subject: name('Root') });
    expect(await refusal([end], await trusting(anchor))).toContain(
      'the leaf: its issuer is not permitted to certify this name of the form directory',
    );
  });

  it('is the only exempt one', async () => {
    const between = intermediate(anchor);
    expect(await refusal([leaf(between), between], await trusting(anchor))).toContain(
      'intermediate 1: its issuer is not permitted to certify this name of the form directory',
    );
  });
});
