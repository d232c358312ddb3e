// Each line after `@ts-expect-error` must not compile; all others must.
import type { Minter, TokenSource, Verifier } from '@workload-identity/core';
import { createWorkloadIdentity, identity, mint, readConfiguration, verify } from './index.ts';

const workload = 'spiffe://prod.example.com/orders';
const bundle = { file: 'bundle.json' };
const key = { env: 'SECRET' };
const kms = { awsKms: 'alias/ca' };
const withoutPin = { module: '/hsm.so', token: 'a', label: 'b' };

export const minter: Minter = identity;
export const verifier: Verifier = identity;
export const tokens: TokenSource = identity;

createWorkloadIdentity(readConfiguration());
createWorkloadIdentity({ workload, sign: { rung: 'hmac', key } });
createWorkloadIdentity(
  { workload, sign: { rung: 'asymmetric', key }, verify: { bundle } },
  { signals: false },
);

createWorkloadIdentity({ workload, sign: { rung: 'ca', key: kms }, verify: { bundle } });
createWorkloadIdentity({
  workload,
  sign: { rung: 'ca', key: { file: 'ca.key', passphrase: key }, certificate: { file: 'ca.crt' }, leaf: {} },
});
createWorkloadIdentity({
  workload,
  sign: { rung: 'ca', key: { pkcs11: { module: '/hsm.so', token: 'a', label: 'b', pin: key } } },
  verify: { bundle },
});

// @ts-expect-error: an audience is required
void mint({});
// @ts-expect-error: who signs is not the caller's to choose
void mint({ audience: workload, issuer: workload });
// @ts-expect-error: neither is the algorithm
void mint({ audience: workload, algorithm: 'none' });
// @ts-expect-error: a token is required
void verify();
// @ts-expect-error: there is no way to leave the audience out
void verify('token', { audience: null });
// @ts-expect-error: an audience is a string
void identity.tokenFor(['a', 'b']);

export async function use(): Promise<void> {
  // @ts-expect-error: not awaited, so nothing is verified yet
  console.log(verify('token').subject);
  // @ts-expect-error: not awaited, so there is no token yet
  console.log(mint({ audience: workload }).token);
  const caller = await verify('token');
  console.log(caller.subject);
  // @ts-expect-error: a verified identity does not change
  caller.subject = caller.issuer;
  // @ts-expect-error: neither do its roles
  caller.roles.push('admin');
}

// @ts-expect-error: it signs, verifies, or both
createWorkloadIdentity({ workload });
// @ts-expect-error: a workload is required
createWorkloadIdentity({ verify: { bundle } });
// @ts-expect-error: verify needs a bundle
createWorkloadIdentity({ workload, verify: {} });
// @ts-expect-error: a bundle is a file, not its content
createWorkloadIdentity({ workload, verify: { bundle: { version: 1 } } });
// @ts-expect-error: there is no such rung
createWorkloadIdentity({ workload, sign: { rung: 'none', key } });
// @ts-expect-error: sign needs a key
createWorkloadIdentity({ workload, sign: { rung: 'hmac' } });
// @ts-expect-error: a secret is a reference, never a value
createWorkloadIdentity({ workload, sign: { rung: 'hmac', key: 'secret' } });
// @ts-expect-error: a secret is in one place
createWorkloadIdentity({ workload, sign: { rung: 'hmac', key: { env: 'A', file: 'b' } } });
// @ts-expect-error: a private key decides its algorithm
createWorkloadIdentity({ workload, sign: { rung: 'asymmetric', key, algorithm: 'ES256' } });
// @ts-expect-error: a CA key is in one place
createWorkloadIdentity({ workload, sign: { rung: 'ca', key: { file: 'a', awsKms: 'alias/ca' } } });
// @ts-expect-error: a CA key is in a file, a KMS or an HSM
createWorkloadIdentity({ workload, sign: { rung: 'ca', key } });
// @ts-expect-error: only a file has a passphrase
createWorkloadIdentity({ workload, sign: { rung: 'ca', key: { awsKms: 'alias/ca', passphrase: key } } });
// @ts-expect-error: a passphrase is a reference, never a value
createWorkloadIdentity({ workload, sign: { rung: 'ca', key: { file: 'a', passphrase: 'secret' } } });
// @ts-expect-error: a PIN is required
createWorkloadIdentity({ workload, sign: { rung: 'ca', key: { pkcs11: withoutPin } } });
// @ts-expect-error: a certificate is a file, not its content
createWorkloadIdentity({ workload, sign: { rung: 'ca', key: kms, certificate: 'PEM' } });
// @ts-expect-error: a leaf has a lifetime and a usage
createWorkloadIdentity({ workload, sign: { rung: 'ca', key: kms, leaf: { algorithm: 'ES256' } } });
// @ts-expect-error: a leaf's key is made in the process, so there is no next one
createWorkloadIdentity({ workload, sign: { rung: 'ca', key: kms, next: key } });
// @ts-expect-error: there is no such algorithm
createWorkloadIdentity({ workload, sign: { rung: 'hmac', key, algorithm: 'none' } });
// @ts-expect-error: durations are strings with a unit
createWorkloadIdentity({ workload, sign: { rung: 'hmac', key, lifetime: 300 } });
// @ts-expect-error: `audience` is not a setting, `audiences` is
createWorkloadIdentity({ workload, verify: { bundle, audience: workload } });
// @ts-expect-error: there is no such option
createWorkloadIdentity(readConfiguration(), { skipVerification: true });
