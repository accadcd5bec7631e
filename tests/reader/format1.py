"""What a vault of format version 1 is made of: keys, slots, codes, sealed events, bodies and contents.

Written from docs/vault-format.md alone, like tessera_reader.py, which uses it. Section marks (§) are that document's.
"""

import hashlib
import hmac
import itertools
import struct

import cbor2
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

FORMAT = 1
APPLICATION_ID = 0x54535352
PAGE_SIZE = 4096
TABLES = ("head_a", "head_b", "slot_a", "slot_b", "leaf", "entry", "private", "audit", "sealed")
SLOT_MAGIC, RECORD_MAGIC, LEAF_MAGIC, HEAD_MAGIC, SEAL_MAGIC, SEEN_MAGIC = (
    b"TSRSLOT\x01", b"TSRRECD\x01", b"TSRLEAF\x01", b"TSRHEAD\x01", b"TSRSEAL\x01", b"TSRSEEN\x01")
SLOT_LENGTH, HEAD_LENGTH, LINE_LENGTH, SEALED_LENGTH, SEEN_LENGTH = 156, 8912, 57, 144, 104
SLOT_KINDS = {1: "password", 2: "recovery code", 3: "OS keyring"}
KDF_ARGON2ID, KDF_HKDF = 1, 2
MAX_MEMORY_KIB, MAX_PASSES, MAX_LANES = 1_048_576, 16, 16
FLOOR_MEMORY_KIB, FLOOR_PASSES, FLOOR_LANES = 65_536, 3, 4
TABLE_NUMBERS = {"entry": 1, "private": 2, "audit": 3}
LARGEST_ENVELOPE = {"entry": 1 << 20, "private": 64 << 20, "audit": 64 << 20}
ENTRY_TYPES = {1: "totp", 2: "hotp", 3: "steam", 4: "motp", 5: "yandex"}
ALGORITHMS = {1: "SHA1", 2: "SHA256", 3: "SHA512"}
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
AUDIT_KEPT, SEALED_KEPT = 10_000, 256
U64 = (1 << 64) - 1


class Malformed(Exception):
    """A body or a content that breaks the format; says how."""


# --- §2 and §3: keys, slots, codes ---------------------------------------------------------------------------------


def hkdf(ikm, salt, info):
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=info).derive(ikm)


