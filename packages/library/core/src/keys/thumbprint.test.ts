import { generateKeyPairSync } from 'node:crypto';
import type { PublicJwk } from '@workload-identity/contract';
import { calculateJwkThumbprint } from 'jose';
import { describe, expect, test } from 'vitest';
import { thumbprint } from './thumbprint.ts';

describe('the thumbprint of a key', () => {
  test('of RFC 7638 section 3.1', async () => {
    const n =
      '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknj' +
      'hMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQ' +
      'vRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzK' +
      'nqDKgw';
    const jwk = { kty: 'RSA', n, e: 'AQAB', alg: 'RS256', kid: '2011-04-29' } as const;
    expect(await thumbprint(jwk)).toBe('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs');
  });

  test('of RFC 8037 appendix A.3', async () => {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' } as const;
    expect(await thumbprint(jwk)).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
  });

  test('agrees with jose, and does not depend on the order of members, other members or the private part', async () => {
    for (const { publicKey, privateKey } of [
      generateKeyPairSync('ec', { namedCurve: 'P-256' }),
      generateKeyPairSync('ec', { namedCurve: 'P-384' }),
      generateKeyPairSync('ed25519'),
      generateKeyPairSync('rsa', { modulusLength: 2048 }),
    ]) {
      const jwk = publicKey.export({ format: 'jwk' });
      const expected = await calculateJwkThumbprint(jwk as never);
      const reversed = Object.fromEntries(
        Object.entries({ ...jwk, alg: 'x', use: 'sig', kid: 'y' }).reverse(),
      );
      for (const form of [jwk, reversed, privateKey.export({ format: 'jwk' })]) {
        expect(await thumbprint(form as unknown as PublicJwk)).toBe(expected);
      }
    }
  });
});
