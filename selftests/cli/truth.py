#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""truth.py KSTATE_DUMP all|some CORE...: the truth table.

Of each core, which has to be all well, parts are left out: each page that it has ("absent"), all from a page
on ("cut": the file is truncated), pairs of pages that are no contents ("pair"), a page overwritten with other
bytes ("foreign"). kstate-dump is asked everything about what is left, and may say nothing that it does not
say of the whole core: each leaf of the result must be there, be null, or stand beside a defect that says why.
So are verdicts on a next kernel, of which not known is one.
And it may not exit with 0 if its result is not that of the whole core. "some" takes every fifth cut.
No two sources of which one lacks something may differ for that. What a part of a core is said to have wrong
must be wrong in the whole.

CORE.facts, if it is there, is what the writer of the core knows of it: the whole core has to be said to be so,
for a tool that is wrong about all of it is as wrong about its parts.

Prints TAP, and how many cuts and statements there were.
"""

import concurrent.futures
import json
import os
import re
import struct
import subprocess
import sys
import tempfile

PAGE = 4096
UNKNOWN = ("not-known", "not known")
NEXT = "selftests/data/next/next-bzImage"
# What memory is said to be is compared by content: a range may end where the rest is not known.
RANGES = {"ranges", "leaks"}
# Places of reports, not statements about the machine.
REPORTS = {"defects", "not_known", "notes", "findings", "checked"}
# What may be reported of a part though it is not so of the whole: that something could not be known.
NO_STATEMENT = {"absent", "excluded", "not-known", "truncated", "unsupported", "too-big", "more"}


class Core:
    """A core of ELF64, little-endian, as the tests write it: program headers, then memory."""

    def __init__(self, data):
        self.data = data
        phoff, = struct.unpack_from("<Q", data, 32)
        size, nr = struct.unpack_from("<HH", data, 54)
        self.other, self.pages = [], {}
        for i in range(nr):
            ph = struct.unpack_from("<IIQQQQQQ", data, phoff + i * size)
            if ph[0] != 1:
                self.other.append(ph)
                continue
            for at in range(0, ph[5], PAGE):
                self.pages[ph[4] + at] = data[ph[2] + at:ph[2] + at + PAGE]

    def write(self, path, absent=(), foreign=(), keep=None):
        """Write it without the pages ABSENT; of the last pages only the first KEEP are in the file."""
        there = [pa for pa in sorted(self.pages) if pa not in absent]
        header = bytearray(self.data[:64])
        struct.pack_into("<Q", header, 32, 64)
        struct.pack_into("<HH", header, 54, 56, len(there) + len(self.other))
        at = 64 + 56 * (len(there) + len(self.other))
        at += sum(ph[5] for ph in self.other)
        first = at = (at + PAGE - 1) // PAGE * PAGE
        table, notes = b"", b""
        for ph in self.other:
            offset = 64 + 56 * (len(there) + len(self.other)) + len(notes)
            notes += self.data[ph[2]:ph[2] + ph[5]]
            table += struct.pack("<IIQQQQQQ", ph[0], ph[1], offset, *ph[3:])
        for pa in there:
            table += struct.pack("<IIQQQQQQ", 1, 7, at, 0, pa, PAGE, PAGE, PAGE)
            at += PAGE
        out = bytes(header) + table + notes
        out += b"\0" * (first - len(out))
        out += b"".join(b"\xa5" * PAGE if pa in foreign else self.pages[pa] for pa in there)
        with open(path, "wb") as f:
            f.write(out if keep is None else out[:first + keep * PAGE])


def sideless(node):
    if isinstance(node, dict):
        return {k: None if k.startswith("side") and v == "file" else sideless(v) for k, v in node.items()}
    if isinstance(node, list):
        return [sideless(v) for v in node]
    return node.replace("kho/in/", "kho/").replace("kho/out/", "kho/") if isinstance(node, str) else node


def metrics_of(text):
    """Figures by name and labels, but for those of the reading itself; the side may not be known."""
    lines = [line for line in text.splitlines() if line and not line.startswith(("#", "kstate_dump_"))]
    figures = {re.sub('side="[a-z]*",?', "", name): value for name, value in (s.rsplit(" ", 1) for s in lines)}
    return {"result": figures}


class Result:
    def __init__(self, dump, path, command):
        words = [command[0], path] + command[1:]
        form = [] if command[0] == "metrics" else ["-j"]
        run = subprocess.run([dump] + form + words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                             check=False)
        self.status = run.returncode
        text = run.stdout.decode().replace(path, "CORE")
        if command[0] == "diff":
            text = text.replace(command[1], "CORE")
        if command[0] == "metrics":
            self.doc = metrics_of(text) if run.stdout else None
            return
        self.doc = json.loads(text) if run.stdout else None
        # "file" is a side that is not known; paths have it in their names.
        if self.doc:
            self.doc = sideless(self.doc)

    def all(self):
        return self.doc and self.doc["result"]

    def unknown(self):
        return self.doc and self.doc.get("not_known")


def span(r):
    start = int(r["address"], 16)
    return start, start + r["bytes"]


class Judge:
    def __init__(self, of_either_side=False):
        self.statements = 0
        self.of_either_side = of_either_side

    def range_is_true(self, r, full):
        """Is every byte of the range in ranges of the whole source, of its order and owner?"""
        start, end = span(r)
        for f in sorted(full, key=span):
            if f["order"] != r["order"] and r["order"] is not None:
                continue
            if r.get("owner") is not None and f.get("owner") != r["owner"]:
                continue
            a, b = span(f)
            if a <= start < b:
                start = b
        return start >= end

    def is_owners(self, r, full):
        """Without a map ranges are what owners refer to, be it preserved or not."""
        return r["order"] is None and r["owner"] in [o["owner"] for o in full["owners"]]

    def false(self, path, said, full):
        """The statements in SAID that FULL does not confirm."""
        # Of what was handed over to a kernel it is not known what it has taken back.
        if full is None and self.of_either_side and path.startswith(".result.memory[].owners[]"):
            return []
        # What could not be compared is counted, and the others may be the same.
        if path == ".result.summary.same" and isinstance(full, str):
            return [] if int(said) <= int(full) else [(path, said, full)]
        if said is None or said == "unchecked" or (path.endswith(".verdict") and said in UNKNOWN):
            return []
        if path.endswith("abis[].saved") and isinstance(full, str) and full.startswith(said):
            return []       # less exact: bitmaps, of whatever size
        if isinstance(said, dict):
            if not isinstance(full, dict):
                return [(path, said, full)]
            bad = []
            for key, value in said.items():
                where = f"{path}.{key}"
                if key in REPORTS and (path, key) != (".result.memory[]", "not_known"):
                    bad += self.false_reports(where, key, value, full.get(key))
                elif key == "not_known":
                    pass
                elif key in RANGES and isinstance(value, list):
                    for r in value:
                        self.statements += 1
                        if not self.range_is_true(r, full[key]) and not self.is_owners(r, full):
                            bad.append((where, r, "no such range"))
                elif key in full:
                    bad += self.false(where, value, full[key])
                else:
                    bad.append((where, value, "no such key"))
            return bad
        if isinstance(said, list):
            bad = []
            for element in said:
                tries = [self.false(path + "[]", element, f) for f in full or []]
                if [] not in tries:
                    bad += min(tries, key=len, default=[(path + "[]", element, "no such element")])
            return bad
        self.statements += 1
        return [] if said == full else [(path, said, full)]

    def false_reports(self, path, key, said, full):
        """Defects, findings of verify, and of check, which say with their effect whether it is known."""
        if key not in ("defects", "findings"):
            return []
        known = {(f["code"], f.get("name"), f["path"]) for f in full or []}
        return [(path, f, "not found in the whole") for f in said
                if f["code"] not in NO_STATEMENT and f.get("effect") != "unknown" and
                (f["code"], f.get("name"), f["path"]) not in known]


def statements_of(node):
    """A result without places of reports, to compare two of them."""
    if isinstance(node, dict):
        return {k: statements_of(v) for k, v in node.items() if k not in REPORTS}
    if isinstance(node, list):
        return [statements_of(v) for v in node]
    return node


class Table:
    def __init__(self, dump, some, path, scratch):
        self.dump, self.some, self.scratch = dump, some, scratch
        self.name = os.path.basename(path)
        with open(path, "rb") as f:
            self.core = Core(f.read())
        self.pages = sorted(self.core.pages)
        self.whole = os.path.join(scratch, "whole")
        self.core.write(self.whole)
        self.commands = [["info"], ["list"], ["show"], ["show", "LUO"], ["mem"], ["verify"],
                         ["check", "--next", NEXT], ["diff", self.whole], ["metrics"]]
        self.full = {}
        for command in list(self.commands):
            self.ask_whole(command)
        self.facts = {}
        if os.path.exists(path + ".facts"):
            with open(path + ".facts", encoding="utf-8") as f:
                self.facts = json.load(f)
        self.kinds = {pa: self.kind(pa) for pa in self.pages}
        self.structure = [pa for pa in self.pages if self.kinds[pa] not in ("contents", None)]
        for pa in [p for p in self.pages if self.kinds[p] == "contents"][:2] + [0x7f000000]:
            command = ["mem", "--who", hex(pa)]
            self.commands.append(command)
            self.ask_whole(command)
        self.bad, self.cuts, self.statements = [], 0, 0

    def result(self, *command):
        return self.full[command].all() or {}

    def wrong_facts(self):
        """What is said of the whole core, and what its writer knows."""
        side = self.result("info")["kho"][0]["side"]
        memory = self.result("mem")["memory"][0]["total"]
        luo = self.result("show").get("luo") or [{"sessions": []}]
        checked = self.full[("check", "--next", NEXT)]
        said = {
            "side": side, "preserved": memory and memory["bytes"],
            "map": next((r["saved"] for r in checked.all()["abis"] if r["abi"] == "memory-map"), None),
            "sessions": len(luo[0]["sessions"]),
            "files": sum(len(s["files"]) for s in luo[0]["sessions"]),
            "passes": checked.status == 0,
        }
        return [f"{key}: {said[key]}, not {value}" for key, value in self.facts.items() if said[key] != value]

    def ask_whole(self, command):
        self.full[tuple(command)] = Result(self.dump, self.whole, command)

    def kind(self, pa):
        who = Result(self.dump, self.whole, ["mem", "--who", hex(pa)]).all()
        owners = [r for side in (who["who"] if who else []) for r in side["owners"]]
        refs = [r["holds"] for r in owners]
        return next((k for k in ("memory map", "KHO", "state", "contents") if k in refs), None)

    def judge(self, what, path, strict, mute):
        found, statements = [], 0
        for command in self.commands:
            cut, full = Result(self.dump, path, command), self.full[tuple(command)]
            where = f"{what}: {' '.join(command)}"
            if cut.status in (3, 4) and command[0] == "metrics":
                continue
            if cut.status < 0 or cut.doc is None:
                found.append(f"{where}: killed, {cut.status}")
                continue
            if cut.all() is None:
                if cut.status == 0:
                    found.append(f"{where}: no result, and exit status 0")
                continue
            judge = Judge(self.facts.get("side") == "in")
            if strict:
                for place, said, is_so in judge.false("", cut.doc, full.doc):
                    found.append(f"{where}: {place}: {json.dumps(said)[:150]}, not {json.dumps(is_so)[:150]}")
            else:
                judge.false("", cut.doc, full.doc)
            statements += judge.statements
            same = statements_of(cut.all()) == statements_of(full.all())
            # Whoever reads figures sees which are missing, and how many reasons there were.
            if cut.status == 0 and not same and not mute and command[0] != "metrics":
                found.append(f"{where}: exit status 0, and not all is said that the whole says")
            if cut.status == 0 and cut.unknown() and not full.unknown():
                found.append(f"{where}: exit status 0, and something is not known")
            if command[0] == "check":
                found += [f"{where}: {why}" for why in self.wrong_verdicts(cut, full)]
        os.unlink(path)
        return found, statements

    @staticmethod
    def wrong_verdicts(cut, full):
        """Verdicts that what is not known does not allow; they may be those of the whole, too."""
        if cut.all()["summary"]["verdict"] == "passes" and cut.unknown() and not full.unknown():
            yield "it passes, and something is not known"
        for row in cut.all()["abis"]:
            if row["saved"] is None and row["verdict"] in ("same", "reads"):
                yield f"what is written of {row['abi']} is not known, and the next kernel reads it"

    def cut(self, what, nr, strict=True, mute=False, **how):
        path = os.path.join(self.scratch, f"{nr}.core")
        self.core.write(path, **how)
        return self.judge(what, path, strict, mute)

    def jobs(self, kind):
        if kind == "absent":
            for pa in self.pages:
                yield f"without {pa:#x} ({self.kinds[pa]})", {"absent": {pa}}
        elif kind == "cut":
            for nr in range(1, len(self.pages)):
                yield f"{nr} of {len(self.pages)} pages", {"keep": nr}
        elif kind == "foreign":
            # A bitmap of other bytes, a list without a magic number: nothing gives that away.
            for pa in self.structure:
                yield f"other bytes at {pa:#x}", {"foreign": {pa}, "strict": False,
                                                  "mute": self.kinds[pa] in ("memory map", "KHO")}
        else:
            for i, a in enumerate(self.structure):
                for b in self.structure[i + 1:]:
                    yield f"without {a:#x} and {b:#x}", {"absent": {a, b}}

    def run(self, kind):
        jobs = list(self.jobs(kind))
        if self.some:
            # Where all is well, each page that is left out counts: nothing else hides it.
            step = 2 if self.facts.get("passes") and kind != "pair" else 29 if kind == "pair" else 5
            jobs = jobs[::step]
        bad = []
        with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
            futures = [pool.submit(self.cut, what, nr, **how) for nr, (what, how) in enumerate(jobs)]
            for f in futures:
                found, statements = f.result()
                bad += found
                self.statements += statements
        self.cuts += len(jobs)
        return bad


def main():
    dump, some, cores = sys.argv[1], sys.argv[2] == "some", sys.argv[3:]
    nr, failed, cuts, statements, false = 0, 0, 0, 0, 0
    for path in cores:
        with tempfile.TemporaryDirectory() as scratch:
            table = Table(dump, some, path, scratch)
            for command, full in table.full.items():
                if full.status not in (0, 1) and "--who" not in command:
                    print(f"# {table.name}: {' '.join(command)}: exit status {full.status} of the whole")
            for kind in ("whole", "absent", "cut", "pair", "foreign"):
                bad = table.wrong_facts() if kind == "whole" else table.run(kind)
                nr += 1
                failed += bool(bad)
                false += len(bad)
                print(f"{'not ok' if bad else 'ok'} {nr} - {table.name}: {kind}: nothing that is not so")
                for line in bad[:40]:
                    print(f"# {line}")
            cuts += table.cuts
            statements += table.statements
    print(f"# cuts: {cuts}, statements: {statements}, false: {false}")
    print(f"1..{nr}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
