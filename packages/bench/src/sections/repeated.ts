import { compare } from '../measure/compare.ts';
import { arriving, awaited, direct } from '../measure/contenders.ts';
import { rowsAgainst } from '../measure/rows.ts';
import type { Section } from '../section.ts';
import { asymmetricWorld } from '../world/keys.ts';
import { minterOf, publicAuthority, tokensOf, verifierOf } from '../world/ours.ts';
import { fastJwtVerifier } from '../world/peers.ts';

const TOKENS = 64;

/** Tokens that come again, each time as text that has just come off a socket, or as the very same string. */
export const repeated: Section = {
  name: 'repeated',
  title: 'Verify a token that was verified before',
  async run({ calls }) {
    const world = await asymmetricWorld('ES256');
    const tokens = await tokensOf(minterOf(world), TOKENS);
    const verifier = await verifierOf([publicAuthority(world)]);
    const peer = fastJwtVerifier('ES256', world.publicPem, true);
    const main = 'fast-jwt with its cache';
    const arrived = await compare(
      [
        arriving('ours', tokens, (texts) => awaited('', texts, (token) => verifier.verify(token)).run),
        arriving(main, tokens, (texts) => direct('', texts, peer).run),
      ],
      calls,
    );
    const same = await compare(
      [awaited('ours', tokens, (token) => verifier.verify(token)), direct(main, tokens, peer)],
      calls,
    );
    return [
      ...rowsAgainst({ id: 'verify-repeated', what: 'verify a repeated token', unit: 'µs', main }, arrived),
      ...rowsAgainst(
        { id: 'verify-repeated-string', what: 'verify the very same string again', unit: 'µs', main },
        same,
      ),
    ];
  },
};
