import { describe, expect, test } from 'vitest';
import { type AsymmetricWorld, asymmetricWorld, type SecretWorld, secretWorld } from './keys.ts';
import { SERVICE } from './names.ts';
import { minterOf, tokensOf } from './ours.ts';
import { awsJwtVerifier, fastJwtVerifier, joseVerifier, jsonwebtokenVerifier } from './peers.ts';

type Verify = (token: string) => unknown;

/** What each side is asked to do must be the same: a peer that skipped a check would be compared unfairly. */
const PEERS: readonly (readonly [
  string,
  'ES256' | 'HS256',
  (es: AsymmetricWorld, hs: SecretWorld) => Verify,
])[] = [
  ['fast-jwt', 'ES256', ({ publicPem }) => fastJwtVerifier('ES256', publicPem)],
  ['fast-jwt with its cache', 'ES256', ({ publicPem }) => fastJwtVerifier('ES256', publicPem, true)],
  ['fast-jwt', 'HS256', (_, { bytes }) => fastJwtVerifier('HS256', bytes)],
  ['jose', 'ES256', ({ publicKey }) => joseVerifier('ES256', publicKey)],
  ['jose', 'HS256', (_, { keyObject }) => joseVerifier('HS256', keyObject)],
  ['jsonwebtoken', 'ES256', ({ publicKey }) => jsonwebtokenVerifier('ES256', publicKey)],
  ['jsonwebtoken', 'HS256', (_, { keyObject }) => jsonwebtokenVerifier('HS256', keyObject)],
  ['aws-jwt-verify', 'ES256', (es) => awsJwtVerifier(es)],
];

describe.each(PEERS)('%s, %s', (_, algorithm, make) => {
  const asked = async (verify: Verify, token: string): Promise<unknown> => verify(token);

  test('takes our tokens, and refuses a signature that does not hold and another audience', async () => {
    const [es, hs] = [await asymmetricWorld('ES256'), await secretWorld()];
    const minter = minterOf(algorithm === 'ES256' ? es : hs);
    const verify = make(es, hs);
    const [token = ''] = await tokensOf(minter, 1);
    const [other = ''] = await tokensOf(minter, 1, { audience: `${SERVICE}2` });
    const [input, signature = ''] = [token.slice(0, token.lastIndexOf('.')), token.split('.')[2]];
    const forged = `${input}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    await expect(asked(verify, token)).resolves.toBeDefined();
    await expect(asked(verify, token)).resolves.toBeDefined();
    await expect(asked(verify, forged)).rejects.toThrow();
    await expect(asked(verify, other)).rejects.toThrow();
  });
});
