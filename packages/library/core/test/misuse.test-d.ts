// Misuse that must not compile. The compiler checks this file; nothing runs it.
import type { Authority, HmacKeyReference, TrustDomain, WorkloadId } from '@workload-identity/contract';
import {
  AsymmetricKey,
  type BundleSource,
  createBundleSource,
  createMinter,
  createTokenSource,
  createVerifier,
  HmacKey,
  KeyRing,
  type Minter,
  type TrustSnapshot,
  type VerifiedIdentity,
  type Verifier,
} from '../src/index.ts';

declare const bundle: BundleSource;
declare const verifier: Verifier;
declare const minter: Minter;
declare const hmac: HmacKey;
declare const asymmetric: AsymmetricKey;
declare const snapshot: TrustSnapshot;
const audiences = ['spiffe://prod.example.com/billing'];

// A verifier is told whom it trusts and who it is.
createVerifier({ bundle, audiences });
// @ts-expect-error: no settings
createVerifier();
// @ts-expect-error: no audiences
createVerifier({ bundle });
// @ts-expect-error: no bundle
createVerifier({ audiences });
// @ts-expect-error: one audience is no list
createVerifier({ bundle, audiences: 'spiffe://prod.example.com/billing' });
// @ts-expect-error: a bundle is opened as a source first
createVerifier({ bundle: { file: 'bundle.json' }, audiences });
// @ts-expect-error: no such setting
createVerifier({ bundle, audiences, algorithms: ['HS256'] });
// @ts-expect-error: no such setting
createVerifier({ bundle, audiences, ignoreExpiration: true });
// @ts-expect-error: seconds are a number
createVerifier({ bundle, audiences, leeway: '10s' });
// @ts-expect-error: left out is not undefined
createVerifier({ bundle, audiences, leeway: undefined });
// @ts-expect-error: the clock yields milliseconds, not a date
createVerifier({ bundle, audiences, clock: () => new Date() });

// A token says nothing before it is verified.
const token = 'a token';
// @ts-expect-error: a token is text
token.subject;
// @ts-expect-error: a promise is no identity
verifier.verify(token).subject;
// @ts-expect-error: nobody decodes without verifying
verifier.decode(token);
// @ts-expect-error: the token may be missing
verifier.verify(undefined);
// @ts-expect-error: no such option
verifier.verify(token, { audiences });
// @ts-expect-error: no such option
verifier.verify(token, { subject: 'spiffe://prod.example.com/orders' });
// @ts-expect-error: a key is proven one way
verifier.verify(token, { provenKey: { jkt: 'a', 'x5t#S256': 'b' } });
// @ts-expect-error: or not at all
verifier.verify(token, { provenKey: {} });

// What was verified is read, and never changed or made by hand.
const identity: VerifiedIdentity = await verifier.verify(token);
identity.subject satisfies WorkloadId;
identity.trustDomain satisfies TrustDomain;
// @ts-expect-error: it is read only
identity.subject = identity.claims.sub;
// @ts-expect-error: its roles are read only
identity.roles.push('admin');
// @ts-expect-error: its claims are read only
identity.claims.exp = 0;
// @ts-expect-error: text is no workload identifier before it was read as one
const subject: WorkloadId = 'spiffe://prod.example.com/orders';
// @ts-expect-error: nor a trust domain
const trustDomain: TrustDomain = 'prod.example.com';
// @ts-expect-error: a trust domain is no workload identifier
identity.subject satisfies TrustDomain;

// A minter is asked for an audience, and for nothing that is not the caller's to say.
const request = { audience: 'spiffe://prod.example.com/billing' };
minter.mint(request);
// @ts-expect-error: no audience
minter.mint({});
// @ts-expect-error: no request
minter.mint();
// @ts-expect-error: the issuer is the minter
minter.mint({ ...request, issuer: 'x' });
// @ts-expect-error: claims are not written by hand
minter.mint({ ...request, exp: 1 });
// @ts-expect-error: nor headers
minter.mint({ ...request, header: { alg: 'none' } });
// @ts-expect-error: a binding has exactly one member
minter.mint({ ...request, confirmation: { jkt: 'a', 'x5t#S256': 'b' } });
// @ts-expect-error: and at least one
minter.mint({ ...request, confirmation: {} });
// @ts-expect-error: JSON holds no functions
minter.mint({ ...request, extension: { a: () => 1 } });
// @ts-expect-error: nor dates
minter.mint({ ...request, extension: { a: new Date() } });
// @ts-expect-error: an extension is an object
minter.mint({ ...request, extension: 'x' });
// @ts-expect-error: a minter has an issuer
createMinter({ signers: new KeyRing({ active: hmac }) });
// @ts-expect-error: and a key ring, not a secret
createMinter({ issuer: 'spiffe://prod.example.com/orders', signers: 'secret' });
// @ts-expect-error: a token source has a minter
createTokenSource({});
// @ts-expect-error: and is asked for an audience
createTokenSource({ minter }).tokenFor();

// Keys are made by reading or generating them, and keep what is secret.
// @ts-expect-error: not by hand
new HmacKey();
// @ts-expect-error: not by hand
new AsymmetricKey();
// @ts-expect-error: a secret is bytes; text is parsed
HmacKey.fromSecret('secret');
// @ts-expect-error: an HMAC key has an HMAC algorithm
HmacKey.parse('secret', 'ES256');
// @ts-expect-error: a minter does not sign RS256
AsymmetricKey.generate('RS256');
// @ts-expect-error: a ring has an active key
new KeyRing({});
// @ts-expect-error: its keys are of one kind
new KeyRing<HmacKey>({ active: hmac, next: asymmetric });
// @ts-expect-error: a secret does not leave its key
hmac.secret;

// Trust is changed by a newer bundle alone.
// @ts-expect-error: keys are not added by hand
snapshot.keys.set('kid', {});
// @ts-expect-error: denials are not lifted by hand
snapshot.denied.tokens.delete('jti');
// @ts-expect-error: a source has a bundle
createBundleSource({});
// @ts-expect-error: a secret is referenced, never written
({ secret: 'text' }) satisfies HmacKeyReference;
// @ts-expect-error: in one place
({ secret: { env: 'SECRET', file: 'secret' } }) satisfies HmacKeyReference;
// @ts-expect-error: an authority lists its subjects
({ rung: 'hmac', issuer: 'self', keys: [] }) satisfies Authority;

export { subject, trustDomain };
