#!/usr/bin/env python3
"""Makes a small vault out of a JSON description, from docs/vault-format.md alone.

The counterpart of tessera_reader.py: that one shows that what Tessera writes is what the document says, this one that
Tessera reads what the document says. It is for tests only: it keeps no secret secret, and its salts and nonces come
from the operating system, so no two files are alike.

    tessera_writer.py FILE < description.json

The description: {"password", "recovery" (40 hex digits, 20 bytes), "now", "entries": [{"0": ..., as in §4, bytes as
{"hex": ...}}], "settings": {...}, "sealed": [[time, event], ...]}, and "costs": [KiB, passes, lanes] for a password slot that is not
as §3 wants it. Printed: {"vault_id", "vault_key", "recovery_code"}.
"""

import json
import os
import sqlite3
import struct
import sys
import unicodedata

import cbor2
from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

import format1


def start(magic, length, four, vault_id):
    return magic + struct.pack("<IH", length, format1.FORMAT) + bytes(four) + vault_id


def make_slot(vault_id, vault_key, kind, secret, costs=(0, 0, 0)):
    slot_id, salt, nonce = os.urandom(16), os.urandom(32), os.urandom(12)
    if kind == 1:
        memory, passes, lanes = costs
        kdf, kek = 1, hash_secret_raw(secret, salt, passes, memory, lanes, 32, Type.ID, 0x13)
    else:
        kdf = 2
        kek = format1.hkdf(secret, salt, b"tessera/v1/recovery" + slot_id)
    aad = start(format1.SLOT_MAGIC, 156, (kind, kdf), vault_id) + slot_id + struct.pack("<IIII", *costs, 0) + salt
    return aad + nonce + AESGCM(kek).encrypt(nonce, vault_key, aad)


def make_record(keys, vault_id, table, record_id, content, revision=1):
    plain = cbor2.dumps(content)
    plain = struct.pack("<I", len(plain)) + plain
    length = -(-(len(plain) + 84) // 256) * 256
    aad = start(format1.RECORD_MAGIC, length, (format1.TABLE_NUMBERS[table], 0), vault_id)
    aad += record_id + struct.pack("<Q", revision)
    nonce = os.urandom(12)
    return aad + nonce + keys.of_table(table).encrypt(nonce, plain.ljust(length - 84, b"\x00"), aad)


def make_sealed(keys, vault_id, time, event):
    aad = start(format1.SEAL_MAGIC, format1.SEALED_LENGTH, (0, 0), vault_id)
    mine, public = X25519PrivateKey.generate(), keys.log.public_key()
    enc = format1.raw_public(mine.public_key())
    shared, public = mine.exchange(public), format1.raw_public(public)
    key, nonce = format1.hpke_schedule(shared, enc, public, b"tessera/v1/sealed-event")
    return aad + enc + AESGCM(key).encrypt(nonce, cbor2.dumps({1: time, 2: event}).ljust(64, b"\x00"), aad)


def written_code(code):
    bits = int.from_bytes(code, "big")
    groups = []
    for group in range(8):
        data = [bits >> (155 - 5 * (4 * group + place)) & 31 for place in range(4)]
        groups.append("".join(format1.CROCKFORD[one] for one in [*data, format1.check_symbol(data, group)]))
    return "-".join(groups)


def plain(value):
    """A JSON value as the CBOR content wants it."""
    return bytes.fromhex(value["hex"]) if isinstance(value, dict) else value


def main():
    wanted = json.load(sys.stdin)
    vault_id, vault_key, code = os.urandom(16), os.urandom(32), bytes.fromhex(wanted["recovery"])
    keys = format1.Keys(vault_key, vault_id)
    password = unicodedata.normalize("NFC", wanted["password"]).encode()
    costs = wanted.get("costs", (65_536, 3, 4))
    slots = sorted((make_slot(vault_id, vault_key, 1, password, costs), make_slot(vault_id, vault_key, 2, code)),
                   key=lambda slot: slot[32:48])
    entries = [sorted((int(key), plain(value)) for key, value in entry.items()) for entry in wanted["entries"]]
    records = [("entry", os.urandom(16), dict(entry)) for entry in entries]
    records.append(("private", os.urandom(16), {0: 1, 1: wanted["settings"]}))
    records = [(table, one, make_record(keys, vault_id, table, one, content)) for table, one, content in records]
    event = make_record(keys, vault_id, "audit", (1).to_bytes(16, "big"), {0: 1, 1: wanted["now"], 2: 1, 4: bytes(32)})
    leaves = []
    for number in range(256):
        lines = sorted(bytes([format1.TABLE_NUMBERS[table]]) + one + struct.pack("<Q", 1) + format1.sha256(body)
                       for table, one, body in records if one[0] == number)
        leaves.append(start(format1.LEAF_MAGIC, 32 + 57 * len(lines), (number, 0), vault_id) + b"".join(lines))
    head = start(format1.HEAD_MAGIC, format1.HEAD_LENGTH, (0, 0), vault_id)
    head += struct.pack("<Q", 1) + format1.sha256(b"".join(slots)) + struct.pack("<QQ", 1, 1) + format1.sha256(event)
    head += format1.raw_public(keys.log.public_key()) + bytes(24) + bytes(512)
    head += b"".join(format1.mac(keys.manifest, leaf) for leaf in leaves)
    head += format1.mac(keys.manifest, head)

    db = sqlite3.connect(sys.argv[1], isolation_level=None)
    for pragma in ("page_size=4096", "encoding='UTF-8'", "journal_mode=DELETE", "secure_delete=ON", "synchronous=EXTRA",
                   f"application_id={format1.APPLICATION_ID}", f"user_version={format1.FORMAT}"):
        db.execute(f"PRAGMA {pragma}")
    db.execute("BEGIN IMMEDIATE")
    for table in format1.TABLES:
        db.execute(f"CREATE TABLE {table} (row INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT")
    put = lambda table, row, body: db.execute(f"INSERT INTO {table} VALUES (?, ?)", (row, body))  # noqa: E731
    for copy in "ab":
        put(f"head_{copy}", 1, head)
        for slot in slots:
            put(f"slot_{copy}", None, slot)
    for number, leaf in enumerate(leaves):
        put("leaf", number, leaf)
    for table, _, body in records:
        put(table, None, body)
    put("audit", None, event)
    for time, kind in wanted["sealed"]:
        put("sealed", None, make_sealed(keys, vault_id, time, kind))
    db.execute("COMMIT")
    db.close()
    made = {"vault_id": vault_id.hex(), "vault_key": vault_key.hex(), "recovery_code": written_code(code)}
    json.dump(made, sys.stdout)


if __name__ == "__main__":
    main()
