import { integer, seq } from '../der/write.ts';
import type { Random } from '../random.ts';
import { bytesOfNumber, numberOf, orderOf, twinOf } from '../world/twin.ts';
import type { Draft, Mutation } from './draft.ts';

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'];

const onToken = (
  name: string,
  change: (token: string, random: Random, draft: Draft) => string,
): Mutation => ({
  name: `token: ${name}`,
  apply: (draft, random) => void draft.token.push((token) => change(token, random, draft)),
});

function editSegment(token: string, random: Random, edit: (part: string) => string): string {
  const parts = token.split('.');
  const at = random.int(parts.length);
  parts[at] = edit(parts[at] as string);
  return parts.join('.');
}

/** Changes of the written token. */
export const TOKEN_MUTATIONS: readonly Mutation[] = [
  onToken('a letter is another', (token, random) => {
    const at = random.int(token.length);
    return token.slice(0, at) + random.pick(LETTERS) + token.slice(at + 1);
  }),
  onToken('a letter too many', (token, random) => {
    const at = random.int(token.length + 1);
    return (
      token.slice(0, at) +
      random.pick([...LETTERS, '=', '.', ' ', '\n', '+', '/', '\0', 'ü', '\u0141', '😀']) +
      token.slice(at)
    );
  }),
  onToken('a letter too few', (token, random) => {
    const at = random.int(token.length);
    return token.slice(0, at) + token.slice(at + 1);
  }),
  onToken('cut off', (token, random) => token.slice(0, random.int(token.length))),
  onToken('begins later', (token, random) => token.slice(random.int(token.length))),
  onToken('a segment ends otherwise', (token, random) =>
    editSegment(
      token,
      random,
      (part) => part + random.pick(['=', '==', '\n', ' ', 'A', 'AA', 'AAA', '-', '%3D']),
    ),
  ),
  onToken('other bits after the last byte', (token, random) =>
    editSegment(token, random, (part) => part.slice(0, -1) + random.pick(LETTERS)),
  ),
  onToken('the other alphabet', (token) => token.replaceAll('-', '+').replaceAll('_', '/')),
  onToken('an empty segment', (token, random) => editSegment(token, random, () => '')),
  onToken('another order', (token) => token.split('.').reverse().join('.')),
  onToken(
    'a segment more',
    (token, random) => token + random.pick(['.', '..', '.A', '.AAAA', '.e30.e30', ` ${token}`, `,${token}`]),
  ),
  onToken('a segment less', (token) => token.split('.').slice(0, 2).join('.')),
  onToken(
    'something before it',
    (token, random) => random.pick([' ', 'Bearer ', '.', '\ufeff', '"', '\n']) + token,
  ),
  onToken('characters of the same low byte', (token, random) =>
    editSegment(token, random, (part) =>
      part.replace(/^./, (letter) => String.fromCharCode(letter.charCodeAt(0) + 256)),
    ),
  ),
  onToken('in JSON', (token) => {
    const [header, payload, signature] = token.split('.');
    return JSON.stringify({ payload, signatures: [{ protected: header, signature }] });
  }),
  onToken(
    'longer than a token may be',
    (token, random) =>
      token +
      'A'.repeat(
        random.pick([16_384, 16_385, 16_383, 100_000].map((size) => Math.max(0, size - token.length))),
      ),
  ),
  onToken('of dots', (_, random) => '.'.repeat(random.pick([1, 2, 3, 16_384, 100_000]))),
  onToken(
    'the payload is that of five segments',
    (token) => `${token}.${token.split('.').slice(0, 2).join('.')}`,
  ),
];

const onSignature = (name: string, change: (signature: Buffer, random: Random) => Buffer): Mutation => ({
  name: `signature: ${name}`,
  apply: (draft, random) => void draft.signature.push((signature) => change(signature, random)),
});

const isPair = (signature: Buffer): boolean => signature.length === 64 || signature.length === 96;
const half = (signature: Buffer): number => signature.length / 2;

function derOf(signature: Buffer): Buffer {
  const number = (bytes: Buffer): Buffer => {
    let at = 0;
    while (at < bytes.length - 1 && bytes[at] === 0) at++;
    const short = bytes.subarray(at);
    return integer(...((short[0] as number) >= 0x80 ? [0, ...short] : short));
  };
  return seq(number(signature.subarray(0, half(signature))), number(signature.subarray(half(signature))));
}

/** R and S, each replaced or not by a number that no signature has. */
function withEdges(signature: Buffer, random: Random): Buffer {
  const size = half(signature);
  const n = orderOf(size);
  const edges = [0n, 1n, n, n - 1n, n + 1n, 2n ** BigInt(size * 8) - 1n];
  const pick = (bytes: Buffer): Buffer =>
    random.chance(0.6) ? bytesOfNumber(random.pick(edges), size) : bytes;
  return Buffer.concat([pick(signature.subarray(0, size)), pick(signature.subarray(size))]);
}

/** Changes of the signature, and signatures of others. */
export const SIGNATURE_MUTATIONS: readonly Mutation[] = [
  onSignature('its twin', (signature) => (isPair(signature) ? twinOf(signature) : signature)),
  onSignature('edges of R and S', (signature, random) =>
    isPair(signature) ? withEdges(signature, random) : signature,
  ),
  onSignature('R and S larger by n', (signature) => {
    if (!isPair(signature)) return signature;
    const size = half(signature);
    return Buffer.concat([
      bytesOfNumber(numberOf(signature.subarray(0, size)) + orderOf(size), size),
      signature.subarray(size),
    ]);
  }),
  onSignature('in DER', (signature) => (isPair(signature) ? derOf(signature) : signature)),
  onSignature('shorter', (signature, random) => signature.subarray(0, random.int(signature.length))),
  onSignature('longer', (signature, random) => Buffer.concat([signature, random.bytes(1 + random.int(40))])),
  onSignature('zeros before it', (signature) => Buffer.concat([Buffer.alloc(1), signature])),
  onSignature('all zeros', (signature) => Buffer.alloc(signature.length)),
  onSignature('all ones', (signature) => Buffer.alloc(signature.length, 0xff)),
  onSignature('random', (signature, random) => random.bytes(signature.length)),
  onSignature('a bit is another', (signature, random) => {
    const copy = Buffer.from(signature);
    const at = random.int(copy.length);
    copy[at] = (copy[at] as number) ^ (1 << random.int(8));
    return copy;
  }),
  {
    name: 'signature: of another key',
    apply: (draft, random, { world }) => {
      const other = random.pick(
        [...world.signings, ...world.strangers].filter(({ alg }) => !/^[PR]S|384/.test(alg)),
      );
      draft.token.push((token) => {
        const input = token.split('.').slice(0, 2).join('.');
        return `${input}.${other.sign(input).toString('base64url')}`;
      });
    },
  },
  {
    name: 'signature: of another token of the key',
    apply: (draft, random, { seeds }) => {
      const others = seeds.filter(({ signing }) => signing === draft.signing);
      const other = random.pick(others.length > 0 ? others : seeds);
      draft.token.push((token) => `${token.split('.').slice(0, 2).join('.')}.${other.token.split('.')[2]}`);
    },
  },
];
