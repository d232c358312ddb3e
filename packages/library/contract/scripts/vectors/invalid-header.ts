import { createHmac, createPublicKey } from 'node:crypto';
import { type Keys, publicJwk, type VectorKey } from './keys.ts';
import { claimsOf, headerOf, type Json, mint } from './setup.ts';
import { encode, inputOf, tokenOf } from './sign.ts';
import type { Add } from './vector.ts';

/** Headers that break the closed rules. */
export function headerVectors(keys: Keys, add: Add): void {
  const shared = keys['shared-hs256'];
  const es256 = keys['orders-es256'];
  const bad = (id: string, comment: string, header: Json, key: VectorKey = shared) =>
    add(`header-${id}`, 'header_invalid', comment, mint(`header-${id}`, key, {}, header));

  for (const [id, text] of [
    ['array', '[]'],
    ['string', '"wid+jwt"'],
    ['number', '1'],
    ['null', 'null'],
  ] as const) {
    add(
      `header-is-${id}`,
      'header_invalid',
      `The header is JSON but no object: ${text}`,
      tokenOf(text, JSON.stringify(claimsOf(`header-is-${id}`)), shared),
    );
  }
  bad('jwk', 'A key inside the token, even the right one', { jwk: publicJwk(es256) }, es256);
  bad(
    'jwk-self-signed',
    'A key inside the token, and signed by it',
    { jwk: publicJwk(keys['unknown-es256']) },
    keys['unknown-es256'],
  );
  bad('jku', 'A URL of keys', { jku: 'https://keys.example.com/jwks.json' });
  bad('x5u', 'A URL of certificates', { x5u: 'https://keys.example.com/chain.pem' });
  bad('x5t', 'A certificate thumbprint', { x5t: 'AAAAAAAAAAAAAAAAAAAAAAAAAAA' });
  bad('x5t-s256', 'A certificate thumbprint, SHA-256', { 'x5t#S256': 'A'.repeat(43) });
  bad('crit-unknown', 'A critical extension nobody knows', { crit: ['future'], future: true });
  bad('crit-empty', 'An empty list of critical extensions', { crit: [] });
  bad('crit-registered', 'A registered member as critical', { crit: ['alg'] });
  bad('crit-absent', 'A critical extension that is not there', { crit: ['exp'] });
  bad('crit-text', 'crit is no list', { crit: 'b64' });
  bad('crit-null', 'crit is null', { crit: null });
  bad('b64-false', 'An unencoded payload', { b64: false });
  bad('b64-true', 'b64 is refused whatever it says', { b64: true });
  bad('b64-crit', 'An unencoded payload, properly critical', { b64: false, crit: ['b64'] });
  bad('zip', 'Compression', { zip: 'DEF' });
  bad('enc', 'Encryption', { enc: 'A256GCM' });
  bad('epk', 'An ephemeral key', { epk: publicJwk(keys['unknown-es256']) });
  bad('p2c', 'A count of hashing rounds', { p2c: 2_147_483_647 });
  bad('p2s', 'A salt', { p2s: 'AAAAAAAAAAAAAAAAAAAAAA' });
  keyIdVectors(keys, bad);
}

function keyIdVectors(
  keys: Keys,
  bad: (id: string, comment: string, header: Json, key?: VectorKey) => void,
): void {
  const { kid } = keys['shared-hs256'];
  bad('kid-missing', 'Neither kid nor x5c', { kid: undefined });
  const values: Json = {
    empty: '',
    number: 7,
    null: null,
    array: [kid],
    object: { kid },
    path: '../../../../dev/null',
    sql: "x' UNION SELECT 'secret' --",
    url: 'https://keys.example.com/1',
    proto: '__proto__',
    constructor: 'constructor',
    padded: `${kid}==`,
    short: kid.slice(1),
    long: `${kid}A`,
    space: `${kid} `,
    huge: 'A'.repeat(4_096),
  };
  for (const [id, value] of Object.entries(values)) bad(`kid-${id}`, `kid: ${id}`, { kid: value });
  const es256 = keys['orders-es256'];
  const certificate = 'MIIBAAAA';
  bad('kid-and-x5c', 'kid and x5c together', { x5c: [certificate] }, es256);
  bad('x5c-hmac', 'A chain with a shared-key algorithm', { kid: undefined, x5c: [certificate] });
  bad('x5c-empty', 'A chain of no certificates', { kid: undefined, x5c: [] }, es256);
  bad('x5c-four', 'A chain of four certificates', { kid: undefined, x5c: Array(4).fill(certificate) }, es256);
  bad('x5c-text', 'A chain that is no list', { kid: undefined, x5c: certificate }, es256);
  bad('x5c-base64url', 'A certificate as base64url', { kid: undefined, x5c: ['MIIB-_AA'] }, es256);
  bad('x5c-null', 'A certificate that is null', { kid: undefined, x5c: [null] }, es256);
}

/** Types of other tokens. */
export function typeVectors(keys: Keys, add: Add): void {
  const values: Json = {
    missing: undefined,
    jwt: 'JWT',
    jose: 'JOSE',
    'access-token': 'at+jwt',
    'dpop-proof': 'dpop+jwt',
    wit: 'wit+jwt',
    'client-assertion': 'client-authentication+jwt',
    'upper-case': 'WID+JWT',
    'media-type': 'application/wid+jwt',
    'with-space': 'wid+jwt ',
    array: ['wid+jwt'],
    null: null,
    number: 1,
  };
  for (const [id, typ] of Object.entries(values)) {
    add(`typ-${id}`, 'type_unsupported', `typ: ${id}`, mint(`typ-${id}`, keys['shared-hs256'], {}, { typ }));
  }
}

