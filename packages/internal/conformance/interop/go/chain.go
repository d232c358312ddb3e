package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

const (
	selfUsage   = "2.25.20814771685027270472755165375967673246.1"
	anyUsage    = "2.5.29.37.0"
	issuerUsage = "2.25.20814771685027270472755165375967673246.2"
)

var (
	workload = regexp.MustCompile(`^spiffe://([a-z0-9._-]{1,255})((?:/[A-Za-z0-9._-]+)+)$`)
	service  = regexp.MustCompile(`^https://[a-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~-]+)*/?$`)

	basicConstraintsID = asn1.ObjectIdentifier{2, 5, 29, 19}
	keyUsageID         = asn1.ObjectIdentifier{2, 5, 29, 15}
	namesID            = asn1.ObjectIdentifier{2, 5, 29, 17}
	constraintsID      = asn1.ObjectIdentifier{2, 5, 29, 30}
)

// path is a chain that holds: from the leaf to the anchor.
type path struct {
	certificates []*x509.Certificate
	uri, usage   string
}

func isWorkload(text string) bool {
	match := workload.FindStringSubmatch(text)
	return match != nil && !slices.ContainsFunc(strings.Split(match[2], "/"), func(segment string) bool {
		return segment == "." || segment == ".."
	})
}

// algorithm is the one that a key signs tokens with.
func algorithm(key any) string {
	switch key := key.(type) {
	case *ecdsa.PublicKey:
		return map[string]string{"P-256": "ES256", "P-384": "ES384"}[key.Curve.Params().Name]
	case ed25519.PublicKey:
		return "Ed25519"
	case *rsa.PublicKey:
		if bits := key.N.BitLen(); bits >= 2048 && bits <= 8192 && key.E == 65537 {
			return "PS256"
		}
	}
	return ""
}

// critical tells whether an extension is there, and whether it is critical.
func critical(certificate *x509.Certificate, id asn1.ObjectIdentifier) (found, isCritical bool) {
	for _, extension := range certificate.Extensions {
		if extension.Id.Equal(id) {
			return true, extension.Critical
		}
	}
	return false, false
}

func readCertificates(x5c []string) ([]*x509.Certificate, error) {
	var chain []*x509.Certificate
	for _, text := range x5c {
		der, err := base64.StdEncoding.Strict().DecodeString(text)
		if err != nil {
			return nil, err
		}
		certificate, err := parse(der)
		if err != nil {
			return nil, err
		}
		if bits := certificate.SerialNumber.BitLen(); certificate.Version != 3 || bits == 0 || bits > 159 || len(der) > 8192 {
			return nil, errors.New("version, serial number or size")
		}
		if algorithm(certificate.PublicKey) == "" {
			return nil, errors.New("a key of another kind")
		}
		chain = append(chain, certificate)
	}
	return chain, nil
}

func checkLeaf(leaf *x509.Certificate) (uri, usage string, err error) {
	const ca = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	if leaf.IsCA || leaf.KeyUsage&x509.KeyUsageDigitalSignature == 0 || leaf.KeyUsage&ca != 0 {
		return "", "", errors.New("a leaf that is a CA, or does not sign")
	}
	if found, _ := critical(leaf, constraintsID); found {
		return "", "", errors.New("a leaf with name constraints")
	}
	usages := usagesOf(leaf)
	if len(usages) != 1 || (usages[0] != selfUsage && usages[0] != issuerUsage) {
		return "", "", errors.New("a leaf of another purpose")
	}
	_, isCritical := critical(leaf, namesID)
	if len(leaf.Subject.Names) == 0 && !isCritical {
		return "", "", errors.New("no subject, and names that are not critical")
	}
	if len(leaf.URIs) != 1 {
		return "", "", errors.New("a leaf without exactly one URI")
	}
	uri, usage = leaf.URIs[0].String(), usages[0]
	if !isWorkload(uri) && !(usage == issuerUsage && service.MatchString(uri)) {
		return "", "", errors.New("a URI that names no issuer")
	}
	return uri, usage, nil
}

