#!/usr/bin/env python3
"""The second reader of Tessera's vault format, version 1.

Written from docs/vault-format.md alone, with public packages, so that the document is proved complete and the program
is checked by something that shares no line with it. Section marks (§) are that document's.

It opens a vault with a password, a recovery code or the vault key, checks every slot and head in both copies, every
leaf, record, audit and sealed event and the root, and prints all it read as JSON. It never writes to the vault. The
JSON holds the secrets in clear: that is the point of a second reader, and why its output belongs in no file.

Exit codes: 0 all is well, 1 the vault opened and there are findings, 2 usage, 3 the key opens no slot, 4 not a vault
that can be read at all. With 3 and 4 the findings are printed too.
"""

import argparse
import hmac
import itertools
import json
import os
import sqlite3
import struct
import sys
import unicodedata

from cryptography.exceptions import InvalidTag

import format1
from format1 import HEAD_LENGTH, SLOT_KINDS, Keys, Malformed, Record, Slot, mac, sha256, start, uint


class Unreadable(Exception):
    """The file is no vault, or not one that this reader can read at all."""


class NoKey(Exception):
    """Nothing in the file opens with what was given."""


class Reader:
    """Reads one vault; what is wrong is collected, never raised, once the vault key is known."""

    def __init__(self, path):
        self.path, self.findings, self.out = path, [], {"file": os.path.basename(path)}
        self.rows = {}
        self.container()

    def found(self, code, where, text):
        self.findings.append({"code": code, "where": where, "text": text})

    # §1

    def container(self):
        try:
            with open(self.path, "rb") as file:
                header = file.read(100)
        except OSError as error:
            raise Unreadable(f"cannot be read: {error.strerror}") from None
        if len(header) < 100 or header[:16] != b"SQLite format 3\x00":
            raise Unreadable("is no SQLite 3 database")
        for offset, form, wanted, code, name in (
                (68, ">I", format1.APPLICATION_ID, "application_id", "the application id"),
                (60, ">I", format1.FORMAT, "version", "the format version"),
                (16, ">H", format1.PAGE_SIZE, "page_size", "the page size"),
                (56, ">I", 1, "encoding", "the text encoding"),
                (18, ">H", 0x0101, "journal", "the journal mode")):
            value = struct.unpack_from(form, header, offset)[0]
            if value != wanted:
                self.found(f"container.{code}", "file header", f"{name} is {value:#x}, not {wanted:#x}")
        if self.journal_waits():
            self.found("container.journal", "beside the file", "a journal waits: a writer is at work, or was stopped")
        try:
            db = sqlite3.connect(f"file:{uri_path(self.path)}?mode=ro", uri=True)
            for name in format1.TABLES:
                self.rows[name] = []
            schema = sorted(db.execute("SELECT type, name, sql FROM sqlite_schema").fetchall())
            wanted = sorted(("table", name, f"CREATE TABLE {name} (row INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT")
                            for name in format1.TABLES)
            for extra in schema:
                if extra not in wanted:
                    self.found("container.schema", str(extra[1]), f"does not belong into a vault: {extra}")
            for missing in wanted:
                if missing not in schema:
                    self.found("container.schema", missing[1], "the table is missing or has another shape")
            for (line,) in db.execute("PRAGMA integrity_check").fetchall():
                if line != "ok":
                    self.found("container.sqlite", "integrity check", line)
        except sqlite3.Error as error:
            raise Unreadable(f"SQLite refuses it: {error}") from None
        for name in format1.TABLES:
            try:
                # Row by row, so that one broken page costs no more than what lies behind it.
                for row in db.execute(f"SELECT row, body FROM {name} ORDER BY row"):
                    self.rows[name].append(row)
            except sqlite3.Error as error:
                self.found("container.sqlite", name, str(error))
        db.close()

    def journal_waits(self):
        """SQLite counts a journal only when its first byte was written; another one is a leftover without meaning."""
        try:
            with open(self.path + "-journal", "rb") as journal:
                return journal.read(1) not in (b"", b"\x00")
        except FileNotFoundError:
            return False

    # §3

    def slots(self, copy):
        """The slots of one copy by id; what is no slot is found and left out."""
        slots = {}
        for row, body in self.rows[f"slot_{copy}"]:
            try:
                slot = Slot(body)
            except Malformed as error:
                self.found("slot.malformed", f"slot_{copy} row {row}", str(error))
                continue
            if slot.id in slots:
                self.found("slot.twice", f"slot {slot.id.hex()}", f"stands twice in slot_{copy}")
            slots[slot.id] = slot
        return slots

    def unlock(self, kind, secret):
        """Finds the vault key. A slot replayed from before a re-keying opens with an old key: the head decides."""
        self.slot_a, self.slot_b = self.slots("a"), self.slots("b")
        bodies = {slot.body: slot for slot in [*self.slot_a.values(), *self.slot_b.values()]}
        opened = []
        if kind == "key":
            ids = {slot.vault_id for slot in bodies.values()} | {
                body[16:32] for copy in "ab" for _, body in self.rows[f"head_{copy}"] if len(body) == HEAD_LENGTH}
            opened = [(None, secret, vault_id) for vault_id in sorted(ids)]
        for slot in bodies.values():
            if slot.too_costly():
                self.found("slot.cost", f"slot {slot.id.hex()}", "asks for more than a reader spends, or for nothing")
            elif SLOT_KINDS[slot.kind] == kind:
                vault_key = slot.open(secret)
                if vault_key is not None:
                    opened.append((slot, vault_key, slot.vault_id))
        if not opened:
            raise NoKey(f"the {kind} opens no slot of this vault")
        for slot, vault_key, vault_id in opened:
            keys = Keys(vault_key, vault_id)
            if any(self.root_holds(keys, body) for copy in "ab" for _, body in self.rows[f"head_{copy}"]):
                break
        else:
            if kind == "key":
                raise NoKey("no head of this vault verifies under the vault key")
        self.keys, self.vault_id = keys, vault_id
        self.out.update(vault_id=vault_id.hex(), opened_with=None if slot is None else slot.told())
        if slot is not None and slot.weak():
            self.out["weak_kdf"] = True  # opened, and said; no fault of the file

    @staticmethod
    def root_holds(keys, body):
        return len(body) == HEAD_LENGTH and hmac.compare_digest(mac(keys.manifest, body[:8880]), body[8880:])

    def check_slots(self):
        """Both copies against each other and against the head's hash (§3, §6)."""
        ids = sorted(set(self.slot_a) | set(self.slot_b))
        choices = []
        for one in ids:
            both = [slots[one].body for slots in (self.slot_a, self.slot_b) if one in slots]
            choices.append(both if len(both) == 2 and both[0] != both[1] else both[:1])
        good = None
        if self.head is not None:
            for some in itertools.product(*choices):
                if sha256(b"".join(some)) == self.head["slots"]:
                    good = dict(zip(ids, some))
                    break
            if good is None:
                # A slot that was added to one copy or both, or taken from both; the copies alone cannot tell which.
                for copy, slots in (("a", self.slot_a), ("b", self.slot_b)):
                    if sha256(b"".join(slots[one].body for one in sorted(slots))) == self.head["slots"]:
                        good = {one: slot.body for one, slot in slots.items()}
                if good is None:
                    self.found("slots.hash", "slots", "the slots are not those that the head names")
        for one in ids:
            for copy, slots in (("a", self.slot_a), ("b", self.slot_b)):
                where, body = f"slot {one.hex()}", slots[one].body if one in slots else None
                if good is not None and one not in good:
                    if body is not None:
                        self.found("slot.added", where, f"slot_{copy} holds a slot that the head does not know")
                elif body is None:
                    self.found("slot.missing", where, f"is not in slot_{copy}")
                elif good is not None and body != good[one]:
                    self.found("slot.copy", where, f"the copy in slot_{copy} is not the one that the head names")
                elif body[16:32] != self.vault_id:
                    self.found("slot.foreign", where, f"the copy in slot_{copy} is of another vault")
            if good is None and len(choices[ids.index(one)]) == 2:
                self.found("slot.copy", f"slot {one.hex()}", "its two copies differ")
        told = {one: (self.slot_a.get(one) or self.slot_b.get(one)).told() for one in ids}
        self.out["slots"] = [told[one] for one in ids]

    # §6

    def check_heads(self):
        good = {}
        for copy in "ab":
            table, rows = f"head_{copy}", self.rows[f"head_{copy}"]
            if [row for row, _ in rows] != [1]:
                self.found("head.rows", table, f"has the rows {[row for row, _ in rows]} instead of 1")
            for row, body in rows:
                try:
                    start(body, format1.HEAD_MAGIC, exact=HEAD_LENGTH)
                    if not self.root_holds(self.keys, body):
                        raise Malformed("its root does not verify")
                    if body[16:32] != self.vault_id:
                        raise Malformed("is of another vault")
                except Malformed as error:
                    self.found("head.copy", f"{table} row {row}", str(error))
                    continue
                if row == 1:
                    good[copy] = body
        if not good:
            self.head = None
            self.found("head.none", "manifest", "no copy of the head verifies: the manifest itself fails")
            return
        newest = max(good.values(), key=lambda body: struct.unpack_from("<Q", body, 32)[0])
        for copy, body in good.items():
            if body != newest:
                self.found("head.copy", f"head_{copy}", "verifies, but is not the newest: it was put back")
        numbers = struct.unpack_from("<Q", newest, 32)[0], *struct.unpack_from("<QQ", newest, 72)
        self.head = {"generation": numbers[0], "slots": newest[40:72], "oldest": numbers[1], "newest": numbers[2],
                     "last": newest[88:120], "log": newest[120:152], "macs": newest[688:8880], "root": newest[8880:]}
        self.earlier = [newest[176 + 8 * i:184 + 8 * i] for i in range(64)]
        if any(newest[14:16]) or any(newest[152:176]):
            self.found("head.zero", "head", "bytes that must be zero are not")
        if numbers[0] < 1:
            self.found("head.generation", "head", "the generation is 0")
        for place, root in enumerate(self.earlier):
            if (place + 1 < numbers[0]) != any(root):
                self.found("head.roots", "head", f"earlier root {place + 1} does not fit generation {numbers[0]}")
        if format1.raw_public(self.keys.log.public_key()) != self.head["log"]:
            self.found("head.log", "head", "the log's public key is not the one of the vault key")
        self.out.update(generation=numbers[0], root=self.head["root"].hex())

    # §5

    def check_leaves(self):
        """The lines of all leaves that verify; a leaf that does not is remembered as failed."""
        self.lines, self.failed = {}, set()
        bodies = dict(self.rows["leaf"])
        for row in sorted(set(bodies) - set(range(256))):
            self.found("leaf.row", f"leaf {row}", "is no leaf's number")
        for number in range(256):
            where, body = f"leaf {number}", bodies.get(number)
            try:
                if body is None:
                    raise Malformed("is missing")
                if self.head is None:
                    raise Malformed("cannot be checked without a head")
                expected = self.head["macs"][32 * number:32 * number + 32]
                if not hmac.compare_digest(mac(self.keys.manifest, body), expected):
                    raise Malformed("its MAC is not the head's")
                start(body, format1.LEAF_MAGIC)
                if body[14] != number or body[15] or body[16:32] != self.vault_id:
                    raise Malformed("verifies, but its start is not that of this leaf")
                if (len(body) - 32) % format1.LINE_LENGTH:
                    raise Malformed("verifies, but does not end with a line")
            except Malformed as error:
                self.failed.add(number)
                if self.head is not None:
                    self.found("leaf.failed", where, str(error))
                continue
            lines = [body[at:at + format1.LINE_LENGTH] for at in range(32, len(body), format1.LINE_LENGTH)]
            if lines != sorted(set(lines)):
                self.found("leaf.order", where, "its lines are not sorted, or one stands twice")
            for line in lines:
                key = (line[0], line[1:17])
                if line[0] not in (1, 2) or line[1] != number or key in self.lines:
                    self.found("leaf.line", where, f"a line that does not belong there: {line[:17].hex()}")
                self.lines[key] = (struct.unpack_from("<Q", line, 17)[0], line[25:])

    # §4

    def check_records(self):
        self.out.update(entries=[], settings={}, order={"uses": [], "order": []})
        seen, private = set(), []
        for table in ("entry", "private"):
            for row, body in self.rows[table]:
                try:
                    record = Record(body, table)
                except Malformed as error:
                    self.found("record.malformed", f"{table} row {row}", str(error))
                    continue
                state, content = self.judge(record, seen)
                if content is None:
                    continue
                where = f"{table} {record.id.hex()}"
                try:
                    if table == "entry":
                        told = {"id": record.id.hex(), "revision": record.revision, "state": state}
                        self.out["entries"].append({**told, **format1.read_entry(content)})
                    else:
                        private.append((record.revision, record.id, state, *format1.read_private(content)))
                except Malformed as error:
                    self.found("record.content", where, str(error))
        for number, one in sorted(set(self.lines) - seen):
            self.found("record.missing", f"{'entry' if number == 1 else 'private'} {one.hex()}",
                       "the manifest names it and it is not there")
        self.out["entries"].sort(key=lambda entry: entry["id"])
        # What is not listed counts for nothing here: else a replayed record could undo settings.
        for _, _, state, what, value in sorted(private, key=lambda one: one[:2]):
            if state == "listed" or (self.head is None and state == "unlisted"):
                if what == "settings":
                    self.out["settings"] = value
                elif what == "order and use":
                    self.out["order"] = value

    def judge(self, record, seen):
        """What §6 says of a record: its state, and its content when it decrypts."""
        where, key = f"{record.table} {record.id.hex()}", (format1.TABLE_NUMBERS[record.table], record.id)
        line = self.lines.get(key)
        try:
            content = record.content(self.keys)
            if record.vault_id != self.vault_id:
                raise Malformed("is of another vault")
        except InvalidTag:
            content = None
        except Malformed as error:
            self.found("record.content", where, str(error))
            seen.add(key)
            return "damaged", None
        if line is not None and line == (record.revision, record.digest):
            if key in seen:
                self.found("record.twice", where, "stands in the table twice")
            seen.add(key)
            if content is None:
                self.found("record.damaged", where, "is the listed one and does not decrypt")
            return "listed", content
        if content is None:
            seen.add(key)
            self.found("record.damaged", where, "does not decrypt")
            return "damaged", None
        if line is None:
            if self.head is not None:
                why = "its leaf failed" if record.id[0] in self.failed else "no line names it"
                self.found("record.unlisted", where, f"is genuine, but {why}: added, or put back after its deletion")
            return "unlisted", content
        seen.add(key)
        self.found("record.replayed", where, f"is genuine, but revision {record.revision} stands where the manifest "
                                             f"names revision {line[0]}: an older state was put back")
        return "replayed", content

    # §7

    def check_audit(self):
        events, digests = {}, {}
        for row, body in self.rows["audit"]:
            try:
                record = Record(body, "audit")
                number = int.from_bytes(record.id[8:], "big")
                if any(record.id[:8]) or record.revision != 1 or record.vault_id != self.vault_id:
                    raise Malformed("its id, revision or vault id is not that of an event here")
                event = format1.read_event(record.content(self.keys))
                if event["number"] != number:
                    raise Malformed(f"says inside that it is number {event['number']}")
                if number in events:
                    raise Malformed("stands in the log twice")
            except InvalidTag:
                self.found("audit.damaged", f"audit row {row}, event {number}", "does not decrypt")
            except Malformed as error:
                self.found("audit.malformed", f"audit row {row}", str(error))
            else:
                events[number], digests[number] = event, record.digest
        numbers = sorted(events)
        if self.head is not None:
            oldest, newest = self.head["oldest"], self.head["newest"]
            if not (1 <= oldest <= newest and newest - oldest < format1.AUDIT_KEPT):
                self.found("audit.range", "head", f"names the events {oldest} to {newest}")
            else:
                for number in sorted(set(range(oldest, newest + 1)) - set(numbers)):
                    self.found("audit.missing", f"event {number}", "is not in the log")
            for number in numbers:
                if not oldest <= number <= newest:
                    self.found("audit.extra", f"event {number}", "the head does not know it")
            if newest in digests and digests[newest] != self.head["last"]:
                self.found("audit.last", f"event {newest}", "is not the one that the head names")
        for number in numbers:
            before = bytes.fromhex(events[number]["before"])
            if (number == 1 and any(before)) or (number - 1 in digests and digests[number - 1] != before):
                self.found("audit.chain", f"event {number}", "does not follow from the event before")
        self.out["audit"] = [events[number] for number in numbers]

    # §8

    def check_sealed(self):
        self.out["sealed"] = []
        rows = self.rows["sealed"]
        if len(rows) > format1.SEALED_KEPT:
            self.found("sealed.many", "sealed", f"{len(rows)} events wait; a writer stops at {format1.SEALED_KEPT}")
        for row, body in rows:
            try:
                start(body, format1.SEAL_MAGIC, exact=format1.SEALED_LENGTH)
                if any(body[14:16]) or body[16:32] != self.vault_id:
                    raise Malformed("its start is not that of an event of this vault")
                plain = format1.hpke_open(self.keys.log, body[32:64], body[64:], b"tessera/v1/sealed-event", body[:32])
                event = format1.decode_map(format1.unpadded(plain))
                if set(event) != {1, 2}:
                    raise Malformed(f"has the keys {sorted(event)}")
                time, kind = uint(event[1], "the time"), uint(event[2], "the event")
                self.out["sealed"].append({"time": time, "event": kind})
            except (InvalidTag, ValueError):
                self.found("sealed.damaged", f"sealed row {row}", "does not open")
            except Malformed as error:
                self.found("sealed.malformed", f"sealed row {row}", str(error))

    # §9

    def check_seen(self, folder):
        path = os.path.join(folder, f"{self.vault_id.hex()}.seen")
        try:
            with open(path, "rb") as file:
                body = file.read()
            start(body, format1.SEEN_MAGIC, exact=format1.SEEN_LENGTH)
            if not hmac.compare_digest(mac(self.keys.rollback, body[:72]), body[72:]):
                raise Malformed("its MAC does not verify")
            if body[16:32] != self.vault_id or any(body[14:16]):
                raise Malformed("is of another vault")
        except (OSError, Malformed) as error:
            self.out["seen"] = {"state": "none", "why": str(error)}
            return
        generation, root = struct.unpack_from("<Q", body, 32)[0], body[40:72]
        self.out["seen"] = {"state": "current", "generation": generation}
        if self.head is None:
            return
        steps = self.head["generation"] - generation
        if steps < 0:
            self.found("seen.rolled_back", "state folder",
                       f"generation {generation} was seen here; the file is at {self.head['generation']}")
        elif (steps == 0 and root != self.head["root"]) or (1 <= steps <= 64 and self.earlier[steps - 1] != root[:8]):
            self.found("seen.fork", "state folder", f"at generation {generation} another state was seen here")

    def read(self, kind, secret, state_folder):
        self.unlock(kind, secret)
        self.check_heads()
        self.check_slots()
        self.check_leaves()
        self.check_records()
        self.check_audit()
        self.check_sealed()
        if state_folder:
            self.check_seen(state_folder)


