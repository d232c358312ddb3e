import { constants, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  build,
  CA_EXTENSIONS,
  ec,
  intermediate,
  LEAF_EXTENSIONS,
  leaf,
  NOW,
  name,
  root,
  thumbprintOf,
} from '../../test/support/build.ts';
import { type Bytes, bits, hex, integer, oid, seq, tlv } from '../../test/support/der.ts';
import { refusal, trusting } from '../../test/support/resolve.ts';
import { AnchorSet, TOKEN_LEAF, validateChain } from '../index.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ed25519 = generateKeyPairSync('ed25519');
const withHash = (hash: string | null) => (signed: Bytes, key: KeyObject) => sign(hash, signed, key);
const withPss = (hash: string) => (signed: Bytes, key: KeyObject) =>
  sign(hash, signed, {
    key,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  });

const pss = (hash: string, salt: number): Bytes => {
  const digest = seq(oid(hash), hex('0500'));
  const mgf = seq(oid('1.2.840.113549.1.1.8'), digest);
  const tagged = (number: number, value: Bytes) =>
    Buffer.concat([Uint8Array.of(0xa0 + number, value.length), value]);
  return seq(oid('1.2.840.113549.1.1.10'), seq(tagged(0, digest), tagged(1, mgf), tagged(2, integer(salt))));
};

const SCHEMES = [
  ['P-256 with SHA-256', ec(), hex('300a06082a8648ce3d040302'), withHash('sha256')],
  ['P-256 with SHA-384', ec(), hex('300a06082a8648ce3d040303'), withHash('sha384')],
  ['P-384 with SHA-384', ec('P-384'), hex('300a06082a8648ce3d040303'), withHash('sha384')],
  ['P-384 with SHA-512', ec('P-384'), hex('300a06082a8648ce3d040304'), withHash('sha512')],
  ['Ed25519', ed25519, hex('300506032b6570'), withHash(null)],
  ['RSA with SHA-256', rsa, hex('300d06092a864886f70d01010b0500'), withHash('sha256')],
  ['RSA with SHA-384', rsa, hex('300d06092a864886f70d01010c0500'), withHash('sha384')],
  ['RSA with SHA-512', rsa, hex('300d06092a864886f70d01010d0500'), withHash('sha512')],
  ['RSA-PSS with SHA-256', rsa, pss('2.16.840.1.101.3.4.2.1', 32), withPss('sha256')],
  ['RSA-PSS with SHA-384', rsa, pss('2.16.840.1.101.3.4.2.2', 48), withPss('sha384')],
  ['RSA-PSS with SHA-512', rsa, pss('2.16.840.1.101.3.4.2.3', 64), withPss('sha512')],
] as const;

function validate(anchorDer: Bytes, ...chain: readonly Bytes[]) {
  const anchors = new AnchorSet();
  anchors.add(anchorDer);
  return validateChain(chain, anchors, TOKEN_LEAF, NOW);
}

describe('point 2: signatures of certificates', () => {
  // Node would check an ECDSA signature under an EC key whatever padding it was given with it.
  it.each(SCHEMES)('refuses a signature by another kind of key that is called %s', (_, named, algorithm) => {
    const others = SCHEMES.filter(
      ([, keys]) => keys.publicKey.asymmetricKeyType !== named.publicKey.asymmetricKeyType,
    );
    expect(others.length).toBeGreaterThan(4);
    for (const [, keys, own, signWith] of others) {
      const anchor = root({ keys, algorithm: own, signWith });
      const end = leaf(anchor, { algorithm, signWith });
      expect(() => validate(anchor.der, end.der)).toThrow('an anchor has the right name, and another key');
    }
  });

  it.each(SCHEMES)('verifies %s, and not one bit of it changed', (_, keys, algorithm, signWith) => {
    const anchor = root({ keys, algorithm, signWith });
    const between = intermediate(anchor, { algorithm, signWith, keys });
    const end = leaf(between, { algorithm, signWith });
    expect(validate(anchor.der, end.der, between.der).leaf.frame.der).toEqual(end.der);
    const spoiled = Buffer.from(end.der);
    spoiled[spoiled.length - 3] = (spoiled[spoiled.length - 3] as number) ^ 1;
    expect(() => validate(anchor.der, spoiled, between.der)).toThrow('its signature does not hold');
  });

  it('point 2: refuses an algorithm that the key of the issuer is not for', () => {
    const anchor = root({
      keys: rsa,
      algorithm: hex('300d06092a864886f70d01010b0500'),
      signWith: withHash('sha256'),
    });
    expect(() => validate(anchor.der, leaf(anchor, { signWith: () => hex('3006020101020101') }).der)).toThrow(
      'another key',
    );
  });

  it.each([
    [
      'with another hash for MGF1',
      hex(
        '304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d06096086480165030402020500a203020120',
      ),
    ],
    ['with another salt', pss('2.16.840.1.101.3.4.2.1', 20)],
    ['with the parameters of SHA-1 left out', hex('300d06092a864886f70d01010a3000')],
  ])('point 2: refuses RSA-PSS %s', (_, algorithm) => {
    const anchor = root({ keys: rsa });
    const end = leaf(anchor, { algorithm, signWith: withPss('sha256') });
    expect(() => validate(anchor.der, end.der)).toThrow('signature algorithm is not accepted');
  });
});

