#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""truth_broken.py [REGEX]: does the truth table fail when the library is broken?

In a copy of the checkout one place of the library at a time is made to say more than was read, and
test-truth.sh has to fail. REGEX: only the places whose description matches.

Prints TAP, and for each place the first statement that gave it away.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SRC = "libkstate-dump/src"

# Places of which another one says the same are not here: that check counts what was reported as not known
# hides what it would make of files that it did not read.
# What is broken, the file, a text in it that is there once, what it becomes.
BREAKS = [
    ("memory: pages that are not there are zero", "memory/phys.c",
     "\t\tif (there != KSTD_AVAIL_PRESENT)\n\t\t\treturn not_there(dump, pa + done, there);\n\t\tdone += n;",
     "\t\tif (there != KSTD_AVAIL_PRESENT) {\n\t\t\tmemset((char *)buf + done, 0, len - done);\n"
     "\t\t\treturn 0;\n\t\t}\n\t\tdone += n;"),
    ("kho: a missing node of the radix tree leaves no hole", "kho/map_radix.c",
     "\t\tput_lost(r, pa, key, end);\n\t\tlose_subtree(r, key, end);", "\t\tput_lost(r, pa, key, end);"),
    ("kho: a missing node of the radix tree is not reported", "kho/map_radix.c",
     "\t\tput_lost(r, pa, key, end);\n\t\tlose_subtree(r, key, end);", "\t\tlose_subtree(r, key, end);"),
    ("kho: a missing bitmap leaves no hole", "kho/map_bitlist.c",
     "\tlose_bitmaps(l);\n\tkstd_defect(", "\tkstd_defect("),
    ("kho: a missing chunk of bitmaps leaves no hole", "kho/map_bitlist.c",
     "\tstruct kstd_report why = l->dump->ctx->err;\n\n\tkstd_holes_add_all(l->holes);\n",
     "\tstruct kstd_report why = l->dump->ctx->err;\n\n"),
    ("kho: a list that cannot be followed ends, without a word", "kho/chains.c",
     "\tif (as == KSTD_VISIT_NEW)\n\t\tkstd_defect_err(dump, where);\n\telse if",
     "\tif (as == KSTD_VISIT_NEW)\n\t\treturn false;\n\telse if"),
    ("kho: the width of bitmaps is guessed", "kho/bitlist_width.c",
     "\t\t ask_release(dump, root);", "\t\t ask_release(dump, root) ?: KSTD_BITLIST_SMALL;"),
    ("kho: a lone root is what will be handed over", "kho/find_root.c",
     "\t\tany->side = KSTD_SIDE_FILE;\n", "\t\tany->side = KSTD_SIDE_OUT;\n"),
    ("luo: the list of files that is cut is the whole list", "luo/luo_walk.c",
     "\tif (w->i != w->count && !w->blocks.broken && !dump->phys->changing)\n",
     "\tif (w->i != w->count && !dump->phys->changing)\n"),
    ("luo: what a memfd lacks are holes", "luo/memfd_node.c",
     "\t*whole = nr == m->nr_folios;", "\t*whole = true;"),
    ("luo: files that were not read are not in systemd's session", "luo/luo_names.c",
     "\tall_read = luo->dump->troubles == troubles && luo->from != KSTD_LUO_SCAN;",
     "\tall_read = luo->dump->troubles == troubles || luo->from != KSTD_LUO_SCAN;"),
    ("owners: all owners are known", "owners/owners.c",
     "\tm->owners_known = m->dump->troubles == troubles;",
     "\tm->owners_known = m->dump->troubles == troubles || true;"),
    ("owners: memory where the map has a hole is not preserved", "owners/match_map.c",
     "\t\tgap.known = !kstd_holes_at(&c->m->map.holes, gap.start, &last);",
     "\t\tgap.known = !kstd_holes_at(&c->m->map.holes, gap.start, &last) || true;"),
    ("owners: references that were not told are none", "owners/gather.c",
     "\tif (dump->troubles != troubles)\n\t\tadd_partial(refs, path);",
     "\tif (dump->troubles != troubles && !path)\n\t\tadd_partial(refs, path);"),
    ("mem: an address in a hole of the map is not preserved", "query/mem_who.c",
     "\tif (blocks->kids.first || !kstd_holes_at(&w->m->map.holes, w->pa, &last))",
     "\tif (blocks->kids.first || !kstd_holes_at(&w->m->map.holes, w->pa, &last) || last)"),
    ("mem: sums over the part of the map that is there", "query/mem.c",
     "\tbool map = kstd_memory_map_known(m), both", "\tbool map = m->known, both"),
    ("mem: blocks of an order over the part of the map that is there", "query/mem.c",
     "\t\tif (m->map.holes.orders >> order & 1) {", "\t\tif (m->map.holes.orders >> order & 2) {"),
    ("check: what could not be read does not count", "check/check.c",
     "\tif (c->dump->reports[KSTD_SAYS_UNKNOWN].nr)\n\t\tkstd_check_count(c, KSTD_EFFECT_UNKNOWN);\n", ""),
    ("check: what came in is what will be handed over", "check/check_versions.c",
     "\tif (c->dump->sides == KSTD_SIDE_IN)\n", "\tif (c->dump->sides)\n"),
    ("diff: elements that could not be read are not there", "diff/diff_list.c",
     "\tx->cut = kstd_iter_cut(&x->it);\n", "\tx->cut = false;\n"),
    ("diff: a subtree that could not be read is not there", "diff/diff_subtrees.c",
     "\tif (is_in_root(other, side, name))\n", "\tif (is_in_root(other, side, name) && !what)\n"),
    ("diff: a section whose payload could not be read has no fields", "kstate/section_node.c",
     "\tlist->cut = !m->s->has_payload && !m->s->lost;\n", "\tlist->cut = m->s->lost;\n"),
    ("luo: a list of the kernel's that leads out of the core is damaged", "luo/kernel_structs.c",
     "\tl->wrong = l->broken && !is_object(l->k, l->at);", "\tl->wrong = l->broken;"),
    ("luo: systemd's mapping has zeros where it could not be read", "luo/memfd.c",
     "\t\tif (!rc && (w->cut || w->area.broken))\n", "\t\tif (!rc && w->cut && w->area.broken && !max)\n"),
    ("check: a subtree that cannot be read is the same", "check/check_rows.c",
     "\t\trow->verdict = KSTD_ROW_NOT_KNOWN;\n\tkstd_find(c, &c->all, code, abi,",
     "\t\trow->verdict = KSTD_ROW_SAME;\n\tkstd_find(c, &c->all, code, abi,"),
    ("check: a subtree that cannot be read is passed over", "check/check_versions.c",
     "\t\tif (!b || is_read(c, b))\n", "\t\tif (!b || is_read(c, b) || !c->refused)\n"),
    ("check: files that are not known are the same", "check/check_luo.c",
     "\trow->verdict = l->lost ? KSTD_ROW_LOST : KSTD_ROW_NOT_KNOWN;",
     "\trow->verdict = l->lost ? KSTD_ROW_LOST : KSTD_ROW_SAME;"),
    ("all: exit status 0 though not all could be known", "base/report.c",
     "\treturn dump->reports[KSTD_SAYS_UNKNOWN].nr ? KSTD_NOT_KNOWN : KSTD_YES;",
     "\treturn KSTD_YES;"),
    ("all: an answer that is not known is no", "base/known.c",
     "\tbool known = answer.is != KSTD_NOT_KNOWN;", "\tbool known = answer.is != KSTD_NOT_KNOWN || where;"),
    ("luo: a handler that could not be read is one without a name", "luo/luo_kernel.c",
     "\tif (!f->handler_unread) {\n", "\tif (f->handler_unread) {\n\t\tf->handler_unread = false;\n\t} else if (1) {\n"),
    ("luo: a block that is not there is no block", "luo/luo_kernel.c",
     "\telse\n\t\tkstd_unknown(luo->dump, where, \"where a block", "\telse if (!where)\n\t\tkstd_unknown(luo->dump, where, \"where a block"),
    ("luo: FLBs whose page is not there are none", "luo/luo_kernel.c",
     "\tif (luo->flbs_unread)\n\t\tluo->flbs = 0;", "\tif (luo->flbs_unread)\n\t\tluo->flbs = luo->flbs_unread = 0;"),
    ("luo: a subtree of a side that is not known is damaged", "luo/luo_root.c",
     "\treturn side == KSTD_SIDE_IN ? KSTD_YES : KSTD_NOT_KNOWN;", "\treturn side == KSTD_SIDE_IN ? KSTD_YES : KSTD_NO;"),
]


