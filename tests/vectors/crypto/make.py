"""Makes the vectors of field format v1, from functions/src/crypto/README.md alone and sharing no code with Valv.

Run: python3 tests/vectors/crypto/make.py   (needs the package `cryptography`; the output is committed)
Keys, nonces and salts are fixed and public; names, addresses and numbers are made up.
"""

import base64
import hashlib
import hmac
import json
import pathlib
import struct

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FOLDER = pathlib.Path(__file__).parent
PROVENANCE = "tests/vectors/crypto/make.py, an implementation of functions/src/crypto/README.md in Python with the package cryptography"


def hkdf(key: bytes, info: str, salt: bytes = b"") -> bytes:
    """RFC 5869 with SHA-256, one block of output."""
    pseudorandom = hmac.new(salt or bytes(32), key, hashlib.sha256).digest()
    return hmac.new(pseudorandom, info.encode() + b"\x01", hashlib.sha256).digest()


def aad(purpose: int, *parts: str) -> bytes:
    encoded = [struct.pack(">H", len(part.encode())) + part.encode() for part in parts]
    return b"valv" + bytes([1, purpose]) + b"".join(encoded)


def counted(start: int, length: int) -> bytes:
    return bytes((start + i) % 256 for i in range(length))


ORG_KEY = counted(0x00, 32)
DEK = counted(0x20, 32)
NONCE = counted(0xA0, 12)
SALT = counted(0xC0, 32)
CONTEXT = {
    "orgId": "o7Xq2mB9rT4wLzKc1VnE",
    "collection": "dataSubjects",
    "docId": "p3Hs8dFj6YgQa0UkRtWi",
    "sensitivityClass": "ordinary",
}
SUBJECT = "p3Hs8dFj6YgQa0UkRtWi"


def envelope(fields: dict, context: dict) -> dict:
    text = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
    plaintext = text + b" " * (-len(text) % 64)
    bound = aad(1, *(context[k] for k in ("orgId", "collection", "docId", "sensitivityClass")))
    sealed = AESGCM(hkdf(DEK, "valv/1/dek/record")).encrypt(NONCE, plaintext, bound)
    return {"context": context, "fields": fields, "aad": bound.hex(), "envelope": (b"\x01" + NONCE + sealed).hex()}


def file(length: int) -> dict:
    content = counted(0, length)
    bound = aad(3, *(CONTEXT[k] for k in ("orgId", "collection", "docId", "sensitivityClass")))
    cipher = AESGCM(hkdf(hkdf(DEK, "valv/1/dek/file"), "valv/1/file/content", SALT))
    pieces = [content[i : i + 65536] for i in range(0, length, 65536)] or [b""]
    sealed = b"\x01" + SALT
    for index, piece in enumerate(pieces):
        nonce = index.to_bytes(11, "big") + bytes([index == len(pieces) - 1])
        sealed += cipher.encrypt(nonce, piece, bound)
    return {"plaintextBytes": length, "sealedBytes": len(sealed), "sealedSha256": hashlib.sha256(sealed).hexdigest()}


def token(purpose: int, parts: list, value: str) -> str:
    key = hkdf(ORG_KEY, "valv/1/org/blind-index")
    mac = hmac.new(key, aad(purpose, *parts) + value.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac[:16]).rstrip(b"=").decode()


def write(name: str, content: dict) -> None:
    text = json.dumps({"provenance": PROVENANCE, **content}, ensure_ascii=False, indent=2)
    (FOLDER / name).write_text(text + "\n")


write(
    "envelope.json",
    {
        "dek": DEK.hex(),
        "nonce": NONCE.hex(),
        "cases": [
            envelope({"givenName": "Åsa-Märta", "familyName": "Öberg"}, CONTEXT),
            envelope({}, CONTEXT),
            envelope({"personalIdentityNumber": "x" * 35}, {**CONTEXT, "sensitivityClass": "identity"}),
            envelope({"note": "é🦊", "balance": -12.5, "tags": ["a", None, True, {"b": []}], "__proto__": {"c": 1}}, {**CONTEXT, "docId": "åäö"}),
        ],
    },
)
write(
    "wrappedDek.json",
    {
        "orgKey": ORG_KEY.hex(),
        "dek": DEK.hex(),
        "nonce": NONCE.hex(),
        "context": {"orgId": CONTEXT["orgId"], "dataSubjectId": SUBJECT},
        "wrapped": (b"\x01" + NONCE + AESGCM(hkdf(ORG_KEY, "valv/1/org/wrapping")).encrypt(NONCE, DEK, aad(2, CONTEXT["orgId"], SUBJECT))).hex(),
    },
)
write("file.json", {"dek": DEK.hex(), "salt": SALT.hex(), "context": CONTEXT, "cases": [file(n) for n in (0, 1, 65535, 65536, 65537, 131072, 200000)]})
write(
    "blindIndex.json",
    {
        "orgKey": ORG_KEY.hex(),
        "exact": [
            {"field": field, "kind": kind, "value": value, "normalised": normal, "token": token(4, [field], normal)}
            for field, kind, value, normal in [
                ("email", "email", "  Åsa.Öberg@Example.COM ", "åsa.öberg@example.com"),
                ("email", "email", "ＡＳＡ@example.com\u200f", "asa@example.com"),
                ("phone", "phone", "070-123 45 67", "+46701234567"),
                ("phone", "phone", "+46 (0)70-123 45 67", "+46701234567"),
                ("phone", "phone", "0046 70 1234567", "+46701234567"),
                ("phone", "phone", "+45 32 12 34 56", "+4532123456"),
                ("organisationNumber", "number", "SE 556000-0000", "SE5560000000"),
            ]
        ],
        "names": [
            {"names": names, "beginnings": beginnings, "tokens": sorted(token(5, [], b) for b in beginnings)}
            for names, beginnings in [
                (["Åsa"], ["åsa", "ås"]),
                (["A\u030aSA"], ["åsa", "ås"]),
                (["Asa"], ["asa", "as"]),
                (["Anna-Karin", "O’Neill"], ["anna", "karin", "o", "neill", "ann", "an", "kari", "kar", "ka", "neil", "nei", "ne"]),
                (["Søren Æbel"], ["sören", "söre", "sör", "sö", "äbel", "äbe", "äb"]),
                (["René MÜLLER"], ["rene", "ren", "re", "muller", "mulle", "mull", "mul", "mu"]),
                (["Strauß"], ["strauss", "straus", "strau", "stra", "str", "st"]),
                (["Wolfeschlegelstein"], ["wolfeschle", "wolfeschl", "wolfesch", "wolfesc", "wolfes", "wolfe", "wolf", "wol", "wo"]),
                (["  ", "-", "🦊"], []),
            ]
        ],
        "queries": [
            {"query": query, "words": words, "tokens": [token(5, [], w) for w in words]}
            for query, words in [
                ("an neill", ["neill", "an"]),
                ("ÅS", ["ås"]),
                ("Wolfeschlegelsteinhausen", ["wolfeschle"]),
                ("o", ["o"]),
                (" - ", []),
            ]
        ],
    },
)
