import type { Random } from '../random.ts';
import { twinCertificate } from '../world/certificates.ts';
import { type Mutation, parsedValue, put } from './draft.ts';

type Change = (chain: string[], random: Random, strays: readonly string[]) => unknown;

const onChain = (name: string, change: Change): Mutation => ({
  name: `chain: ${name}`,
  apply(draft, random, { world }) {
    const chain = parsedValue(draft.header, 'x5c');
    if (!Array.isArray(chain) || chain.length === 0 || !chain.every((text) => typeof text === 'string'))
      return;
    const strays = world.chains.strays.map(({ text }) => text);
    const changed = change([...chain], random, strays);
    draft.changed = true;
    put(draft.header, 'x5c', JSON.stringify(changed ?? null));
  },
});

const onOne =
  (edit: (text: string, random: Random) => string): Change =>
  (chain, random) => {
    const at = random.int(chain.length);
    return chain.map((text, index) => (index === at ? edit(text, random) : text));
  };

const onDer = (edit: (der: Buffer, random: Random) => Buffer): Change =>
  onOne((text, random) => edit(Buffer.from(text, 'base64'), random).toString('base64'));

/** Writes a length with a byte more than it needs, or without an end. */
function otherLength(der: Buffer, random: Random): Buffer {
  const content = der.subarray(4);
  return random.pick([
    Buffer.concat([Buffer.from('308300', 'hex'), der.subarray(2, 4), content]),
    Buffer.concat([Buffer.from('3080', 'hex'), content, Buffer.from('0000', 'hex')]),
    Buffer.concat([Buffer.from('30840000', 'hex'), der.subarray(2, 4), content]),
    Buffer.concat([der, Buffer.alloc(1 + random.int(3))]),
  ]);
}

/** Changes of `x5c`: which certificates, in which order, and of which bytes. */
export const CHAIN_MUTATIONS: readonly Mutation[] = [
  onChain('another order', (chain) => chain.reverse()),
  onChain('one twice', (chain, random) => [...chain, random.pick(chain)]),
  onChain('the leaf twice', (chain) => [chain[0], ...chain]),
  onChain('one less', (chain, random) => chain.filter((_, at) => at !== random.int(chain.length))),
  onChain('one more', (chain, random, strays) => [...chain, random.pick(strays)]),
  onChain('one before', (chain, random, strays) => [random.pick(strays), ...chain]),
  onChain('one is another', (chain, random, strays) => {
    const at = random.int(chain.length);
    return chain.map((text, index) => (index === at ? random.pick(strays) : text));
  }),
  onChain('none', () => []),
  onChain('four', (chain, random, strays) => [
    ...chain,
    ...Array.from({ length: 4 - Math.min(4, chain.length) }, () => random.pick(strays)),
  ]),
  onChain('no list', (chain, random) =>
    random.pick([
      chain[0],
      null,
      {},
      { 0: chain[0], length: 1 },
      1,
      true,
      [chain],
      [null],
      [1],
      [...chain, null],
      [...chain, ''],
    ]),
  ),
  onChain('the twin of a signature', (chain, random) => {
    const at = random.int(chain.length);
    return chain.map((text, index) => {
      if (index !== at) return text;
      return (twinCertificate(Buffer.from(text, 'base64')) ?? Buffer.from(text, 'base64')).toString('base64');
    });
  }),
  onChain(
    'base64 without padding',
    onOne((text) => text.replace(/=+$/, '')),
  ),
  onChain(
    'base64url',
    onOne((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ),
  onChain(
    'white space in base64',
    onOne((text, random) => text.slice(0, 64) + random.pick(['\n', ' ', '\r\n']) + text.slice(64)),
  ),
  onChain(
    'other bits after the last byte',
    onOne((text) => text.replace(/[A-Za-z0-9+/](=+)$/, (_, end) => `${'B'}${end}`)),
  ),
  onChain(
    'PEM',
    onOne((text) => `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----`),
  ),
  onChain(
    'a letter of base64 is another',
    onOne((text, random) => {
      const at = random.int(text.length);
      return text.slice(0, at) + random.pick([...'ABCXYZabcxyz019+/=-_ ']) + text.slice(at + 1);
    }),
  ),
  onChain(
    'a byte is another',
    onDer((der, random) => {
      const copy = Buffer.from(der);
      const at = random.int(copy.length);
      copy[at] = random.chance(0.5) ? (copy[at] as number) ^ (1 << random.int(8)) : random.int(256);
      return copy;
    }),
  ),
  onChain(
    'cut off',
    onDer((der, random) => der.subarray(0, random.int(der.length))),
  ),
  onChain(
    'longer',
    onDer((der, random) => Buffer.concat([der, random.bytes(1 + random.int(8))])),
  ),
  onChain('a length is written otherwise', onDer(otherLength)),
  onChain(
    'too large',
    onDer((der, random) => Buffer.concat([der, Buffer.alloc(random.pick([7_000, 8_192, 8_193]))])),
  ),
  {
    name: 'chain: the leaf of another path, and its own key',
    apply(draft, random, { world }) {
      const other = random.pick(world.signings.filter(({ x5c }) => x5c !== undefined));
      draft.changed = true;
      put(draft.header, 'x5c', JSON.stringify(other.x5c));
      if (random.chance(0.5)) put(draft.header, 'alg', JSON.stringify(other.alg));
    },
  },
];