def uri_path(path):
    return os.path.abspath(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def given(arguments):
    """What the vault is to be opened with: (kind, bytes)."""
    source = arguments.password or arguments.recovery_code or arguments.vault_key
    if source == "-":
        data = sys.stdin.buffer.read()
    else:
        with open(source, "rb") as file:
            data = file.read()
    for end in (b"\r\n", b"\n"):
        if data.endswith(end):
            data = data[:-len(end)]
            break
    if arguments.vault_key:
        return "key", bytes.fromhex(data.decode("ascii").strip())
    text = data.decode("utf-8")
    if arguments.recovery_code:
        return "recovery code", format1.recovery_code(text)
    return "password", unicodedata.normalize("NFC", text).encode("utf-8")


def main():
    parser = argparse.ArgumentParser(description="Reads and checks a Tessera vault; a second, independent reader.")
    parser.add_argument("vault")
    way = parser.add_mutually_exclusive_group(required=True)
    way.add_argument("--password", metavar="FILE", help="open with the password in FILE; - is standard input")
    way.add_argument("--recovery-code", metavar="FILE", help="open with the recovery code in FILE")
    way.add_argument("--vault-key", metavar="FILE", help="open with the vault key, in hex, in FILE")
    parser.add_argument("--state", metavar="FOLDER", help="the state folder, to look for a rollback")
    arguments = parser.parse_args()
    reader, out, code = None, {}, 0
    try:
        kind, secret = given(arguments)
    except (OSError, ValueError, Malformed) as error:
        parser.error(f"what the vault is opened with cannot be read: {error}")
    try:
        reader = Reader(arguments.vault)
        reader.read(kind, secret, arguments.state)
        code = 1 if reader.findings else 0
    except NoKey as error:
        out, code = {"error": str(error)}, 3
    except Unreadable as error:
        out, code = {"error": str(error)}, 4
    if reader is not None:
        out = {**reader.out, **out, "findings": reader.findings}
    json.dump(out, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
