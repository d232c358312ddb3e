import type { Alg } from '../oracle/signature.ts';
import type { Key } from '../world/keys.ts';
import {
  arrived,
  type HostileToken,
  junkSignature,
  letters,
  segment,
  smallPayload,
  TOKEN_BYTES,
} from './hostile.ts';
import type { Scene } from './scene.ts';

const SIGNATURE_BYTES: Readonly<Record<string, number>> = {
  HS256: 32,
  ES256: 64,
  ES384: 96,
  Ed25519: 64,
  PS256: 256,
};
const SMALL = 300;
const LARGE = TOKEN_BYTES - 1_000;

const headerOf = (alg: string, kid: string, number: number, more = ''): string =>
  segment(`{"typ":"wid+jwt","n":"${letters(number, 12)}","alg":"${alg}","kid":"${kid}"${more}}`);

const padded = (number: number, length: number): string => letters(number, 12) + 'A'.repeat(length - 12);

/** Tokens that name a key everybody can know, and fail as late as they can. */
function namedBy({ alg, kid }: Pick<Key, 'alg' | 'kid'>): readonly HostileToken[] {
  const bytes = SIGNATURE_BYTES[alg] as number;
  const token = (
    number: number,
    payload: string,
    signature = junkSignature(number, bytes),
    more = '',
  ): string => arrived(`${headerOf(alg, kid, number, more)}.${payload}.${signature}`);
  const kind = (name: string, checked: number, make: HostileToken['make']): HostileToken => ({
    name: `${alg} named: ${name}`,
    names: alg as Alg,
    checked,
    make,
  });
  const edge = (byte: number, number: number): string =>
    segment(
      Buffer.concat([
        Buffer.alloc(bytes / 2, byte),
        Buffer.from(letters(number, 256)).subarray(0, bytes / 2),
      ]),
    );
  const escapes = (number: number): string =>
    segment(`{"n":"${letters(number, 12)}","x":"${'\\u0061'.repeat(1_850)}"}`);
  const otherAlg = alg === 'ES256' ? 'ES384' : 'ES256';
  return [
    kind('a signature nobody made', SMALL, (number) => token(number, smallPayload(number))),
    kind('a large payload', LARGE, (number) => token(number, padded(number, LARGE))),
    kind('a large payload of escapes', LARGE, (number) => token(number, escapes(number))),
    kind('a large header', LARGE / 2, (number) =>
      token(number, smallPayload(number), undefined, `,"x":"${'x'.repeat(7_900)}"`),
    ),
    kind('a payload that ends on no byte', LARGE, (number) => token(number, `${padded(number, LARGE)}AB`)),
    kind('a signature too short', SMALL, (number) =>
      token(number, smallPayload(number), junkSignature(number, bytes - 3)),
    ),
    kind('a signature of zeros', SMALL, (number) => token(number, smallPayload(number), edge(0, number))),
    kind('a signature of ones', SMALL, (number) => token(number, smallPayload(number), edge(0xff, number))),
    {
      name: `${alg} named: another algorithm`,
      make: (number) =>
        arrived(`${headerOf(otherAlg, kid, number)}.${smallPayload(number)}.${junkSignature(number, bytes)}`),
    },
  ];
}

/** All tokens that name a key of a scene. */
export const keyTokens = ({ secret, pairs }: Scene): readonly HostileToken[] =>
  [secret, ...pairs].flatMap(namedBy);
