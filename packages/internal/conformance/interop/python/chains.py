"""Certificate chains of tokens, checked with `cryptography`: RFC 5280 in the profile of docs/x5c-profile.md."""

import base64
import re
from datetime import datetime, timezone
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID as Purpose
from cryptography.x509.oid import ExtensionOID

SELF = "2.25.20814771685027270472755165375967673246.1"
ISSUER = "2.25.20814771685027270472755165375967673246.2"
WORKLOAD = re.compile(r"spiffe://([a-z0-9._-]{1,255})((?:/(?!\.{1,2}(?:/|\Z))[A-Za-z0-9._-]+)+)")
SERVICE = re.compile(r"https://[a-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~-]+)*/?")
PROCESSED = {
    ExtensionOID.BASIC_CONSTRAINTS,
    ExtensionOID.KEY_USAGE,
    ExtensionOID.EXTENDED_KEY_USAGE,
    ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
    ExtensionOID.NAME_CONSTRAINTS,
}


class Refused(Exception):
    """What is wrong with a token or its chain."""


def need(condition, reason):
    if not condition:
        raise Refused(reason)


def load(der):
    """One certificate in DER, with what the library itself would let pass."""
    need(len(der) <= 8192, "a certificate above 8 KiB")
    certificate = x509.load_der_x509_certificate(der)
    need(certificate.version == x509.Version.v3, "not version 3")
    need(0 < certificate.serial_number.bit_length() <= 159 and certificate.serial_number > 0, "serial number")
    need(certificate.public_bytes(Encoding.DER) == der, "not the bytes of the certificate")
    list(certificate.extensions)  # raises for one that stands twice
    for extension in certificate.extensions:
        need(not extension.critical or extension.oid in PROCESSED, f"critical {extension.oid.dotted_string}")
    need(algorithm_of(certificate.public_key()) is not None, "a key of another kind")
    return certificate



def algorithm_of(key):
    """The one algorithm a key signs tokens with."""
    if isinstance(key, ec.EllipticCurvePublicKey):
        return {"secp256r1": "ES256", "secp384r1": "ES384"}.get(key.curve.name)
    if isinstance(key, ed25519.Ed25519PublicKey):
        return "Ed25519"
    if isinstance(key, rsa.RSAPublicKey) and 2048 <= key.key_size <= 8192:
        return "PS256" if key.public_numbers().e == 65537 else None
    return None


def extension(certificate, kind):
    try:
        return certificate.extensions.get_extension_for_class(kind)
    except x509.ExtensionNotFound:
        return None


def value(certificate, kind):
    found = extension(certificate, kind)
    return None if found is None else found.value


def is_signed_by(certificate, issuer):
    try:
        certificate.verify_directly_issued_by(issuer)
    except Exception:  # a name, an algorithm or a signature that does not fit
        return False
    digest = certificate.signature_hash_algorithm
    return digest is None or isinstance(digest, (SHA256, SHA384, SHA512))


def is_valid_at(certificate, now):
    when = datetime.fromtimestamp(now, timezone.utc)
    return certificate.not_valid_before_utc <= when <= certificate.not_valid_after_utc


def check_issuer(certificate, purpose, anchor):
    """A CA that may certify leaves of this purpose. An anchor is trusted by configuration: less is asked of it."""
    basic = extension(certificate, x509.BasicConstraints)
    need(basic is not None and basic.value.ca and (anchor or basic.critical), "an issuer that is no CA")
    usage = extension(certificate, x509.KeyUsage)
    need(anchor or (usage is not None and usage.critical), "an issuer without a critical keyUsage")
    need(usage is None or usage.value.key_cert_sign, "an issuer without keyCertSign")
    purposes = value(certificate, x509.ExtendedKeyUsage)
    allowed = {purpose, Purpose.ANY_EXTENDED_KEY_USAGE.dotted_string}
    need(purposes is None or allowed & {each.dotted_string for each in purposes}, "an issuer for other purposes")
    limits = extension(certificate, x509.NameConstraints)
    need(limits is None or anchor or limits.critical, "name constraints that are not critical")


