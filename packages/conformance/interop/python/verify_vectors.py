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
from cryptography.hazmat.primitives.serialization import Encoding

from chains import SELF, WORKLOAD, Refused, algorithm_of, need, permits, validate

FORBIDDEN = {"kid", "jwk", "jku", "x5u", "x5t", "x5t#S256", "crit", "b64", "zip", "enc", "epk", "p2c", "p2s"}
REQUIRED = ["iss", "sub", "aud", "iat", "exp", "jti"]

# RFC 9864 names Ed25519 what PyJWT knows by its older name.
jwt.register_algorithm("Ed25519", jwt.algorithms.OKPAlgorithm())


def seconds(when):
    return int(when.timestamp())


def authorities_of(bundle):
    for authority in bundle["authorities"]:
        for pem in authority["anchors"]:
            yield x509.load_pem_x509_certificate(pem.encode()), authority


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
    """What a token proves. @raises Exception for one that proves nothing"""
    header, x5c = read_header(token)
    anchors = list(authorities_of(bundle))
    leaf, uri, purpose, constraints, path, anchor = validate(x5c, [each for each, _ in anchors], setup["now"])
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
    speaking = [authority for each, authority in anchors if each == anchor]
    need(any(is_allowed(authority, subject, setup["now"]) for authority in speaking), "no authority asserts it")
    digest = hashlib.sha256(leaf.public_bytes(Encoding.DER)).digest()
    key_id = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    need(key_id not in bundle.get("denied", {}).get("leaves", []), "the leaf is denied")
    return {"issuer": uri, "subject": subject, "tokenId": claims["jti"], "expiresAt": claims["exp"], "keyId": key_id}


def is_allowed(authority, subject, now):
    ends = authority.get("notAfter")
    in_force = ends is None or now < seconds(datetime.fromisoformat(ends))
    return in_force and any(matches(pattern, subject) for pattern in authority["subjects"])


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


# An error of the script itself is no refusal.
BROKEN = (AttributeError, KeyError, NameError, TypeError)


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