def mac(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()


def sha256(data):
    return hashlib.sha256(data).digest()


class Keys:
    """What comes from the vault key (§2)."""

    def __init__(self, vault_key, vault_id):
        self.vault_key = vault_key
        sub = lambda purpose: hkdf(vault_key, vault_id, b"tessera/v1/" + purpose)  # noqa: E731
        self.records = AESGCM(sub(b"records"))
        self.audit = AESGCM(sub(b"audit"))
        self.manifest = sub(b"manifest")
        self.rollback = sub(b"rollback")
        self.log = derive_key_pair(sub(b"audit-seal"))

    def of_table(self, table):
        return self.audit if table == "audit" else self.records


def recovery_code(text):
    """The 20 bytes of a recovery code; Malformed names the group that is wrong."""
    symbols = []
    for letter in text.strip().upper():
        if letter in "- ":
            continue
        letter = {"O": "0", "I": "1", "L": "1"}.get(letter, letter)
        if letter not in CROCKFORD:
            raise Malformed(f"group {len(symbols) // 5 + 1} of the code holds {letter!r}, which no code has")
        symbols.append(CROCKFORD.index(letter))
    if len(symbols) != 40:
        raise Malformed(f"a recovery code has 40 symbols, this one {len(symbols)}")
    bits = 0
    for group in range(8):
        *data, check = symbols[group * 5:group * 5 + 5]
        if check_symbol(data, group) != check:
            raise Malformed(f"group {group + 1} of the code is mistyped")
        for symbol in data:
            bits = bits << 5 | symbol
    return bits.to_bytes(20, "big")


def check_symbol(data, group):
    total = 0
    for power, symbol in enumerate([*data, group], start=1):
        for _ in range(power):
            symbol = symbol << 1 ^ (0x25 if symbol & 0x10 else 0)
        total ^= symbol
    return total


class Slot:
    """A slot's body (§3)."""

    def __init__(self, body):
        start(body, SLOT_MAGIC, exact=SLOT_LENGTH)
        self.body, self.kind, self.kdf = body, body[14], body[15]
        self.vault_id, self.id = body[16:32], body[32:48]
        self.memory, self.passes, self.lanes, zero = struct.unpack_from("<IIII", body, 48)
        self.salt = body[64:96]
        if self.kind not in SLOT_KINDS:
            raise Malformed(f"a slot of the unknown kind {self.kind}")
        if self.kdf != (KDF_ARGON2ID if self.kind == 1 else KDF_HKDF):
            raise Malformed(f"a slot of kind {self.kind} with KDF {self.kdf}")
        if zero:
            raise Malformed("a slot whose bytes 60 to 63 are not zero")
        if self.kdf == KDF_HKDF and (self.memory or self.passes or self.lanes):
            raise Malformed("a slot without Argon2 that has Argon2 parameters")

    def too_costly(self):
        return self.kdf == KDF_ARGON2ID and not (
            1 <= self.memory <= MAX_MEMORY_KIB and 1 <= self.passes <= MAX_PASSES and 1 <= self.lanes <= MAX_LANES)

    def weak(self):
        return self.kdf == KDF_ARGON2ID and (
            self.memory < FLOOR_MEMORY_KIB or self.passes < FLOOR_PASSES or self.lanes < FLOOR_LANES)

    def open(self, secret):
        """The vault key, or None when `secret` is not this slot's."""
        if self.kdf == KDF_ARGON2ID:
            kek = hash_secret_raw(secret, self.salt, self.passes, self.memory, self.lanes, 32, Type.ID, 0x13)
        else:
            name = {2: b"recovery", 3: b"keyring"}[self.kind]
            kek = hkdf(secret, self.salt, b"tessera/v1/" + name + self.id)
        try:
            return AESGCM(kek).decrypt(self.body[96:108], self.body[108:156], self.body[:96])
        except InvalidTag:
            return None

    def told(self):
        return {"id": self.id.hex(), "kind": SLOT_KINDS[self.kind], "memory_kib": self.memory,
                "passes": self.passes, "lanes": self.lanes}


# --- §8: HPKE (RFC 9180), base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM ---------------------------

KEM_SUITE = b"KEM" + struct.pack(">H", 0x0020)
HPKE_SUITE = b"HPKE" + struct.pack(">HHH", 0x0020, 0x0001, 0x0002)


def labeled_extract(suite, salt, label, ikm):
    return mac(salt or bytes(32), b"HPKE-v1" + suite + label + ikm)


def labeled_expand(suite, prk, label, info, length):
    info = struct.pack(">H", length) + b"HPKE-v1" + suite + label + info
    out, block = b"", b""
    for counter in itertools.count(1):
        if len(out) >= length:
            return out[:length]
        block = mac(prk, block + info + bytes([counter]))
        out += block


def derive_key_pair(ikm):
    prk = labeled_extract(KEM_SUITE, b"", b"dkp_prk", ikm)
    return X25519PrivateKey.from_private_bytes(labeled_expand(KEM_SUITE, prk, b"sk", b"", 32))


def raw_public(key):
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def hpke_schedule(shared, enc, public, info):
    """Key and first nonce, from the Diffie-Hellman result."""
    prk = labeled_extract(KEM_SUITE, b"", b"eae_prk", shared)
    secret = labeled_expand(KEM_SUITE, prk, b"shared_secret", enc + public, 32)
    context = (b"\x00" + labeled_extract(HPKE_SUITE, b"", b"psk_id_hash", b"")
               + labeled_extract(HPKE_SUITE, b"", b"info_hash", info))
    prk = labeled_extract(HPKE_SUITE, secret, b"secret", b"")
    return (labeled_expand(HPKE_SUITE, prk, b"key", context, 32),
            labeled_expand(HPKE_SUITE, prk, b"base_nonce", context, 12))


def hpke_open(private, enc, ciphertext, info, aad):
    shared = private.exchange(X25519PublicKey.from_public_bytes(enc))
    key, nonce = hpke_schedule(shared, enc, raw_public(private.public_key()), info)
    return AESGCM(key).decrypt(nonce, ciphertext, aad)


# --- bodies and contents --------------------------------------------------------------------------------------------


def start(body, magic, exact=None):
    """Checks what every body starts with (§1)."""
    if len(body) < 32:
        raise Malformed(f"only {len(body)} bytes long")
    if body[:8] != magic:
        raise Malformed(f"magic {body[:8]!r} instead of {magic!r}")
    length, version = struct.unpack_from("<IH", body, 8)
    if length != len(body):
        raise Malformed(f"says that it is {length} bytes long and is {len(body)}")
    if version != FORMAT:
        raise Malformed(f"format version {version}")
    if exact is not None and length != exact:
        raise Malformed(f"{length} bytes long instead of {exact}")


def decode_map(data):
    """One CBOR map in the form that §4 asks for: unsigned ascending keys, shortest and definite, none twice."""
    try:
        value = cbor2.loads(data)
        again = cbor2.dumps(value)
    except Exception as error:  # cbor2 raises many kinds
        raise Malformed(f"is no CBOR: {error}") from None
    if again != data:
        raise Malformed("CBOR that is not in its shortest form, has a key twice or bytes after its end")
    if not isinstance(value, dict):
        raise Malformed("CBOR that is no map")
    for key in value:
        uint(key, "a key")
    if list(value) != sorted(value):
        raise Malformed("keys that do not ascend")
    return value


def uint(value, what, low=0, high=U64):
    if type(value) is not int or not low <= value <= high:  # a bool is an int to isinstance
        raise Malformed(f"{what} is {value!r}, not a whole number from {low} to {high}")
    return value


def typed(value, kind, what):
    if type(value) is not kind:
        raise Malformed(f"{what} is no {kind.__name__}")
    return value


def read_entry(content):
    """An entry as a dictionary (§4)."""
    unknown = sorted(set(content) - set(range(17)))
    if unknown:
        raise Malformed(f"an entry with the unknown keys {unknown}")
    for key in (2, 3, 14, 15):
        if key not in content:
            raise Malformed(f"an entry without key {key}")
    kind = ENTRY_TYPES.get(uint(content[3], "the type", 1, 5))
    needed = {"totp": {4, 5, 6}, "hotp": {4, 5, 7}}.get(kind, set())
    allowed = needed | ({8} if kind in ("motp", "yandex") else set())
    for key in range(4, 9):
        if key in needed and key not in content:
            raise Malformed(f"a {kind} entry without key {key}")
        if key in content and key not in allowed:
            raise Malformed(f"a {kind} entry with key {key}")
    secret = typed(content[2], bytes, "the secret")
    if not 1 <= len(secret) <= 1024:
        raise Malformed(f"a secret of {len(secret)} bytes")
    icon = content.get(12)
    if icon is not None:
        typed(icon, bytes, "the icon")
    text = lambda key, default: typed(content[key], str, f"key {key}") if key in content else default  # noqa: E731
    number = lambda key: uint(content[key], f"key {key}") if key in content else None  # noqa: E731
    return {
        "issuer": text(0, ""), "account": text(1, ""), "secret": secret.hex(), "type": kind,
        "algorithm": ALGORITHMS[uint(content[4], "the algorithm", 1, 3)] if 4 in content else None,
        "digits": uint(content[5], "digits", 4, 10) if 5 in content else None,
        "period": uint(content[6], "the period", 1, 86_400) if 6 in content else None,
        "counter": number(7), "pin": text(8, None), "group": text(9, None),
        "tags": [typed(tag, str, "a tag") for tag in typed(content.get(10, []), list, "the tags")],
        "note": text(11, ""), "icon": None if icon is None else icon.hex(),
        "favorite": typed(content.get(13, False), bool, "favorite"),
        "created": number(14), "modified": number(15), "deleted": number(16),
    }


def read_private(content):
    """A record of `private`: (what it is, its value)."""
    what = uint(content.get(0), "what a private record is")
    if what == 1:
        settings = typed(content.get(1, {}), dict, "the settings")
        for name, value in settings.items():
            typed(name, str, "a setting's name")
            if type(value) not in (str, bool):
                uint(value, f"the setting {name}")
        return "settings", settings
    if what == 2:
        uses = []
        for line in typed(content.get(1, []), list, "the uses"):
            if len(typed(line, list, "a use")) != 3:
                raise Malformed("a use that has not three parts")
            count, last = uint(line[1], "uses"), uint(line[2], "last use")
            uses.append({"id": entry_id(line[0]), "uses": count, "last_used": last})
        order = [entry_id(one) for one in typed(content.get(2, []), list, "the order")]
        return "order and use", {"uses": uses, "order": order}
    if what == 11:
        for key in (1, 3):
            typed(content.get(key), str, f"key {key} of a target of backups")
        uint(content.get(2), "how many backups are kept", 1)
        if (4 in content) == (5 in content):
            raise Malformed("a target of backups that has not one way in")
        return "target of backups", {"folder": content[1], "schedule": content[3], "last": content.get(7, [None])[0]}
    if what == 20:
        for key, kind in ((1, str), (4, str)):
            typed(content.get(key), kind, f"key {key} of a connection")
        for account in typed(content.get(6, []), list, "the accounts"):
            typed(account, dict, "an account")
            uint(account.get(0), "an account's number")
            for device in typed(account.get(4, []), list, "an account's devices"):
                entry_id(device[0])
                typed(device[1], str, "a device's name")
        return "connection", {"address": content[1], "name": content[4], "accounts": len(content.get(6, []))}
    if what == 21:
        typed(content.get(1), bytes, "a ticket's connection")
        uint(content.get(7), "when a ticket changed")
        return "ticket", {"kind": typed(content.get(5), str, "a ticket's kind")}
    return f"kind {what}", None


def entry_id(value):
    if len(typed(value, bytes, "an entry id")) != 16:
        raise Malformed("an entry id that is not 16 bytes long")
    return value.hex()


def read_event(content):
    unknown = sorted(set(content) - set(range(6)))
    if unknown:
        raise Malformed(f"an event with the unknown keys {unknown}")
    before = typed(content.get(4), bytes, "the chain")
    if len(before) != 32:
        raise Malformed("a chain value that is not 32 bytes long")
    about = content.get(3)
    return {"number": uint(content.get(0), "the number", 1), "time": uint(content.get(1), "the time"),
            "event": uint(content.get(2), "the event"), "about": None if about is None else entry_id(about),
            "before": before.hex(), "happened": uint(content[5], "when it happened") if 5 in content else None}


class Record:
    """A record's envelope (§4)."""

    def __init__(self, body, table):
        start(body, RECORD_MAGIC)
        self.body, self.table, self.digest = body, table, sha256(body)
        self.vault_id, self.id = body[16:32], body[32:48]
        if len(body) % 256 or len(body) > LARGEST_ENVELOPE[table]:
            raise Malformed(f"an envelope of {len(body)} bytes")
        if body[14] != TABLE_NUMBERS[table] or body[15]:
            raise Malformed(f"table number {body[14]} and {body[15]} in the table {table}")
        self.revision = struct.unpack_from("<Q", body, 48)[0]

    def content(self, keys):
        """The decoded content; InvalidTag when it does not decrypt, Malformed when it breaks the format."""
        plain = keys.of_table(self.table).decrypt(self.body[56:68], self.body[68:], self.body[:56])
        length = struct.unpack_from("<I", plain)[0]
        if length > len(plain) - 4:
            raise Malformed("a content longer than its envelope")
        if any(plain[4 + length:]):
            raise Malformed("padding that is not zero")
        return decode_map(plain[4:4 + length])


def unpadded(plain):
    """The CBOR item at the start of a sealed event's 64 bytes."""
    if len(plain) != 64:
        raise Malformed(f"{len(plain)} bytes instead of 64")
    # An item's end cannot be told from its padding by looking backwards: its last byte may be a zero.
    for end in range(1, 65):
        try:
            value = cbor2.loads(plain[:end])
        except Exception:
            continue
        if isinstance(value, dict) and not any(plain[end:]):
            return plain[:end]
        break
    raise Malformed("holds no CBOR map, or padding that is not zero")