def check_leaf(leaf):
    """The leaf's URI and its purpose."""
    basic = value(leaf, x509.BasicConstraints)
    need(basic is None or not basic.ca, "a leaf that is a CA")
    usage = value(leaf, x509.KeyUsage)
    need(usage is not None and usage.digital_signature, "a leaf without digitalSignature")
    need(not usage.key_cert_sign and not usage.crl_sign, "a leaf with the keyUsage of a CA")
    need(value(leaf, x509.NameConstraints) is None, "a leaf with name constraints")
    purposes = [each.dotted_string for each in value(leaf, x509.ExtendedKeyUsage) or []]
    need(purposes in ([SELF], [ISSUER]), "a leaf of another purpose")
    names = extension(leaf, x509.SubjectAlternativeName)
    need(names is not None, "a leaf without names")
    need(names.critical or len(leaf.subject.rdns) > 0, "no subject, and names that are not critical")
    uris = names.value.get_values_for_type(x509.UniformResourceIdentifier)
    need(len(uris) == 1, "a leaf without exactly one URI")
    service = purposes == [ISSUER] and SERVICE.fullmatch(uris[0])
    need(WORKLOAD.fullmatch(uris[0]) or service, "a URI that names no issuer")
    return uris[0], purposes[0]


def check_key_identifiers(certificate, issuer):
    named = value(certificate, x509.AuthorityKeyIdentifier)
    own = value(issuer, x509.SubjectKeyIdentifier)
    if named is not None and own is not None and named.key_identifier is not None:
        need(named.key_identifier == own.digest, "it names another key of its issuer")


def permits(constraints, uri):
    """URI name constraints (RFC 5280 section 4.2.1.10): a host, or with a dot in front every host below."""
    host = (urlsplit(uri).hostname or "").lower()

    def matches(base):
        return host.endswith(base) if base.startswith(".") else host == base

    for limits in constraints:
        permitted, excluded = (
            [each.value.lower() for each in trees or [] if isinstance(each, x509.UniformResourceIdentifier)]
            for trees in (limits.permitted_subtrees, limits.excluded_subtrees)
        )
        if any(map(matches, excluded)) or (permitted and not any(map(matches, permitted))):
            return False
    return True


def check_path(leaf, issuers, anchor, now):
    """`issuers` from the leaf up. Returns the leaf's URI, its purpose, and all name constraints above it."""
    uri, purpose = check_leaf(leaf)
    left = float("inf")
    constraints = []
    for issuer in [anchor, *reversed(issuers)]:
        self_issued = issuer.subject == issuer.issuer
        if issuer is not anchor:
            need(is_valid_at(issuer, now), "an intermediate outside its validity")
            left -= 0 if self_issued else 1
            need(left >= 0, "more intermediates than an issuer above allows")
        check_issuer(issuer, purpose, issuer is anchor)
        length = value(issuer, x509.BasicConstraints).path_length
        left = left if length is None else min(left, length)
        limits = value(issuer, x509.NameConstraints)
        constraints += [] if limits is None else [limits]
    for below, above in zip([leaf, *issuers], [*issuers, anchor]):
        check_key_identifiers(below, above)
    need(permits(constraints, uri), "a URI outside the name constraints")
    need(is_valid_at(leaf, now), "a leaf outside its validity")
    return uri, purpose, constraints


def validate(x5c, anchor, now):
    """The path of `x5c` to an anchor: the leaf's URI, its purpose, all name constraints, all certificates.

    What is signed tells certificates apart, for an ECDSA signature has a twin that anyone can compute.
    """
    chain = [load(base64.b64decode(text, validate=True)) for text in x5c]
    signed = [certificate.tbs_certificate_bytes for certificate in chain]
    if len(chain) > 1 and signed[-1] == anchor.tbs_certificate_bytes:
        chain.pop()
        signed.pop()
    need(len(set(signed)) == len(signed), "a certificate stands twice")
    for certificate, issuer in zip(chain, chain[1:]):
        need(is_signed_by(certificate, issuer), "not signed by the certificate after it")
    need(is_signed_by(chain[-1], anchor) and is_valid_at(anchor, now), "no anchor")
    return *check_path(chain[0], chain[1:], anchor, now), [*chain, anchor]