/** Algorithms: unknown ones, and known ones with the key of another. */
export function algorithmVectors(keys: Keys, add: Add): void {
  const refused = (id: string, comment: string, token: string) =>
    add(`alg-${id}`, 'algorithm_not_allowed', comment, token);
  const shared = keys['shared-hs256'];
  const unknown: Json = {
    missing: undefined,
    none: 'none',
    'none-mixed': 'nOnE',
    'none-upper': 'NONE',
    empty: '',
    'lower-case': 'hs256',
    'with-space': 'HS256 ',
    array: ['HS256'],
    null: null,
    number: 256,
    constructor: 'constructor',
    rs384: 'RS384',
    rs512: 'RS512',
    ps384: 'PS384',
    ps512: 'PS512',
    es512: 'ES512',
    es256k: 'ES256K',
    ed448: 'Ed448',
    'ecdh-es': 'ECDH-ES',
    dir: 'dir',
    'pbes2-hs256': 'PBES2-HS256+A128KW',
    'ml-dsa-44': 'ML-DSA-44',
  };
  for (const [id, alg] of Object.entries(unknown))
    refused(id, `alg: ${id}`, mint(`alg-${id}`, shared, {}, { alg }));

  const unfit = (id: string, comment: string, key: VectorKey, alg: string) =>
    refused(id, comment, mint(`alg-${id}`, key, {}, { alg }));
  unfit('hs512-key-hs256', 'HS512 with the key of HS256', shared, 'HS512');
  unfit('hs256-key-hs512', 'HS256 with the key of HS512', keys['shared-hs512'], 'HS256');
  unfit('es384-key-es256', 'ES384 with the key of ES256', keys['orders-es256'], 'ES384');
  unfit('ed25519-key-es256', 'Ed25519 with the key of ES256', keys['orders-es256'], 'Ed25519');
  unfit('ps256-key-es256', 'PS256 with the key of ES256', keys['orders-es256'], 'PS256');
  unfit('ps256-key-rs256', 'PS256 with the key of RS256', keys['orders-rs256'], 'PS256');
  unfit('es256-key-hs256', 'ES256 with a shared key', shared, 'ES256');
  unfit(
    'rs256-off',
    'RS256, correctly signed, at a verifier that was not told to take it',
    keys['orders-rs256'],
    'RS256',
  );
  confusionVectors(keys, refused);
}

/** A public key, in every form it is handed around in, taken for a shared secret. */
function confusionVectors(keys: Keys, refused: (id: string, comment: string, token: string) => void): void {
  for (const name of ['orders-es256', 'orders-ps256', 'orders-ed25519'] as const) {
    const key = keys[name];
    const publicKey = createPublicKey({ key: publicJwk(key) as never, format: 'jwk' });
    const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string;
    const forms: Record<string, string | Uint8Array> = {
      pem,
      'pem-trimmed': pem.trim(),
      'pem-bom': `\ufeff${pem}`,
      der: publicKey.export({ type: 'spki', format: 'der' }) as Buffer,
      jwk: JSON.stringify(publicJwk(key)),
      jwks: JSON.stringify({ keys: [publicJwk(key)] }),
    };
    for (const [form, secret] of Object.entries(forms)) {
      const id = `confusion-${key.alg.toLowerCase()}-${form}`;
      const input = inputOf(
        JSON.stringify(headerOf(key, { alg: 'HS256' })),
        JSON.stringify(claimsOf(`alg-${id}`)),
      );
      const mac = createHmac('sha256', secret).update(input).digest();
      refused(id, `HS256 under the public key of ${key.alg} as ${form}`, `${input}.${encode(mac)}`);
    }
  }
}

/** Keys no authority holds. */
export function keyVectors(keys: Keys, add: Add): void {
  const unknown = (id: string, comment: string, key: VectorKey) =>
    add(id, 'key_unknown', comment, mint(id, key));
  unknown('unknown-secret', 'A shared key the bundle does not have', keys['unknown-hs256']);
  unknown('unknown-es256', 'A key pair the bundle does not have', keys['unknown-es256']);
  unknown('unknown-ed25519', 'A key pair the bundle does not have', keys['unknown-ed25519']);
  unknown('scoped-root', 'The root of audience-scoped keys signs nothing itself', keys['scoped-root']);
  unknown(
    'scoped-unlisted',
    'A key derived for an audience the bundle does not name',
    keys['scoped-unlisted'],
  );
  add(
    'kid-upper-case',
    'key_unknown',
    'kid in another case',
    mint('kid-upper-case', keys['shared-hs256'], {}, { kid: swapCase(keys['shared-hs256'].kid) }),
  );
}

function swapCase(text: string): string {
  // The last letter stays: it has the zero bits that make the text an identifier.
  return text.replace(/[A-Za-z](?!$)/g, (letter) =>
    letter < 'a' ? letter.toLowerCase() : letter.toUpperCase(),
  );
}
