import type { Keys, VectorKey } from './keys.ts';
import { claimsOf, headerOf, mint } from './setup.ts';
import { encode, inputOf, signature, tokenOf } from './sign.ts';
import type { Add } from './vector.ts';

/** Signatures that do not hold. */
export function signatureVectors(keys: Keys, add: Add): void {
  const invalid = (id: string, comment: string, token: string) =>
    add(id, 'signature_invalid', comment, token);
  // Key pairs alter the signature of the valid vector of their algorithm, so that a second run finds it again.
  const parts = (id: string, key: VectorKey) => {
    const claims = claimsOf(key.jwk.kty === 'oct' ? id : key.alg.toLowerCase());
    const input = inputOf(JSON.stringify(headerOf(key)), JSON.stringify(claims));
    return { input, bytes: signature(input, key) };
  };
  const altered = (id: string, comment: string, key: VectorKey, change: (bytes: Buffer) => Uint8Array) => {
    const { input, bytes } = parts(id, key);
    invalid(id, comment, `${input}.${encode(change(Buffer.from(bytes)))}`);
  };
  const flip = (bytes: Buffer, at = 0) => {
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    return bytes;
  };
  const shared = keys['shared-hs256'];
  const es256 = keys['orders-es256'];

  for (const name of [
    'shared-hs256',
    'shared-hs384',
    'shared-hs512',
    'orders-es256',
    'orders-es384',
    'orders-ed25519',
    'orders-ps256',
  ] as const) {
    altered(
      `bit-${keys[name].alg.toLowerCase()}`,
      `${keys[name].alg}: one bit of the signature`,
      keys[name],
      flip,
    );
  }
  altered('hs256-zero', 'HS256: zero bytes', shared, () => new Uint8Array(32));
  altered('hs256-half', 'HS256: the first half of the signature', shared, (bytes) => bytes.subarray(0, 16));
  altered('hs256-one-byte', 'HS256: the first byte of the signature', shared, (bytes) =>
    bytes.subarray(0, 1),
  );
  altered('hs256-longer', 'HS256: a byte too many', shared, (bytes) =>
    Buffer.concat([bytes, Buffer.from([0])]),
  );

  const swapped = mint('payload-changed', shared).split('.');
  swapped[1] = encode(JSON.stringify(claimsOf('payload-changed', { roles: ['admin'] })));
  invalid('payload-changed', 'Another payload under the same signature', swapped.join('.'));
  const reheaded = mint('header-changed', shared).split('.');
  reheaded[0] = encode(JSON.stringify({ ...headerOf(shared), note: 1 }));
  invalid('header-changed', 'Another header under the same signature', reheaded.join('.'));
  const impostor = (id: string, key: VectorKey, kid: string) =>
    invalid(
      id,
      'Signed by another key than `kid` names',
      tokenOf(JSON.stringify(headerOf(key, { kid })), JSON.stringify(claimsOf(id)), key),
    );
  impostor('other-secret', keys['unknown-hs256'], shared.kid);
  impostor('other-key-pair', keys['unknown-es256'], es256.kid);
  impostor('other-ed25519', keys['unknown-ed25519'], keys['orders-ed25519'].kid);
  impostor('derived-key-forges-shared', keys['edge-billing'], shared.kid);
  ellipticVectors(keys, invalid, altered);
}

const ORDER = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');
const ED25519_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

function ellipticVectors(
  keys: Keys,
  invalid: (id: string, comment: string, token: string) => void,
  altered: (id: string, comment: string, key: VectorKey, change: (bytes: Buffer) => Uint8Array) => void,
): void {
  const es256 = keys['orders-es256'];
  const zero = Buffer.alloc(32);
  const join = (...bytes: Uint8Array[]) => Buffer.concat(bytes);
  altered('es256-zero', 'ES256: r and s are zero', es256, () => join(zero, zero));
  altered('es256-r-zero', 'ES256: r is zero', es256, (bytes) => join(zero, bytes.subarray(32)));
  altered('es256-s-zero', 'ES256: s is zero', es256, (bytes) => join(bytes.subarray(0, 32), zero));
  altered('es256-order', 'ES256: r and s are the order of the curve', es256, () => join(ORDER, ORDER));
  altered('es256-s-order', 'ES256: s is the order of the curve', es256, (bytes) =>
    join(bytes.subarray(0, 32), ORDER),
  );
  altered('es256-swapped', 'ES256: s before r', es256, (bytes) =>
    join(bytes.subarray(32), bytes.subarray(0, 32)),
  );
  altered('es256-short', 'ES256: 63 bytes', es256, (bytes) => bytes.subarray(0, 63));
  altered('es256-long', 'ES256: 65 bytes', es256, (bytes) => join(bytes, Buffer.from([0])));
  altered('es256-padded', 'ES256: r and s in 48 bytes each', es256, (bytes) =>
    join(Buffer.alloc(16), bytes.subarray(0, 32), Buffer.alloc(16), bytes.subarray(32)),
  );
  const input = (id: string, key: VectorKey) =>
    inputOf(JSON.stringify(headerOf(key)), JSON.stringify(claimsOf(id)));
  const signed = (id: string, comment: string, key: VectorKey, options: object) => {
    const text = input(id, key);
    invalid(id, comment, `${text}.${encode(signature(text, key, options))}`);
  };
  signed('es256-der', 'ES256: the signature as DER', es256, { dsaEncoding: 'der' });
  signed('ps256-salt-20', 'PS256: a salt of 20 bytes', keys['orders-ps256'], { saltLength: 20 });
  signed('ps256-pkcs1', 'PS256: PKCS #1 v1.5 padding', keys['orders-ps256'], {
    padding: 1,
    saltLength: undefined,
  });
  altered(
    'ed25519-s-plus-order',
    'Ed25519: s plus the order of the group',
    keys['orders-ed25519'],
    (bytes) => {
      const s = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString('hex')}`) + ED25519_ORDER;
      const higher = Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse();
      return join(bytes.subarray(0, 32), higher);
    },
  );
  altered('ed25519-zero', 'Ed25519: zero bytes', keys['orders-ed25519'], () => new Uint8Array(64));
}
