"""Judges chains of certificates as they come: the first line sets it up, each line after it is one chain, leaf first.

    python stream_chains.py < chains

The setup is {"now": seconds, "anchors": [PEM, ...]}; a chain is standard base64 of DER, separated by spaces. It answers each
line with one: `ok`, or `no` and why.
"""

import json
import sys
import warnings

from cryptography import x509

from chains import validate


def answer(line, anchors, now):
    """`ok` where a chain is valid under one of the anchors, and why not where it is under none."""
    reasons = []
    for anchor in anchors:
        try:
            validate(line.split(), anchor, now)
        except Exception as error:  # whatever the library raises is a refusal
            reasons.append(" ".join(f"{type(error).__name__}: {error}".split()))
        else:
            return "ok"
    return "no " + "; ".join(reasons)


def main():
    warnings.simplefilter("ignore")
    setup = json.loads(sys.stdin.readline())
    anchors = [x509.load_pem_x509_certificate(pem.encode()) for pem in setup["anchors"]]
    for line in sys.stdin:
        print(answer(line, anchors, setup["now"]), flush=True)


if __name__ == "__main__":
    main()