// checkIssuer asks what the profile asks beyond crypto/x509, which takes keyUsage and criticality as they come.
func checkIssuer(issuer *x509.Certificate, usage string, isAnchor bool) error {
	if usages := usagesOf(issuer); len(usages) > 0 && !slices.Contains(usages, usage) && !slices.Contains(usages, anyUsage) {
		return errors.New("an issuer for other purposes")
	}
	if isAnchor {
		return nil
	}
	for _, id := range []asn1.ObjectIdentifier{basicConstraintsID, keyUsageID} {
		if _, isCritical := critical(issuer, id); !isCritical {
			return errors.New("an issuer without critical basicConstraints and keyUsage")
		}
	}
	if found, isCritical := critical(issuer, constraintsID); found && !isCritical {
		return errors.New("name constraints that are not critical")
	}
	return nil
}

// permits applies URI constraints once more: a constraint without a leading dot is one host (RFC 5280 section 4.2.1.10),
// and subjects of tokens are no names of a certificate.
func permits(issuers []*x509.Certificate, text string) bool {
	uri, err := url.Parse(text)
	if err != nil {
		return false
	}
	matches := func(base string) bool {
		if strings.HasPrefix(base, ".") {
			return strings.HasSuffix(uri.Hostname(), base)
		}
		return uri.Hostname() == base
	}
	for _, issuer := range issuers {
		permitted := issuer.PermittedURIDomains
		if len(permitted) > 0 && !slices.ContainsFunc(permitted, matches) {
			return false
		}
		if slices.ContainsFunc(issuer.ExcludedURIDomains, matches) {
			return false
		}
	}
	return true
}

// pools takes the order of the chain as it stands: crypto/x509 would find its own.
func pools(chain []*x509.Certificate, anchor *x509.Certificate) (roots, intermediates *x509.CertPool) {
	roots, intermediates = x509.NewCertPool(), x509.NewCertPool()
	roots.AddCert(anchor)
	for _, certificate := range chain[1:] {
		intermediates.AddCert(certificate)
	}
	return roots, intermediates
}

func isChain(found, chain []*x509.Certificate) bool {
	return len(found) == len(chain)+1 && slices.EqualFunc(found[:len(chain)], chain, (*x509.Certificate).Equal)
}

func checkPath(found []*x509.Certificate) (*path, error) {
	leaf, issuers := found[0], found[1:]
	uri, usage, err := checkLeaf(leaf)
	if err != nil {
		return nil, err
	}
	for index, issuer := range issuers {
		if err := checkIssuer(issuer, usage, index == len(issuers)-1); err != nil {
			return nil, err
		}
		named, own := found[index].AuthorityKeyId, issuer.SubjectKeyId
		if len(named) > 0 && len(own) > 0 && !bytes.Equal(named, own) {
			return nil, errors.New("it names another key of its issuer")
		}
	}
	if !permits(issuers, uri) {
		return nil, errors.New("a URI outside the name constraints")
	}
	return &path{found, uri, usage}, nil
}

// isSame tells certificates apart by what is signed: an ECDSA signature has a twin that anyone can compute.
func isSame(one, other *x509.Certificate) bool {
	return bytes.Equal(one.RawTBSCertificate, other.RawTBSCertificate)
}

// validate finds the path of x5c to an anchor.
func validate(x5c []string, anchor *x509.Certificate, now time.Time) (*path, error) {
	chain, err := readCertificates(x5c)
	if err != nil {
		return nil, err
	}
	last := len(chain) - 1
	if last > 0 && isSame(chain[last], anchor) {
		chain = chain[:last]
	}
	for index, certificate := range chain {
		if slices.ContainsFunc(chain[index+1:], func(other *x509.Certificate) bool { return isSame(certificate, other) }) {
			return nil, errors.New("a certificate stands twice")
		}
	}
	roots, intermediates := pools(chain, anchor)
	found, err := chain[0].Verify(x509.VerifyOptions{
		Roots:         roots,
		Intermediates: intermediates,
		CurrentTime:   now,
		KeyUsages:     []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	if err != nil {
		return nil, err
	}
	for _, certificates := range found {
		if isChain(certificates, chain) {
			return checkPath(certificates)
		}
	}
	return nil, errors.New("a chain in another order, or with more than it needs")
}
