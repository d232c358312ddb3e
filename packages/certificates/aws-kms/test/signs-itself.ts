import { constants, generateKeyPairSync, sign } from 'node:crypto';
import { type Fault, reply } from './proxy.ts';

const rsa = (modulusLength: number) =>
  ({
    algorithm: 'RSASSA_PSS_SHA_256',
    pair: () => generateKeyPairSync('rsa', { modulusLength }),
    hash: 'sha256',
    padding: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
  }) as const;

/** How KMS signs with kinds of keys the emulator does not have, or signs with otherwise than AWS documents. */
const KINDS = {
  ECC_NIST_EDWARDS25519: {
    algorithm: 'ED25519_SHA_512',
    pair: () => generateKeyPairSync('ed25519'),
    hash: null,
    padding: {},
  },
  RSA_2048: rsa(2048),
  RSA_3072: rsa(3072),
  RSA_4096: rsa(4096),
} as const;

/** Answers GetPublicKey and Sign by itself, as AWS documents them for a key of this kind. */
export function signsItself(kind: keyof typeof KINDS): Fault {
  const { algorithm, pair, hash, padding } = KINDS[kind];
  const { publicKey, privateKey } = pair();
  const KeyId = 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  return ({ action, body }, response) => {
    if (action === 'GetPublicKey') {
      const PublicKey = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
      reply(response, 200, {
        KeyId,
        PublicKey,
        KeySpec: kind,
        KeyUsage: 'SIGN_VERIFY',
        SigningAlgorithms: [algorithm],
      });
    } else if (body['SigningAlgorithm'] === algorithm && body['MessageType'] === 'RAW') {
      const message = Buffer.from(String(body['Message']), 'base64');
      const Signature = sign(hash, message, { key: privateKey, ...padding }).toString('base64');
      reply(response, 200, { KeyId, Signature, SigningAlgorithm: algorithm });
    } else {
      reply(response, 400, { __type: 'ValidationException' });
    }
    return true;
  };
}
