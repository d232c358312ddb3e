import { createPublicKey, type KeyObject } from 'node:crypto';
import { JwtVerifier } from 'aws-jwt-verify';
import * as fastJwt from 'fast-jwt';
import { jwtVerify } from 'jose';
import jsonwebtoken from 'jsonwebtoken';
import type { AsymmetricWorld } from './keys.ts';
import { CALLER, SERVICE } from './names.ts';

/** Each peer is set up as its documentation asks for speed, and checks algorithm, issuer, audience and time. */
export type JoseAlgorithm = 'HS256' | 'ES256' | 'PS256' | 'EdDSA';

export function fastJwtVerifier(
  algorithm: JoseAlgorithm,
  key: string | Buffer,
  cache: boolean | number = false,
): (token: string) => unknown {
  return fastJwt.createVerifier({
    key,
    algorithms: [algorithm],
    allowedIss: CALLER,
    allowedAud: SERVICE,
    cache,
  });
}

export function joseVerifier(algorithm: JoseAlgorithm, key: KeyObject): (token: string) => Promise<unknown> {
  const options = { algorithms: [algorithm], issuer: CALLER, audience: SERVICE, typ: 'wid+jwt' };
  return (token) => jwtVerify(token, key, options);
}

export function jsonwebtokenVerifier(
  algorithm: Exclude<JoseAlgorithm, 'EdDSA'>,
  key: KeyObject,
): (token: string) => unknown {
  const options: jsonwebtoken.VerifyOptions = { algorithms: [algorithm], issuer: CALLER, audience: SERVICE };
  return (token) => jsonwebtoken.verify(token, key, options);
}

export function awsJwtVerifier({ key, publicPem }: AsymmetricWorld): (token: string) => unknown {
  const jwk = createPublicKey(publicPem).export({ format: 'jwk' });
  const verifier = JwtVerifier.create({
    issuer: CALLER,
    audience: SERVICE,
    jwksUri: 'https://keys.invalid/jwks.json',
  });
  verifier.cacheJwks({ keys: [{ ...jwk, kid: key.keyId, alg: 'ES256', use: 'sig' }] } as never);
  return (token) => verifier.verifySync(token);
}