const spki = (algorithm: Bytes, key: Bytes): Bytes => seq(algorithm, bits(key));
const ED25519 = hex('300506032b6570');
const P256 = hex('301306072a8648ce3d020106082a8648ce3d030107');
const RSA = hex('300d06092a864886f70d0101010500');
const rsaKey = (modulus: Bytes, exponent: readonly number[]): Bytes =>
  spki(RSA, seq(integer(0, ...modulus), integer(...exponent)));
const spkiOf = ({ publicKey }: { publicKey: KeyObject }): Bytes =>
  publicKey.export({ format: 'der', type: 'spki' });
const point = spkiOf(ec()).subarray(26);
const compressed = Buffer.concat([Uint8Array.of(2 + ((point[64] as number) & 1)), point.subarray(1, 33)]);
const offCurve = Buffer.concat([point.subarray(0, 64), Uint8Array.of((point[64] as number) ^ 1)]);

// Other encodings of the very same numbers: a key that had two would have two thumbprints.
const hybrid = Buffer.concat([Uint8Array.of(6 + ((point[64] as number) & 1)), point.subarray(1)]);
const padded = Buffer.concat([hex('0400'), point.subarray(1, 33), hex('00'), point.subarray(33)]);
const beyond = (x: Bytes, y: Bytes): Bytes => Buffer.concat([hex('04'), x, y]);
const ed25519Beyond = (first: number, last = 0x7f): Bytes =>
  Buffer.from([first, ...Buffer.alloc(30, 0xff), last]);
const P256_PRIME = hex('ffffffff00000001000000000000000000000000ffffffffffffffffffffffff');
const P384_PRIME = hex(`${'ff'.repeat(31)}feffffffff0000000000000000ffffffff`);
const P384 = hex('301006072a8648ce3d020106052b81040022');
const EC = oid('1.2.840.10045.2.1');
const P256_CURVE = oid('1.2.840.10045.3.1.7');
const modulus = Buffer.alloc(256, 0xff);
const exponent = integer(1, 0, 1);

