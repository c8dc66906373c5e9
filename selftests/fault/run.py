#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""run.py [-k STEP] [-j JOBS] [-n] WORK PROGRAM-FOLDER CASES...

Runs each command of the file CASES with the Nth call of each kind failing (fail_nth.c), for every
STEP-th N. The rule: what it prints and its exit status are those of the run without a fault, or the exit
status is one that says that something could not be done (2, 3, 4), and it was no signal and no sanitizer.
Prints TAP: a line for each command. -n: the programs have fail_nth.c in them, as those under ASAN.

A line of CASES is: a description, a tab, a command. {B} is the folder of programs, {W} that of inputs,
{O} an empty folder, which must be empty again if the command fails. "< FILE" at the end is standard input;
"| FILE" is a pipe from FILE. "[not KIND: REASON]" in the description leaves a kind out.
With {O} in it, SIGTERM comes at each write, close and rename, too: nothing may be left, or all of it."""
import argparse
import concurrent.futures
import os
import shlex
import shutil
import subprocess
import sys
import tempfile

KINDS = ("alloc", "read", "mmap", "open", "stat", "close", "write", "rename")
KILLS = ("write", "close", "rename")
ASAN_EXIT = 99


class Case:
	def __init__(self, line, opts):
		self.name, command = line.split("\t", 1)
		self.not_kinds = [k for k in KINDS if f"[not {k}:" in self.name]
		self.stdin, self.pipe = None, None
		words = shlex.split(command)
		if len(words) > 2 and words[-2] in "<|":
			file = words[-1].format(W=opts.work, B=opts.programs, O="")
			if words[-2] == "<":
				self.stdin = file
			else:
				self.pipe = open(file, "rb").read()
			words = words[:-2]
		self.words = words
		self.opts = opts
		self.makes_file = "{O}" in command

	def run(self, kind, at, count=None, kill=False):
		"""Standard output, exit status, what is left in the output folder."""
		folder = tempfile.mkdtemp(dir=self.opts.work)
		env = dict(os.environ, FAIL_WHAT=kind, FAIL_AT=str(at), LC_ALL="C.UTF-8", TMPDIR=folder,
			   ASAN_OPTIONS=f"exitcode={ASAN_EXIT}:detect_leaks=0:allocator_may_return_null=1",
			   UBSAN_OPTIONS=f"exitcode={ASAN_EXIT}:halt_on_error=1")
		if not self.opts.inside:
			env["LD_PRELOAD"] = self.opts.preload
		if count:
			env["FAIL_COUNT"] = count
		if kill:
			env["FAIL_KILL"] = "1"
		words = [w.format(W=self.opts.work, B=self.opts.programs, O=folder) for w in self.words]
		stdin = open(self.stdin, "rb") if self.stdin else None
		try:
			p = subprocess.run(words, env=env, stdin=stdin if self.stdin else None if self.pipe else
					   subprocess.DEVNULL, input=self.pipe, stdout=subprocess.PIPE,
					   stderr=subprocess.PIPE, timeout=60)
			out, err, status = p.stdout, p.stderr, p.returncode
		except subprocess.TimeoutExpired:
			out, err, status = b"", b"no end", -1
		finally:
			if stdin:
				stdin.close()
		left = sorted((f, os.path.getsize(os.path.join(folder, f))) for f in os.listdir(folder))
		shutil.rmtree(folder)
		out = out.replace(folder.encode(), b"FOLDER")
		return out, err, status, left

	def counts(self):
		file = tempfile.mktemp(dir=self.opts.work)
		base = self.run("alloc", 0, file)
		nr = dict(line.split() for line in open(file))
		os.unlink(file)
		return base, {k: int(v) for k, v in nr.items()}

	def verdict(self, base, got):
		out, err, status, left = got
		if status < 0:
			return f"signal {-status}"
		if status == ASAN_EXIT or b"Sanitizer" in err or b"runtime error" in err:
			return "sanitizer: " + err.decode(errors="replace")[:1500]
		if status == base[2] and out == base[0] and left == base[3]:
			return None
		if status not in (2, 3, 4):
			return f"exit status {status}, output differs; {err.decode(errors='replace')[:200]}"
		if left and left != base[3]:
			return f"exit status {status}, and it left {left}"
		return None

	def check(self):
		"""Broken rules, and how many runs there were of each kind."""
		base, nr = self.counts()
		bad, runs = [], {}
		if base[2] < 0 or base[2] in (2, 3, 4, ASAN_EXIT):
			return [f"without a fault: exit status {base[2]}: {base[1][:300]}"], {}, nr
		for kind in KINDS:
			if kind in self.not_kinds or self.opts.kinds and kind not in self.opts.kinds:
				continue
			ats = range(1 + self.opts.offset % self.opts.step, nr[kind] + 1, self.opts.step)
			runs[kind] = len(ats)
			for at in ats:
				why = self.verdict(base, self.run(kind, at))
				if why:
					bad.append(f"{kind} {at}: {why}")
		for kind in KILLS if self.makes_file else ():
			runs[f"SIGTERM at {kind}"] = nr[kind]
			for at in range(1, nr[kind] + 1):
				_, _, status, left = self.run(kind, at, kill=True)
				if status != -15 or left and left != base[3]:
					bad.append(f"SIGTERM at {kind} {at}: exit status {status}, and it left {left}")
		return bad, runs, nr


def main():
	p = argparse.ArgumentParser()
	p.add_argument("-k", dest="step", type=int, default=1)
	p.add_argument("-o", dest="offset", type=int, default=0)
	p.add_argument("-j", dest="jobs", type=int, default=2)
	p.add_argument("-n", dest="inside", action="store_true")
	p.add_argument("-w", dest="kinds", action="append")
	p.add_argument("--only")
	p.add_argument("work")
	p.add_argument("programs")
	p.add_argument("cases", nargs="+")
	opts = p.parse_args()
	opts.preload = os.path.join(opts.work, "fail_nth.so")
	cases = [Case(line.rstrip("\n"), opts) for file in opts.cases for line in open(file)
		 if line.strip() and not line.startswith("#")]
	if opts.only:
		cases = [c for c in cases if opts.only in c.name]
	total, calls, failed = dict.fromkeys(KINDS, 0), dict.fromkeys(KINDS, 0), False
	with concurrent.futures.ThreadPoolExecutor(opts.jobs) as pool:
		for i, (case, (bad, runs, nr)) in enumerate(zip(cases, pool.map(Case.check, cases)), 1):
			for kind in runs.keys() & nr.keys():
				total[kind] += runs[kind]
				calls[kind] += nr[kind]
			what = ", ".join(f"{n} {k}" for k, n in runs.items() if n)
			print(f"{'not ' if bad else ''}ok {i} - {case.name}: a failure of {what}")
			failed |= bool(bad)
			for line in bad[:12]:
				print("# " + line.replace("\n", "\n# "))
			if len(bad) > 12:
				print(f"# and {len(bad) - 12} more")
			sys.stdout.flush()
	print("# " + ", ".join(f"{k}: {total[k]} of {calls[k]} calls" for k in KINDS if calls[k]))
	print(f"# {len(cases)} commands, {sum(total.values())} runs with a fault")
	print(f"1..{len(cases)}")
	return failed


sys.exit(main())
