#!/usr/bin/env python3
"""An independent reader of the formats of other authenticators that Tessera writes: Aegis, 2FAS and Bitwarden.

Written from what these formats say of themselves in public: Aegis's docs/vault.md, the fields of 2FAS's backups as its
users' files show them, and Bitwarden's help page on its JSON exports; it shares no line with Tessera. It is as strict as the apps
are, or stricter: a field of another type, a group that is not there, or a number out of range stops it.

    exports.py FORMAT FILE < PASSWORD

Prints a list of entries as JSON, the secrets in hexadecimal. Exit code 1 with a sentence if the file is not what its format
says.
"""

import base64
import binascii
import hashlib
import json
import sys
import uuid
from urllib.parse import parse_qs, unquote, urlsplit

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

LONG = 2**63 - 1
ALGORITHMS = ("SHA1", "SHA256", "SHA512")
# What 2FAS keeps under the backup's key to know a right password by; the same in every file of the app.
REFERENCE = (
    "tRViSsLKzd86Hprh4ceC2OP7xazn4rrt4xhfEUbOjxLX8Rc3mkISXE0lWbmnWfggogbBJhtYgpK6fMl1D6mtsy92R3HkdGfwuXbzLebqVFJsR7IZ2w58t938iymwG4824"
    "igYy1wi6n2WDpO1Q1P69zwJGs2F5a1qP4MyIiDSD7NCV2OvidXQCBnDlGfmz0f1BQySRkkt4ryiJeCjD2o4QsveJ9uDBUn8ELyOrESv5R5DMDkD4iAF8TXU7KyoJujd"
)


class Malformed(Exception):
    """The file is not what its format says."""


def need(condition, words):
    if not condition:
        raise Malformed(words)


def member(table, name, kind, optional=False):
    """A member of exactly this kind; JSON's true is no number."""
    value = table.get(name)
    if value is None and optional:
        return None
    need(isinstance(value, kind) and not (kind is int and isinstance(value, bool)), f"{name} is {value!r}")
    return value


def number(table, name, low, high):
    value = member(table, name, int)
    need(low <= value <= high, f"{name} is {value}")
    return value


def base32(text):
    need(text == text.upper() and "=" not in text, "a secret is not plain base32")
    return base64.b32decode(text + "=" * (-len(text) % 8))


def entry(**fields):
    made = {
        "issuer": "",
        "account": "",
        "type": "TOTP",
        "secret": "",
        "algorithm": None,
        "digits": None,
        "period": None,
        "counter": None,
        "pin": None,
        "groups": [],
        "note": "",
        "favorite": False,
        "icon": None,
    }
    assert set(fields) <= set(made), fields
    made.update(fields)
    return made


# Aegis


def aegis(file, password):
    need(member(file, "version", int) == 1, "the file's version is not 1")
    header = member(file, "header", dict)
    if password is None:
        need(header["slots"] is None and header["params"] is None, "a file in clear has slots")
        db = member(file, "db", dict)
    else:
        master = aegis_master_key(member(header, "slots", list), password)
        params = member(header, "params", dict)
        sealed = base64.b64decode(member(file, "db", str), validate=True)
        nonce, tag = bytes.fromhex(params["nonce"]), bytes.fromhex(params["tag"])
        db = json.loads(AESGCM(master).decrypt(nonce, sealed + tag, None))
    version = member(db, "version", int)
    need(version in (1, 2, 3), f"the content's version is {version}")
    names = {}
    # Groups by ids, and favorites, came with version 3.
    older = version < 3
    for group in member(db, "groups", list, optional=older) or []:
        names[str(uuid.UUID(member(group, "uuid", str)))] = member(group, "name", str)
    seen = set()
    entries = []
    for listed in member(db, "entries", list):
        own = uuid.UUID(member(listed, "uuid", str))
        need(own not in seen, "two entries have one id")
        seen.add(own)
        entries.append(aegis_entry(listed, names, older))
    return entries


def aegis_master_key(slots, password):
    for slot in slots:
        uuid.UUID(member(slot, "uuid", str))
        if slot["type"] != 1:
            continue
        salt = bytes.fromhex(member(slot, "salt", str))
        kdf = Scrypt(salt=salt, length=32, n=slot["n"], r=slot["r"], p=slot["p"])
        params = member(slot, "key_params", dict)
        nonce, tag = bytes.fromhex(params["nonce"]), bytes.fromhex(params["tag"])
        try:
            return AESGCM(kdf.derive(password)).decrypt(nonce, bytes.fromhex(slot["key"]) + tag, None)
        except InvalidTag:
            continue
    raise Malformed("the password opens no slot")


