import crypto, { createHash } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Built,
  CA_EXTENSIONS,
  ec,
  extension,
  type Issuer,
  intermediate,
  LEAF_EXTENSIONS,
  leaf,
  name,
  type Parts,
  root,
} from '../support/build.ts';
import { type Bytes, bits, hex, implicit, octets, seq } from '../support/der.ts';
import { refusal, resolve, trusting } from '../support/resolve.ts';

let signatures = 0;
const { verify } = crypto;

// Counts what reaches node:crypto; the real check still runs.
beforeAll(() => {
  crypto.verify = ((...args: Parameters<typeof verify>) => {
    signatures++;
    return verify(...args);
  }) as typeof verify;
  syncBuiltinESMExports();
});
afterAll(() => {
  crypto.verify = verify;
  syncBuiltinESMExports();
});
beforeEach(() => {
  signatures = 0;
});

const hash = (algorithm: string, bytes: Bytes): Buffer => createHash(algorithm).update(bytes).digest();
const spkiOf = ({ keys }: Pick<Built, 'keys'>): Buffer =>
  keys.publicKey.export({ format: 'der', type: 'spki' });
// The point of a key on P-256 is the end of its SPKI.
const pointOf = (of: Pick<Built, 'keys'>): Buffer => spkiOf(of).subarray(-65);

/** An authorityKeyIdentifier with other members of the sequence before or behind. */
const naming = (identifier: Bytes, ...more: readonly Bytes[]): Bytes =>
  extension('2.5.29.35', seq(implicit(0, identifier), ...more));
const ski = (identifier: Bytes): Bytes => extension('2.5.29.14', octets(identifier));

const rootNamed = (identifier: Bytes, parts: Partial<Parts> = {}): Built =>
  root({ extensions: [...CA_EXTENSIONS, ski(identifier)], ...parts });
const leafNaming = (issuer: Issuer, identifier: Bytes): Built =>
  leaf(issuer, { extensions: [...LEAF_EXTENSIONS, naming(identifier)] });

async function outcome(
  chain: readonly Built[],
  anchors: readonly Built[],
): Promise<readonly [string, number]> {
  const trusted = await trusting(...anchors);
  signatures = 0;
  const told = await resolve(chain, trusted).then(
    () => 'accepted',
    (error: Error) => error.message,
  );
  return [told, signatures];
}

const OTHER_KEY = expect.stringContaining('an anchor has the right name, and another key');