def run(command, copy, **more):
    return subprocess.run(command, cwd=copy, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          universal_newlines=True, check=False, **more)


def make(copy, *targets):
    done = run(["make", "-s", f"-j{os.cpu_count() or 1}", "WERROR=0", "LTO_CFLAGS=", *targets], copy)
    if done.returncode:
        sys.exit(f"{done.stdout}truth_broken.py: the copy does not build")


def try_break(copy, nr, what, file, old, new):
    path = os.path.join(copy, SRC, file)
    with open(path, encoding="utf-8") as f:
        text = f.read()
    if text.count(old) != 1:
        print(f"not ok {nr} - {what}: {file} has the text {text.count(old)} times")
        return False
    with open(path, "w", encoding="utf-8") as f:
        f.write(text.replace(old, new))
    make(copy, "build/kstate-dump")
    done = run(["bash", "selftests/cli/test-truth.sh"], copy, env={**os.environ, "B": "build"})
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    said = [line for line in done.stdout.splitlines()
            if line.startswith("# ") and ": exit status" not in line.split(" of the whole")[0][-30:]]
    caught = [line for line in done.stdout.splitlines() if line.startswith("not ok")]
    print(f"{'ok' if done.returncode else 'not ok'} {nr} - {what}: the truth table fails")
    for line in caught[:1]:
        at = done.stdout.splitlines().index(line)
        print(f"# {len(caught)} of its tests: {done.stdout.splitlines()[at + 1].lstrip('# ')}")
    print(f"# {said[-1].lstrip('# ') if said else ''}")
    sys.stdout.flush()
    return done.returncode != 0


def main():
    breaks = [b for b in BREAKS if len(sys.argv) < 2 or re.search(sys.argv[1], b[0])]
    failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        copy = os.path.join(scratch, "copy")
        shutil.copytree(TOP, copy, ignore=shutil.ignore_patterns(".git", "build"), symlinks=True)
        make(copy, "build/kstate-dump", "build/tests/mktruth", "build/tests/mkworld", "build/tests/mkimage")
        for nr, row in enumerate(breaks, 1):
            failed += not try_break(copy, nr, *row)
    print(f"1..{len(breaks)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
