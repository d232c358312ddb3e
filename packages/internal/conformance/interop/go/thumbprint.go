package main

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math/big"
)

func number(bytes []byte) string { return base64.RawURLEncoding.EncodeToString(bytes) }

// thumbprint is the identifier of a key (RFC 7638): the SHA-256 of the members that make it, in the order of their names.
func thumbprint(key any) string {
	var members string
	switch key := key.(type) {
	case *ecdsa.PublicKey:
		size := (key.Curve.Params().BitSize + 7) / 8
		x, y := key.X.FillBytes(make([]byte, size)), key.Y.FillBytes(make([]byte, size))
		members = fmt.Sprintf(`{"crv":"%s","kty":"EC","x":"%s","y":"%s"}`, key.Curve.Params().Name, number(x), number(y))
	case ed25519.PublicKey:
		members = fmt.Sprintf(`{"crv":"Ed25519","kty":"OKP","x":"%s"}`, number(key))
	case *rsa.PublicKey:
		exponent := big.NewInt(int64(key.E)).Bytes()
		members = fmt.Sprintf(`{"e":"%s","kty":"RSA","n":"%s"}`, number(exponent), number(key.N.Bytes()))
	}
	digest := sha256.Sum256([]byte(members))
	return base64.RawURLEncoding.EncodeToString(digest[:])
}