describe('attack 57: anchors of one name', () => {
  const identifiers = ['01', '02', '03', '04', '05', '06'].map((text) => hex(text.repeat(20)));
  const anchors = identifiers.map((identifier) => rootNamed(identifier));

  it('attack 57: a stranger under the name of six anchors costs one signature check, or none', async () => {
    const stranger = { keys: ec(), subject: name('Root') };
    expect(await outcome([leafNaming(stranger, identifiers[3] as Bytes)], anchors)).toEqual([OTHER_KEY, 1]);
    expect(await outcome([leafNaming(stranger, hex('99'.repeat(20)))], anchors)).toEqual([OTHER_KEY, 0]);
    const silent = await outcome([leaf(stranger)], anchors);
    expect(silent).toEqual([expect.stringContaining('does not say by authorityKeyIdentifier'), 0]);
    expect(silent[0]).toContain('or give each CA a name of its own');
  });

  it('takes the one that a certificate names, wherever it stands', async () => {
    for (const [at, anchor] of anchors.entries()) {
      expect(await outcome([leafNaming(anchor, identifiers[at] as Bytes)], anchors)).toEqual(['accepted', 1]);
    }
  });

  it('asks the certificate at the top of the chain, and not the leaf', async () => {
    const [first, second] = anchors as [Built, Built];
    const between = intermediate(first, { extensions: [...CA_EXTENSIONS, naming(identifiers[0] as Bytes)] });
    expect(await outcome([leafNaming(between, identifiers[1] as Bytes), between], [first, second])).toEqual([
      'accepted',
      2,
    ]);
  });

  it('attack 57: a certificate that names one and was signed by another is refused', async () => {
    const [first, second] = anchors as [Built, Built];
    expect(await outcome([leafNaming(first, identifiers[1] as Bytes)], [first, second])).toEqual([
      OTHER_KEY,
      1,
    ]);
    // Alone under its name it is found, and held to what it says all the same.
    expect(await outcome([leafNaming(first, identifiers[1] as Bytes)], [first])).toEqual([
      expect.stringContaining('it names another key of its issuer'),
      1,
    ]);
  });

  it('needs no identifier where one key has the name, or one alone is of the right kind', async () => {
    const rsa = root({ keys: crypto.generateKeyPairSync('rsa', { modulusLength: 2048 }) });
    const only = root();
    expect(await outcome([leaf(only)], [only])).toEqual(['accepted', 1]);
    expect(await outcome([leaf(only)], [rsa, only])).toEqual(['accepted', 1]);
    expect(await outcome([leaf(only)], [rsa, only, root()])).toEqual([
      expect.stringContaining('does not say by authorityKeyIdentifier'),
      0,
    ]);
    // The same key with two certificates is one key.
    expect(await outcome([leaf(only)], [only, root({ keys: only.keys })])).toEqual(['accepted', 1]);
  });

  it('attack 57: a key of another kind than the signature is not tried', async () => {
    const rsa = root({ keys: crypto.generateKeyPairSync('rsa', { modulusLength: 2048 }) });
    expect(await outcome([leaf(root())], [rsa])).toEqual([OTHER_KEY, 0]);
    const named = rootNamed(hex('07'.repeat(20)), { keys: rsa.keys });
    const end = leafNaming(anchors[0] as Built, hex('07'.repeat(20)));
    expect(await outcome([end], [named, ...anchors])).toEqual([OTHER_KEY, 0]);
  });

  it.each<[string, (of: Built) => Bytes]>([
    ['SHA-1 of the key (RFC 5280)', (of) => hash('sha1', pointOf(of))],
    [
      '60 bits of it (RFC 5280)',
      (of) => {
        const short = Buffer.from(hash('sha1', pointOf(of)).subarray(12));
        short[0] = 0x40 | ((short[0] as number) & 0x0f);
        return short;
      },
    ],
    ['160 bits of SHA-256 of the key (RFC 7093)', (of) => hash('sha256', pointOf(of)).subarray(0, 20)],
    ['160 bits of SHA-384 of the key (RFC 7093)', (of) => hash('sha384', pointOf(of)).subarray(0, 20)],
    ['160 bits of SHA-512 of the key (RFC 7093)', (of) => hash('sha512', pointOf(of)).subarray(0, 20)],
    ['SHA-256 of its SubjectPublicKeyInfo (RFC 7093)', (of) => hash('sha256', spkiOf(of))],
  ])('finds an anchor without a subjectKeyIdentifier by %s', async (_, method) => {
    const silent = [root(), root()] as const;
    for (const anchor of silent) {
      expect(await outcome([leafNaming(anchor, method(anchor))], [...silent, ...anchors])).toEqual([
        'accepted',
        1,
      ]);
    }
  });

  it('does not compute an identifier for an anchor that has one', async () => {
    const [first, second] = anchors as [Built, Built];
    expect(await outcome([leafNaming(first, hash('sha1', pointOf(first)))], [first, second])).toEqual([
      OTHER_KEY,
      0,
    ]);
  });

  it('knows a key by the identifiers of each of its certificates', async () => {
    const renewed = rootNamed(hex('08'.repeat(20)), { keys: (anchors[0] as Built).keys });
    const all = [...anchors, renewed];
    for (const identifier of [identifiers[0] as Bytes, hex('08'.repeat(20))]) {
      expect(await outcome([leafNaming(renewed, identifier)], all)).toEqual(['accepted', 1]);
    }
  });

  it('refuses a bundle in which two keys have one name and one identifier', async () => {
    const twice = rootNamed(identifiers[0] as Bytes);
    await expect(trusting(...anchors, twice)).rejects.toThrow(
      'anchor 7 of ca authority 1 (spiffe://prod.example.com/*): it has the name and the key identifier of another anchor',
    );
    const elsewhere = rootNamed(identifiers[0] as Bytes, { subject: name('Elsewhere') });
    await expect(trusting(...anchors, elsewhere)).resolves.toBeDefined();
  });

  it.each<[string, readonly Bytes[], string]>([
    [
      'names only a name and a serial number',
      [extension('2.5.29.35', seq(implicit(2, hex('01'))))],
      'does not say',
    ],
    ['is empty', [extension('2.5.29.35', seq())], 'does not say'],
    ['is no DER', [extension('2.5.29.35', hex('3005ff'))], 'chain_invalid'],
    ['comes behind 32 others', [], 'it has too many extensions'],
  ])('attack 57: an identifier that %s costs no signature check', async (what, given, reason) => {
    const filling = Array.from({ length: 33 }, (_, at) => extension(`1.2.3.${at}`, octets()));
    const extensions = what.startsWith('comes') ? [...filling, naming(identifiers[0] as Bytes)] : given;
    const trusted = await trusting(...anchors);
    signatures = 0;
    expect(await refusal([leaf(anchors[0] as Built, { extensions })], trusted)).toContain(reason);
    expect(signatures).toBe(0);
  });

  it('attack 57: a field of extensions that is no list costs no signature check', async () => {
    const trusted = await trusting(...anchors);
    signatures = 0;
    const odd = leaf(anchors[0] as Built, {
      extensionsField: Buffer.concat([hex('a303'), bits(hex('')).subarray(0, 3)]),
    });
    expect(await refusal([odd], trusted)).toContain('chain_invalid');
    expect(signatures).toBe(0);
  });
});
