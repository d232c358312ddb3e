package main

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"slices"
)

// crypto/x509 parses no certificate whose extended key usage has an arc above 31 bits, and those of the contract stand
// under a UUID (ITU-T X.667). So the usages are read here, with x509.OID, which takes arcs of any size. A copy of the
// certificate in which the extension bears another number is parsed, and signatures are checked over the bytes as they came.

var usageID, hiddenID = []byte{6, 3, 0x55, 0x1d, 0x25}, asn1.ObjectIdentifier{2, 5, 29, 127}

// hideUsages renames the extension in place; what cannot be read is left for crypto/x509 to refuse.
func hideUsages(der []byte) {
	var outer, signed, field asn1.RawValue
	if _, err := asn1.Unmarshal(der, &outer); err != nil {
		return
	}
	if _, err := asn1.Unmarshal(outer.Bytes, &signed); err != nil {
		return
	}
	for rest := signed.Bytes; len(rest) > 0; {
		var err error
		if rest, err = asn1.Unmarshal(rest, &field); err != nil {
			return
		}
	}
	if field.Class != asn1.ClassContextSpecific || field.Tag != 3 {
		return
	}
	var list, extension, id asn1.RawValue
	if _, err := asn1.Unmarshal(field.Bytes, &list); err != nil {
		return
	}
	for rest := list.Bytes; len(rest) > 0; {
		var err error
		if rest, err = asn1.Unmarshal(rest, &extension); err != nil {
			return
		}
		if _, err = asn1.Unmarshal(extension.Bytes, &id); err == nil && bytes.Equal(id.FullBytes, usageID) {
			id.FullBytes[4] = 127
		}
	}
}

// parse is x509.ParseCertificate for certificates with the usages of the contract.
func parse(der []byte) (*x509.Certificate, error) {
	hidden := slices.Clone(der)
	hideUsages(hidden)
	certificate, err := x509.ParseCertificate(hidden)
	if err != nil {
		return nil, err
	}
	start := bytes.Index(certificate.Raw, certificate.RawTBSCertificate)
	certificate.Raw = der
	certificate.RawTBSCertificate = der[start : start+len(certificate.RawTBSCertificate)]
	certificate.UnhandledCriticalExtensions = slices.DeleteFunc(certificate.UnhandledCriticalExtensions, hiddenID.Equal)
	return certificate, nil
}

// usagesOf lists the extended key usages of a parsed certificate; one that cannot be read counts as an unknown usage.
func usagesOf(certificate *x509.Certificate) []string {
	for _, extension := range certificate.Extensions {
		if !extension.Id.Equal(hiddenID) {
			continue
		}
		var list []asn1.RawValue
		if rest, err := asn1.Unmarshal(extension.Value, &list); err != nil || len(rest) > 0 || len(list) == 0 {
			return []string{"unreadable"}
		}
		var usages []string
		for _, raw := range list {
			var id x509.OID
			if raw.Tag != asn1.TagOID || id.UnmarshalBinary(raw.Bytes) != nil {
				return []string{"unreadable"}
			}
			usages = append(usages, id.String())
		}
		return usages
	}
	return nil
}
