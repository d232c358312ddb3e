export { createPkcs11KeyPair, type Pkcs11KeyPair } from './create-key-pair.ts';
export type {
  Pkcs11Algorithm,
  Pkcs11CaKeyOptions,
  Pkcs11KeyPairOptions,
  Pkcs11TokenOptions,
} from './options.ts';
export { pkcs11CaKey } from './pkcs11-ca-key.ts';
