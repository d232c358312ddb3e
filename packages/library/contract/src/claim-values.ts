/** Who acts for a subject; `act` inside is the actor before (RFC 8693 section 4.1). */
export interface Actor {
  readonly sub: string;
  readonly iss?: string;
  readonly act?: Actor;
}

/** The one key a token is bound to: exactly one member (RFC 7800, RFC 9449 section 6.1, RFC 8705 section 3.1). */
export type Confirmation =
  | { readonly jkt: string; readonly 'x5t#S256'?: undefined; readonly jwk?: undefined }
  | { readonly jkt?: undefined; readonly 'x5t#S256': string; readonly jwk?: undefined }
  | { readonly jkt?: undefined; readonly 'x5t#S256'?: undefined; readonly jwk: PublicJwk };

/** A public key as JWK (RFC 7517). Private and symmetric members are refused. */
export interface PublicJwk {
  readonly kty: 'EC' | 'OKP' | 'RSA';
  readonly alg?: string;
  readonly kid?: string;
  readonly use?: string;
  readonly crv?: string;
  readonly x?: string;
  readonly y?: string;
  readonly n?: string;
  readonly e?: string;
}

/** How a workload was attested before its token was minted. */
export interface Attestation {
  readonly method: string;
  readonly issuer: string;
  readonly subject: string;
}

/** A value JSON can carry. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };
