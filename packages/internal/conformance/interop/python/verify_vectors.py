"""Runs the frozen vectors of the `ca` rung with PyJWT and `cryptography`. It shares no code with this project.

    python verify_vectors.py <folder of the vectors>

Accepts every vector of valid-ca.json and refuses every one of invalid-ca.json, or exits with 1.
"""

import base64
import hashlib
import json
import sys
import time
import warnings
from datetime import datetime
from pathlib import Path

import jwt
from cryptography import x509
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from chains import SELF, WORKLOAD, Refused, algorithm_of, need, permits, validate

FORBIDDEN = {"kid", "jwk", "jku", "x5u", "x5t", "x5t#S256", "crit", "b64", "zip", "enc", "epk", "p2c", "p2s"}
REQUIRED = ["iss", "sub", "aud", "iat", "exp", "jti"]

# An error of the script itself is no refusal.
BROKEN = (AttributeError, KeyError, NameError, TypeError)

# RFC 9864 names Ed25519 what PyJWT knows by its older name.
jwt.register_algorithm("Ed25519", OKPAlgorithm())


def seconds(when):
    return int(when.timestamp())


def anchors_of(bundle):
    """Each anchor once, with the authorities that hold it."""
    holders = {}
    for authority in bundle["authorities"]:
        for pem in authority["anchors"]:
            holders.setdefault(pem, []).append(authority)
    return [(x509.load_pem_x509_certificate(pem.encode()), held) for pem, held in holders.items()]


def thumbprint(certificate):
    """The identifier of the key of a certificate (RFC 7638)."""
    key = certificate.public_key()
    kinds = {"ES256": ECAlgorithm, "ES384": ECAlgorithm, "Ed25519": OKPAlgorithm, "PS256": RSAAlgorithm}
    jwk = kinds[algorithm_of(key)].to_jwk(key, as_dict=True)
    members = {name: jwk[name] for name in ("crv", "e", "kty", "n", "x", "y") if name in jwk}
    digest = hashlib.sha256(json.dumps(members, separators=(",", ":"), sort_keys=True).encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def matches(pattern, subject):
    return subject.startswith(pattern[:-1]) if pattern.endswith("/*") else subject == pattern


def read_header(token):
    header = jwt.get_unverified_header(token)
    need(header.get("typ") == "wid+jwt", "another typ")
    need(not FORBIDDEN & header.keys(), "a member that is not allowed")
    x5c = header.get("x5c")
    need(isinstance(x5c, list) and 1 <= len(x5c) <= 3, "no chain of 1 to 3 certificates")
    return header, x5c


def check_times(claims, setup, path):
    issued, ends, now, leeway = claims["iat"], claims["exp"], setup["now"], setup["leeway"]
    need(claims["ver"] == 1 and 0 < ends - issued <= setup["maxLifetime"], "lifetime")
    need(now < ends + leeway, "expired")
    need(max(issued, claims.get("nbf", issued)) <= now + leeway, "not yet valid")
    for certificate in path:
        need(seconds(certificate.not_valid_before_utc) <= issued, "older than its chain")
        need(ends <= seconds(certificate.not_valid_after_utc), "outlives its chain")


def verify(token, setup, bundle):
    """What a token proves. Each anchor is asked alone: what one allows says nothing of another.

    @raises Exception for one that proves nothing
    """
    refusal = Refused("no anchor")
    for anchor, authorities in anchors_of(bundle):
        try:
            return verify_under(anchor, authorities, token, setup, bundle)
        except BROKEN:
            raise
        except Exception as error:
            refusal = error
    raise refusal


def verify_under(anchor, authorities, token, setup, bundle):
    header, x5c = read_header(token)
    uri, purpose, constraints, path = validate(x5c, anchor, setup["now"])
    leaf = path[0]
    algorithm = algorithm_of(leaf.public_key())
    spellings = ["Ed25519", "EdDSA"] if algorithm == "Ed25519" else [algorithm]
    claims = jwt.decode(
        token,
        leaf.public_key(),
        algorithms=spellings,
        audience=setup["audiences"],
        # PyJWT asks the clock of the machine: this much leeway makes it check `exp` at the time of the vectors.
        leeway=time.time() - setup["now"] + setup["leeway"],
        options={"require": REQUIRED, "verify_iat": False, "verify_nbf": False},
    )
    check_times(claims, setup, path)
    domain = WORKLOAD.fullmatch(uri)
    need(domain is None or domain[1] == bundle["trustDomain"], "a leaf of another trust domain")
    need(claims["iss"] == uri, "iss is not the URI of the leaf")
    subject = claims["sub"]
    need(WORKLOAD.fullmatch(subject), "sub is no workload identifier")
    need(purpose != SELF or subject == uri, "a self leaf asserts another")
    need(permits(constraints, subject), "a subject outside the name constraints")
    speaking = any(is_allowed(authority, uri, subject, setup["now"]) for authority in authorities)
    need(speaking, "no authority asserts it")
    lineage = [thumbprint(certificate) for certificate in path]
    need(not set(lineage) & set(bundle.get("denied", {}).get("keys", [])), "a key of the path is denied")
    found = {"issuer": uri, "subject": subject, "tokenId": claims["jti"], "expiresAt": claims["exp"]}
    return found | {"keyId": lineage[0]}


def is_allowed(authority, issuer, subject, now):
    ends = authority.get("notAfter")
    is_active = ends is None or now < seconds(datetime.fromisoformat(ends))
    # An https URL names no trust domain: the authority lists those that it admits.
    is_admitted = issuer.startswith("spiffe://") or issuer in authority.get("services", [])
    return is_active and is_admitted and any(matches(pattern, subject) for pattern in authority["subjects"])


def run(folder, name, judge):
    document = json.loads((folder / name).read_text())
    bundle = json.loads((folder / document["setup"]["bundle"]).read_text())
    wrong = []
    for vector in document["vectors"]:
        try:
            verdict = verify(vector["token"], document["setup"], bundle)
        except Exception as error:  # whatever either library raises is a refusal
            verdict = error
        problem = judge(vector, verdict)
        if problem is not None:
            wrong.append(f"{vector['id']}: {problem}")
    return len(document["vectors"]), wrong


def is_proven(vector, verdict):
    if isinstance(verdict, Exception):
        return f"refused: {verdict!r}"
    other = [name for name, found in verdict.items() if vector["expect"][name] != found]
    return f"another {', '.join(other)}" if other else None


def is_refused(_, verdict):
    if isinstance(verdict, BROKEN):
        return f"broke: {verdict!r}"
    return None if isinstance(verdict, Exception) else "accepted"


def main():
    warnings.simplefilter("ignore")
    folder = Path(sys.argv[1])
    valid, not_accepted = run(folder, "valid-ca.json", is_proven)
    invalid, not_refused = run(folder, "invalid-ca.json", is_refused)
    for line in not_accepted + not_refused:
        print(line)
    print(f"python: {valid - len(not_accepted)} of {valid} accepted, {invalid - len(not_refused)} of {invalid} refused")
    return 1 if not_accepted or not_refused or not valid or not invalid else 0


if __name__ == "__main__":
    sys.exit(main())
