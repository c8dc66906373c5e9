#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""trace_event.py FILE: hold a file against the rules of the Trace Event Format, and print what is in it.

The rules: an array of objects, each with ph, name, pid and tid; X has ts and dur, and the slices of a track
(pid, tid) nest; an arrow (s, f) has both ends, each inside a slice of its track; tracks have names.
"""

import json
import sys


def fail(text):
    sys.exit("trace_event: " + text)


def number(event, key):
    value = event.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
        fail("%s is no time in %s" % (key, event))
    return round(value * 1000)


def slices_of(events):
    tracks = {}
    for e in events:
        if e["ph"] == "X":
            start = number(e, "ts")
            tracks.setdefault((e["pid"], e["tid"]), []).append((start, start + number(e, "dur"), e["name"]))
    return tracks


def check_nesting(tracks):
    for track, slices in tracks.items():
        inside = []
        for start, end, name in sorted(slices, key=lambda s: (s[0], -s[1])):
            while inside and inside[-1] <= start:
                inside.pop()
            if inside and end > inside[-1]:
                fail("%s overlaps another slice of track %s" % (name, track))
            inside.append(end)


def check_arrows(events, tracks):
    ends = {}
    for e in events:
        if e["ph"] not in "sf":
            continue
        at = number(e, "ts")
        if not any(start <= at <= end for start, end, _ in tracks.get((e["pid"], e["tid"]), [])):
            fail("an arrow is in no slice: %s" % e)
        ends.setdefault(e["id"], []).append(e["ph"])
    for identity, phases in ends.items():
        if sorted(phases) != ["f", "s"]:
            fail("arrow %s has the ends %s" % (identity, phases))
    return len(ends)


def main():
    events = json.load(open(sys.argv[1], encoding="utf-8"))
    for e in events:
        if not all(key in e for key in ("ph", "name", "pid", "tid")) or e["ph"] not in "XMsfi":
            fail("not an event: %s" % e)
    tracks = slices_of(events)
    check_nesting(tracks)
    named = {(e["pid"], e["tid"]) for e in events if e["name"] == "thread_name"}
    if not named >= set(tracks):
        fail("tracks without a name: %s" % (set(tracks) - named))
    arrows = check_arrows(events, tracks)
    lost = [e["name"] for e in events if e["ph"] == "i"]
    print("slices %d, tracks %d, arrows %d" % (sum(map(len, tracks.values())), len(tracks), arrows))
    for text in lost:
        print(text)


main()