const KEYS: readonly (readonly [string, Bytes, string])[] = [
  ['RSA of 1024 bits', spkiOf(generateKeyPairSync('rsa', { modulusLength: 1024 })), '2048 to 8192 bits'],
  ['RSA of 2047 bits', rsaKey(Buffer.alloc(256, 0x7f), [1, 0, 1]), 'shortest form'],
  ['RSA of 16384 bits', rsaKey(Buffer.alloc(2048, 0xff), [1, 0, 1]), '2048 to 8192 bits'],
  ['RSA with the exponent 1', rsaKey(Buffer.alloc(256, 0xff), [1]), 'other than 65537'],
  ['RSA with the exponent 3', rsaKey(Buffer.alloc(256, 0xff), [3]), 'other than 65537'],
  ['RSA for PSS alone', spkiOf(generateKeyPairSync('rsa-pss', { modulusLength: 2048 })), 'not on P-256'],
  ['RSA without its parameters', spki(seq(oid('1.2.840.113549.1.1.1')), hex('3003020101')), 'not on P-256'],
  ['P-521', spkiOf(ec('P-521')), 'not on P-256'],
  ['secp256k1', spkiOf(ec('secp256k1')), 'not on P-256'],
  ['X25519', spkiOf(generateKeyPairSync('x25519')), 'not on P-256'],
  [
    'a curve in explicit parameters',
    spkiOf(generateKeyPairSync('ec', { namedCurve: 'P-256', paramEncoding: 'explicit' })),
    'not on P-256',
  ],
  ['a compressed point', spki(P256, compressed), 'uncompressed point'],
  ['a hybrid point', spki(P256, hybrid), 'uncompressed point'],
  ['the point at infinity', spki(P256, hex('00')), 'uncompressed point'],
  ['coordinates a byte short', spki(P256, point.subarray(0, 63)), 'uncompressed point'],
  ['coordinates with a zero before them', spki(P256, padded), 'uncompressed point'],
  ['an x of its prime or more', spki(P256, beyond(P256_PRIME, point.subarray(33))), 'out of range'],
  ['a y of its prime or more', spki(P256, beyond(point.subarray(1, 33), P256_PRIME)), 'out of range'],
  ['an x of its prime or more, on P-384', spki(P384, beyond(P384_PRIME, P384_PRIME)), 'out of range'],
  [
    'a point in a bit string that ends within a byte',
    seq(P256, tlv(0x03, hex('01'), point)),
    'end on a byte',
  ],
  ['parameters behind its curve', spki(seq(EC, P256_CURVE, hex('0500')), point), 'not on P-256'],
  ['a NULL in place of its curve', spki(seq(EC, hex('0500')), point), 'not on P-256'],
  [
    'RSA with a zero before its modulus',
    spki(RSA, seq(integer(0, 0, ...modulus), exponent)),
    'shortest form',
  ],
  ['RSA with a negative modulus', spki(RSA, seq(integer(...modulus), exponent)), 'negative'],
  [
    'RSA with a zero before its exponent',
    spki(RSA, seq(integer(0, ...modulus), integer(0, 1, 0, 1))),
    'shortest form',
  ],
  ['RSA with another exponent as large', rsaKey(modulus, [1, 0, 3]), 'other than 65537'],
  ['an Ed25519 key beyond its prime', spki(ED25519, ed25519Beyond(0xf0)), 'out of range'],
  [
    'an Ed25519 key beyond its prime with its sign set',
    spki(ED25519, ed25519Beyond(0xf0, 0xff)),
    'out of range',
  ],
  ['Ed25519 with parameters', spki(hex('300706032b65700500'), Buffer.alloc(32, 9)), 'not on P-256'],
  ['a point with a byte more', spki(P256, Buffer.concat([point, hex('00')])), 'uncompressed point'],
  ['a point off its curve', spki(P256, offCurve), 'not a point on its curve'],
  ['an Ed25519 key of small order', spki(ED25519, Buffer.alloc(32)), 'anyone can sign'],
  [
    'an Ed25519 key of small order with its sign set',
    spki(ED25519, Buffer.concat([hex('ec'), Buffer.alloc(31, 0xff)])),
    'anyone can sign',
  ],
  ['an Ed25519 key of 31 bytes', spki(hex('300506032b6570'), Buffer.alloc(31, 1)), 'not 32 bytes long'],
];

describe('point 2: keys', () => {
  const anchor = root();

  it.each(KEYS)('point 2: refuses a leaf with %s', async (_, publicKeyInfo, reason) => {
    expect(await refusal([leaf(anchor, { publicKeyInfo })], await trusting(anchor))).toContain(reason);
  });

  it.each(KEYS)('point 2: refuses an anchor with %s', async (_, publicKeyInfo, reason) => {
    const odd = build({ subject: name('Root'), extensions: CA_EXTENSIONS, publicKeyInfo });
    await expect(trusting(odd)).rejects.toThrow(reason);
  });

  it.each([
    ['P-256', ec(), 'ES256'],
    ['P-384', ec('P-384'), 'ES384'],
    ['Ed25519', ed25519, 'Ed25519'],
    ['RSA', rsa, 'PS256'],
  ] as const)('point 14: a leaf on %s signs with its one algorithm', (_, keys, algorithm) => {
    const end = leaf(anchor, { keys, extensions: LEAF_EXTENSIONS });
    const { leaf: read, lineage } = validate(anchor.der, end.der);
    expect(read.publicKey.algorithm).toBe(algorithm);
    expect(read.publicKey.jwk).toEqual(keys.publicKey.export({ format: 'jwk' }));
    expect(lineage).toEqual([thumbprintOf(keys.publicKey), anchor.keyId]);
  });
});
