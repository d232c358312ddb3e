package main

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

type setup struct {
	Now         int64    `json:"now"`
	Audiences   []string `json:"audiences"`
	Leeway      int64    `json:"leeway"`
	MaxLifetime int64    `json:"maxLifetime"`
	Bundle      string   `json:"bundle"`
}

type authority struct {
	Anchors  []string   `json:"anchors"`
	Services []string   `json:"services"`
	Subjects []string   `json:"subjects"`
	NotAfter *time.Time `json:"notAfter"`
}

type bundle struct {
	TrustDomain string      `json:"trustDomain"`
	Authorities []authority `json:"authorities"`
	Denied      struct {
		Keys []string `json:"keys"`
	} `json:"denied"`
}

type claims struct {
	jwt.RegisteredClaims
	Version int `json:"ver"`
}

// identity is what a token proves.
type identity struct {
	Issuer    string `json:"issuer"`
	Subject   string `json:"subject"`
	TokenID   string `json:"tokenId"`
	ExpiresAt int64  `json:"expiresAt"`
	KeyID     string `json:"keyId"`
}

var forbidden = []string{"kid", "jwk", "jku", "x5u", "x5t", "x5t#S256", "crit", "b64", "zip", "enc", "epk", "p2c", "p2s"}

func (b bundle) anchors() ([]*x509.Certificate, error) {
	var anchors []*x509.Certificate
	for _, authority := range b.Authorities {
		for _, text := range authority.Anchors {
			anchor, err := readAnchor(text)
			if err != nil {
				return nil, err
			}
			anchors = append(anchors, anchor)
		}
	}
	return anchors, nil
}

func readAnchor(text string) (*x509.Certificate, error) {
	block, rest := pem.Decode([]byte(text))
	if block == nil || len(rest) > 0 {
		return nil, errors.New("an anchor is not PEM")
	}
	return parse(block.Bytes)
}

// allows tells whether an authority that holds the anchor is active, admits the issuer and may assert the subject. An
// https URL names no trust domain, so each authority lists those that it admits.
func (b bundle) allows(anchor *x509.Certificate, issuer, subject string, now time.Time) bool {
	return slices.ContainsFunc(b.Authorities, func(a authority) bool {
		holds := slices.ContainsFunc(a.Anchors, func(text string) bool {
			held, err := readAnchor(text)
			return err == nil && held.Equal(anchor)
		})
		asserts := slices.ContainsFunc(a.Subjects, func(pattern string) bool {
			prefix, isPrefix := strings.CutSuffix(pattern, "*")
			return subject == pattern || (isPrefix && strings.HasPrefix(subject, prefix))
		})
		admits := strings.HasPrefix(issuer, "spiffe://") || slices.Contains(a.Services, issuer)
		return holds && admits && asserts && (a.NotAfter == nil || now.Before(*a.NotAfter))
	})
}

func readHeader(token string) ([]string, error) {
	text, err := base64.RawURLEncoding.Strict().DecodeString(strings.SplitN(token, ".", 2)[0])
	if err != nil {
		return nil, err
	}
	var members map[string]any
	if err := json.Unmarshal(text, &members); err != nil {
		return nil, err
	}
	for _, name := range forbidden {
		if _, found := members[name]; found {
			return nil, errors.New("a member that is not allowed")
		}
	}
	var header struct {
		Typ string   `json:"typ"`
		X5c []string `json:"x5c"`
	}
	if err := json.Unmarshal(text, &header); err != nil {
		return nil, err
	}
	if header.Typ != "wid+jwt" || len(header.X5c) < 1 || len(header.X5c) > 3 {
		return nil, errors.New("another typ, or no chain of 1 to 3 certificates")
	}
	return header.X5c, nil
}

// RFC 9864 names Ed25519 what the module knows by its older name.
type ed25519Method struct{ *jwt.SigningMethodEd25519 }

func (ed25519Method) Alg() string { return "Ed25519" }

func init() {
	jwt.RegisterSigningMethod("Ed25519", func() jwt.SigningMethod { return ed25519Method{jwt.SigningMethodEdDSA} })
}

// readClaims checks signature, algorithm, audience, issuer and times with the module, at the time of the vectors.
func (s setup) readClaims(token string, found *path) (*claims, error) {
	leaf := found.certificates[0]
	algorithms := []string{algorithm(leaf.PublicKey)}
	if algorithms[0] == "Ed25519" {
		algorithms = append(algorithms, "EdDSA")
	}
	parser := jwt.NewParser(
		jwt.WithValidMethods(algorithms),
		jwt.WithTimeFunc(func() time.Time { return time.Unix(s.Now, 0) }),
		jwt.WithLeeway(time.Duration(s.Leeway)*time.Second),
		jwt.WithAudience(s.Audiences...),
		jwt.WithIssuer(found.uri),
		jwt.WithIssuedAt(),
		jwt.WithExpirationRequired(),
		jwt.WithStrictDecoding(),
	)
	var read claims
	_, err := parser.ParseWithClaims(token, &read, func(*jwt.Token) (any, error) { return leaf.PublicKey, nil })
	return &read, err
}

func (s setup) checkTimes(read *claims, found *path) error {
	if read.IssuedAt == nil || read.ID == "" || read.Version != 1 {
		return errors.New("a claim is missing")
	}
	issued, ends := read.IssuedAt.Time, read.ExpiresAt.Time
	if lifetime := ends.Sub(issued); lifetime <= 0 || lifetime > time.Duration(s.MaxLifetime)*time.Second {
		return errors.New("lifetime")
	}
	for _, certificate := range found.certificates {
		if issued.Before(certificate.NotBefore) || ends.After(certificate.NotAfter) {
			return errors.New("the token is outside its chain")
		}
	}
	return nil
}

// verify asks each anchor alone: what one allows says nothing of another.
func (s setup) verify(token string, trust bundle) (*identity, error) {
	x5c, err := readHeader(token)
	if err != nil {
		return nil, err
	}
	anchors, err := trust.anchors()
	if err != nil {
		return nil, err
	}
	refusal := errors.New("no anchor")
	for _, anchor := range anchors {
		proven, err := s.verifyUnder(anchor, x5c, token, trust)
		if err == nil {
			return proven, nil
		}
		refusal = err
	}
	return nil, refusal
}

func (s setup) verifyUnder(anchor *x509.Certificate, x5c []string, token string, trust bundle) (*identity, error) {
	now := time.Unix(s.Now, 0)
	found, err := validate(x5c, anchor, now)
	if err != nil {
		return nil, err
	}
	issuers := found.certificates[1:]
	read, err := s.readClaims(token, found)
	if err != nil {
		return nil, err
	}
	if err := s.checkTimes(read, found); err != nil {
		return nil, err
	}
	if match := workload.FindStringSubmatch(found.uri); match != nil && match[1] != trust.TrustDomain {
		return nil, errors.New("a leaf of another trust domain")
	}
	if found.usage == selfUsage && read.Subject != found.uri {
		return nil, errors.New("a self leaf asserts another")
	}
	if !isWorkload(read.Subject) || !permits(issuers, read.Subject) || !trust.allows(anchor, found.uri, read.Subject, now) {
		return nil, errors.New("a subject that this chain may not assert")
	}
	for _, certificate := range found.certificates {
		if slices.Contains(trust.Denied.Keys, thumbprint(certificate.PublicKey)) {
			return nil, errors.New("a key of the path is denied")
		}
	}
	keyID := thumbprint(found.certificates[0].PublicKey)
	return &identity{found.uri, read.Subject, read.ID, read.ExpiresAt.Unix(), keyID}, nil
}
