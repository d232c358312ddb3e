import type { Suite } from './suite.ts';
import { jsonWebSignatures } from './suites/json-web-signatures.ts';
import { limbo, limboRest } from './suites/limbo.ts';
import { primitive } from './suites/primitives.ts';

/** Every suite, over one folder of vectors. */
export function suitesIn(folder: string): readonly Suite[] {
  return [
    limbo(folder),
    limboRest(folder),
    jsonWebSignatures(folder, 'wycheproof JWS', 'json_web_signature_test.json'),
    jsonWebSignatures(folder, 'wycheproof JWK', 'json_web_key_test.json'),
    jsonWebSignatures(folder, 'wycheproof web-crypto', 'json_web_crypto_test.json'),
    primitive(folder, 'wycheproof ECDSA P-256', 'ecdsa_secp256r1_sha256_p1363_test.json', 'ES256'),
    primitive(folder, 'wycheproof ECDSA P-384', 'ecdsa_secp384r1_sha384_p1363_test.json', 'ES384'),
    primitive(folder, 'wycheproof Ed25519', 'ed25519_test.json', 'Ed25519'),
    primitive(folder, 'wycheproof HMAC-SHA-256', 'hmac_sha256_test.json', 'HS256'),
    primitive(folder, 'wycheproof RSA-PSS with SHA-256', 'rsa_pss_2048_sha256_mgf1_32_test.json', 'PS256'),
    primitive(folder, 'wycheproof RSA PKCS #1 with SHA-256', 'rsa_signature_2048_sha256_test.json', 'RS256'),
  ];
}
