#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""coverage.py BUILD-FOLDER KNOWN

Lines and functions that were run, by part, and the functions that were not. A source that is compiled
more than once counts once: what any of its objects ran. KNOWN has a line for each function or file that
no fast test can reach: its name, a tab, why; these are counted, and not named."""
import collections
import json
import os
import subprocess
import sys

PARTS = (
	("library", "libkstate-dump/src/"),
	("kstate-dump", "tools/kstate-dump/"),
	("kstate-browse", "tools/kstate-browse/"),
	("kstate-trace", "tools/kstate-trace/"),
	("common to the programs", "tools/common/"),
	("engine", "kernel/kernel/liveupdate/"),
)


def part_of(file):
	return next((name for name, prefix in PARTS if file.startswith(prefix)), None)


def documents(folder):
	"""What gcov says of each object, also of those that never ran."""
	notes = [os.path.join(at, f) for at, _, files in os.walk(folder) for f in files if f.endswith(".gcno")]
	for i in range(0, len(notes), 50):
		out = subprocess.run(["gcov", "--json-format", "--stdout", *notes[i:i + 50]], check=True,
				     stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
		for line in out.splitlines():
			if line.strip():
				yield json.loads(line)


def collect(folder):
	"""{file: {line: count}}, {(file, function): (line, count)}"""
	lines, functions = collections.defaultdict(dict), {}
	for doc in documents(folder):
		for f in doc["files"]:
			file = os.path.relpath(f["file"]) if os.path.isabs(f["file"]) else os.path.normpath(f["file"])
			if not part_of(file):
				continue
			for x in f["lines"]:
				seen = lines[file]
				seen[x["line_number"]] = max(seen.get(x["line_number"], 0), x["count"])
			for x in f["functions"]:
				key = file, x["name"]
				count = max(functions.get(key, (0, 0))[1], x["execution_count"])
				functions[key] = x["start_line"], count
	return lines, functions


def read_known(file):
	with open(file, encoding="utf-8") as f:
		return dict(line.rstrip("\n").split("\t", 1) for line in f if line.strip() and line[0] != "#")


def percent(some, all_of_them):
	return f"{100 * some / all_of_them:.1f} %" if all_of_them else "-"


def main():
	folder, known = sys.argv[1], read_known(sys.argv[2])
	lines, functions = collect(folder)
	if not functions:
		sys.exit(f"coverage: no object in {folder} counts what it runs")
	print(f"{'part':<24}{'lines':>8}{'reached':>9}{'functions':>11}{'reached':>9}")
	sums = [0, 0, 0, 0]
	for name, _ in PARTS + (("all", ""),):
		row = [0, 0, 0, 0]
		for file, counts in lines.items():
			if part_of(file) == name:
				row[0] += len(counts)
				row[1] += sum(c > 0 for c in counts.values())
		for (file, _), (_, count) in functions.items():
			if part_of(file) == name:
				row[2] += 1
				row[3] += count > 0
		row = sums if name == "all" else row
		sums = [a + b for a, b in zip(sums, row)] if name != "all" else sums
		print(f"{name:<24}{row[0]:>8}{percent(row[1], row[0]):>9}{row[2]:>11}{percent(row[3], row[2]):>9}")
	never = sorted((file, line, name) for (file, name), (line, count) in functions.items() if not count)
	told = [x for x in never if x[0] in known or x[2] in known]
	print(f"\nfunctions that no fast test reaches, for a reason ({sys.argv[2]}): {len(told)}")
	print(f"and without one: {len(never) - len(told)}")
	for file, line, name in never:
		if (file, line, name) not in told:
			print(f"  {file}:{line}: {name}()")
	reached = {name for (_, name), (_, count) in functions.items() if count}
	for name in sorted(n for n in known if n in reached):
		print(f"coverage: {name} is in {sys.argv[2]}, and a test reaches it")


main()