def aegis_entry(listed, names, older):
    kind = member(listed, "type", str)
    info = member(listed, "info", dict)
    fields = {
        "issuer": member(listed, "issuer", str),
        "account": member(listed, "name", str),
        "note": member(listed, "note", str, optional=older) or "",
        "favorite": member(listed, "favorite", bool, optional=older) or False,
        "groups": [names[str(uuid.UUID(group))] for group in member(listed, "groups", list, optional=older) or []],
        "type": {"totp": "TOTP", "hotp": "HOTP", "steam": "Steam", "motp": "mOTP", "yandex": "Yandex"}[kind],
        "secret": base32(member(info, "secret", str)).hex(),
        "digits": number(info, "digits", 1, 10),
    }
    algorithm = member(info, "algo", str)
    need(algorithm in ((*ALGORITHMS, "MD5") if kind == "motp" else ALGORITHMS), f"the algorithm is {algorithm}")
    fields["algorithm"] = algorithm
    if kind == "hotp":
        fields["counter"] = number(info, "counter", 0, LONG)
    else:
        fields["period"] = number(info, "period", 1, LONG // 1000)
    if kind in ("motp", "yandex"):
        fields["pin"] = member(info, "pin", str) or None
    group = member(listed, "group", str, optional=True)
    if group is not None:
        fields["groups"] = [group]
    icon = member(listed, "icon", str, optional=True)
    if icon is not None:
        need(older or listed.get("icon_mime") in ("image/png", "image/jpeg", "image/svg+xml"), "an icon has no type")
        fields["icon"] = base64.b64decode(icon, validate=True).hex()
    return entry(**fields)


# 2FAS


def twofas(file, password):
    need(member(file, "schemaVersion", int) == 4, "the schema is not 4")
    member(file, "updatedAt", int)
    names = {}
    for group in member(file, "groups", list):
        member(group, "isExpanded", bool)
        names[member(group, "id", str)] = member(group, "name", str)
    services = member(file, "services", list)
    if password is not None:
        need(services == [], "an encrypted backup has services in clear")
        reference = twofas_open(member(file, "reference", str), password)
        need(reference.decode() == REFERENCE, "the app would call the password wrong")
        services = json.loads(twofas_open(member(file, "servicesEncrypted", str), password))
    else:
        need("servicesEncrypted" not in file and "reference" not in file, "a backup in clear has something sealed")
    return [twofas_entry(service, names) for service in services]


def twofas_open(field, password):
    sealed, salt, nonce = (base64.b64decode(part, validate=True) for part in field.split(":"))
    need(len(salt) == 256 and len(nonce) == 12, "salt or nonce has another length")
    return AESGCM(hashlib.pbkdf2_hmac("sha256", password, salt, 10_000)).decrypt(nonce, sealed, None)


def twofas_entry(service, names):
    otp = member(service, "otp", dict)
    member(service, "name", str)
    member(service, "updatedAt", int)
    member(member(service, "order", dict), "position", int)
    need(otp["source"] in ("Link", "Manual"), "the source is not known")
    kind = {"TOTP": "TOTP", "HOTP": "HOTP", "STEAM": "Steam"}[member(otp, "tokenType", str)]
    group = member(service, "groupId", str, optional=True)
    fields = {
        "type": kind,
        "issuer": member(otp, "issuer", str),
        "account": member(otp, "account", str),
        "secret": base32(member(service, "secret", str)).hex(),
        "digits": number(otp, "digits", 1, 10),
        "groups": [] if group is None else [names[group]],
    }
    need(member(otp, "algorithm", str) in ALGORITHMS, "the algorithm is not known")
    fields["algorithm"] = otp["algorithm"]
    if kind == "HOTP":
        fields["counter"] = number(otp, "counter", 0, LONG)
    else:
        fields["period"] = number(otp, "period", 1, LONG // 1000)
    return entry(**fields)


# Bitwarden


def bitwarden(file, password):
    need(password is None and member(file, "encrypted", bool) is False, "the export is encrypted")
    names = {}
    for folder in member(file, "folders", list):
        names[str(uuid.UUID(member(folder, "id", str)))] = member(folder, "name", str)
    return [bitwarden_entry(item, names) for item in member(file, "items", list)]


def bitwarden_entry(item, names):
    uuid.UUID(member(item, "id", str))
    need(member(item, "type", int) == 1 and (member(item, "reprompt", int, optional=True) or 0) == 0, "the item is no plain login")
    login = member(item, "login", dict)
    folder = member(item, "folderId", str, optional=True)
    account = member(login, "username", str, optional=True) or ""
    fields = otpauth(member(login, "totp", str))
    # The address names the account once more; a Steam secret stands alone.
    need(fields.pop("names", (item["name"], account)) == (item["name"], account), "the address has other names")
    return entry(
        issuer=member(item, "name", str),
        account=account,
        note=member(item, "notes", str, optional=True) or "",
        favorite=member(item, "favorite", bool),
        groups=[] if folder is None else [names[folder]],
        **fields,
    )


def otpauth(text):
    if text.startswith("steam://"):
        return {"type": "Steam", "secret": base32(text.removeprefix("steam://")).hex()}
    address = urlsplit(text)
    need(address.scheme == "otpauth" and address.netloc == "totp", "the address is of another type")
    query = {name: values[0] for name, values in parse_qs(address.query, strict_parsing=True).items()}
    label = address.path.removeprefix("/")
    issuer, colon, account = label.partition(":")
    issuer, account = (unquote(issuer), unquote(account)) if colon else ("", unquote(issuer))
    need(query.get("issuer", "") == issuer, "issuer and label differ")
    need(query["algorithm"] in ALGORITHMS, "the algorithm is not known")
    return {
        "names": (issuer, account),
        "type": "TOTP",
        "secret": base32(query["secret"]).hex(),
        "algorithm": query["algorithm"],
        "digits": int(query["digits"]),
        "period": int(query["period"]),
    }


READERS = {
    "aegis": aegis,
    "aegis-encrypted": aegis,
    "2fas": twofas,
    "2fas-encrypted": twofas,
    "bitwarden": bitwarden,
}


def main():
    name, path = sys.argv[1:]
    password = sys.stdin.buffer.read() if name.endswith("-encrypted") else None
    try:
        with open(path, encoding="utf-8") as file:
            entries = READERS[name](json.load(file), password)
    except (Malformed, KeyError, ValueError, TypeError, InvalidTag, binascii.Error) as error:
        print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr)
        return 1
    json.dump(entries, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
