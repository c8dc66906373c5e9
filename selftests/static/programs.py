#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""programs.py SCRIPT...: the programs that shell scripts call, a line "SCRIPT:LINE PROGRAM" each.

Not listed are keywords, builtins, functions of any of the scripts, files that are named by a
folder, and what only a variable names. A program that another one runs (xargs, timeout, check)
is found as well, and so is what `sh -c '...'` and a substitution hold.
"""

import bisect
import re
import subprocess
import sys

# What runs the command that follows, and how many of its arguments come before that.
OURS = {"as_root": 0, "check": 1, "check_status": 2, "private_apt": 0, "restored": 1}
RUNNERS = {
    "builtin": 0, "exec": 0, "env": 0, "nice": 0, "nohup": 0, "setsid": 0, "sudo": 0, "xargs": 0, "unshare": 0,
    "timeout": 1, "taskset": 1, "chroot": 1, **OURS,
}
# Options of those that take a word of their own.
WITH_VALUE = {"nice": ["-n"], "timeout": ["-k", "-s"], "env": ["-u"], "xargs": ["-n", "-P", "-I", "-d"]}
SHELLS = ("sh", "bash", "dash")
# Keywords after which a command begins.
OPENERS = {"if", "then", "elif", "else", "do", "while", "until", "!", "{", "time"}
ASSIGNMENT = re.compile(r"[A-Za-z_]\w*(\[[^]]*\])?\+?=")
META = " \t\n;&|()<>"
PLAIN = re.compile(r"[^ \t\n;&|()<>\\'\"$`]+")
PLAIN_QUOTED = re.compile(r'[^\\"$`]+')
REDIRECTION = re.compile(r"\d*(<<<|<<-?|<>|>>|>\||[<>]&|[<>](?!\()|&>>?)")


class Parser:
    """Finds the simple commands of a script: lists of words, None for a word that is made at run time."""

    def __init__(self, text, line=1):
        self.text = text
        self.at = 0
        self.first = line
        self.ends = [m.start() for m in re.finditer("\n", text)]
        self.commands = []
        self.functions = set()
        self.heredocs = []

    def line(self):
        return self.first + bisect.bisect_left(self.ends, self.at)

    def peek(self, string):
        return self.text.startswith(string, self.at)

    def single_quoted(self):
        end = self.text.index("'", self.at + 1)
        value = self.text[self.at + 1 : end]
        self.at = end + 1
        return value

    def double_quoted(self):
        value, self.at = "", self.at + 1
        while not self.peek('"'):
            if self.peek("\\"):
                value = self.add(value, self.text[self.at + 1])
                self.at += 2
            elif self.text[self.at] in "$`":
                value = self.add(value, self.expansion())
            else:
                value = self.add(value, self.run(PLAIN_QUOTED))
        self.at += 1
        return value

    def run(self, pattern):
        match = pattern.match(self.text, self.at)
        self.at = match.end()
        return match.group()

    @staticmethod
    def add(value, more):
        return None if value is None or more is None else value + more

    def expansion(self):
        """What begins with a dollar sign or a back quote: None, or the sign where nothing is expanded."""
        if self.peek("`"):
            raise ValueError("a back quote: use $(...)")
        if self.peek("$(("):
            self.skip_pairs("$((", "))")
        elif self.peek("$("):
            self.at += 2
            self.script(")")
        elif self.peek("${"):
            self.braces()
        elif self.peek("$'"):
            self.at += 1
            return self.single_quoted()
        else:
            match = re.compile(r"\$(\w+|[@*#?$!-])").match(self.text, self.at)
            if not match:
                self.at += 1
                return "$"
            self.at = match.end()
        return None

    def braces(self):
        self.at += 2
        while not self.peek("}"):
            if self.peek("\\"):
                self.at += 2
            elif self.peek('"'):
                self.double_quoted()
            elif self.text[self.at] in "$`":
                self.expansion()
            else:
                self.at += 1
        self.at += 1

    def skip_pairs(self, opening, closing):
        """Arithmetic, with what is substituted in it."""
        self.at += len(opening)
        depth = 0
        while depth or not self.peek(closing):
            if self.text[self.at] == "$" and not self.peek("$(("):
                self.expansion()
                continue
            depth += {"(": 1, ")": -1}.get(self.text[self.at], 0)
            self.at += 1
        self.at += len(closing)

    def word(self):
        value = ""
        while self.at < len(self.text) and self.text[self.at] not in META:
            if self.peek("\\"):
                value = self.add(value, self.text[self.at + 1].strip("\n"))
                self.at += 2
            elif self.peek("'"):
                value = self.add(value, self.single_quoted())
            elif self.peek('"'):
                value = self.add(value, self.double_quoted())
            elif self.text[self.at] in "$`":
                value = self.add(value, self.expansion())
            else:
                value = self.add(value, self.run(PLAIN))
        return value

    def blanks(self):
        while self.at < len(self.text) and (self.text[self.at] in " \t" or self.peek("\\\n")):
            self.at += 2 if self.peek("\\\n") else 1

    def redirection(self):
        """Whether there was one; process substitutions are words."""
        match = REDIRECTION.match(self.text, self.at)
        if not match:
            return False
        self.at = match.end()
        self.blanks()
        start = self.at
        if self.text[self.at] in "<>" or self.peek("&"):
            self.substituted()
            return True
        value = self.word()
        if match.group(1) in ("<<", "<<-"):
            raw = self.text[start : self.at]
            self.heredocs.append((raw.strip("'\"\\"), raw[0] in "'\"\\", match.group(1) == "<<-"))
        return value is None or True

    def substituted(self):
        """<(...) and >(...)"""
        self.at += 2
        self.script(")")

    def newline(self):
        self.at += 1
        for delimiter, quoted, tabs in self.heredocs:
            body = ""
            line = self.line()
            while self.at < len(self.text):
                end = self.text.find("\n", self.at)
                end = len(self.text) if end < 0 else end
                here, self.at = self.text[self.at : end], end + 1
                if (here.lstrip("\t") if tabs else here) == delimiter:
                    break
                body += here + "\n"
            if not quoted:
                inner = Parser(body.replace('"', '\\"') + '"', line)
                inner.at = -1
                inner.double_quoted()
                self.commands += inner.commands
        self.heredocs = []

    def array(self):
        """NAME=( was read up to the parenthesis."""
        self.at += 1
        while not self.peek(")"):
            if self.text[self.at] in " \t\n":
                self.at += 1
            elif self.peek("#"):
                self.at = self.text.index("\n", self.at)
            elif self.peek("<("):
                self.substituted()
            else:
                self.word()
        self.at += 1

    def pattern(self):
        """A pattern of case, up to its parenthesis; whether there was one, and not esac."""
        while True:
            while self.text[self.at] in " \t\n(|":
                self.at += 1
            if self.peek("#"):
                self.at = self.text.index("\n", self.at)
            elif self.peek(")"):
                self.at += 1
                return True
            elif self.word() == "esac":
                return False

    def script(self, closing=None):
        """Commands up to the end, or to a closing parenthesis."""
        cases, words, start, brackets = [], [], 0, False
        depth = 0

        def end():
            nonlocal words
            if words:
                self.commands.append((start, words))
            words = []

        while True:
            self.blanks()
            if self.at >= len(self.text):
                end()
                return
            c = self.text[self.at]
            if brackets and c in "()&|<>":
                self.at += 1
            elif c == "\n":
                end()
                self.newline()
            elif c == "#":
                self.at = (self.text + "\n").index("\n", self.at)
            elif self.redirection():
                pass
            elif self.peek(";;"):
                end()
                self.at += 2
                if not self.pattern():
                    cases.pop()
            elif c in ";&|":
                end()
                self.at += 1
            elif self.peek("((") and not words:
                self.skip_pairs("((", "))")
            elif c == "(":
                self.at += 1
                self.blanks()
                if words and self.peek(")"):
                    self.functions.add(words.pop())
                    self.at += 1
                else:
                    depth += 1
                end()
            elif c == ")":
                end()
                self.at += 1
                if not depth and closing:
                    return
                depth -= 1
            elif self.peek("<(") or self.peek(">("):
                self.substituted()
                words.append(None)
            else:
                begin = self.at
                if not words:
                    start = self.line()
                value = self.word()
                raw = self.text[begin : self.at]
                assigned = ASSIGNMENT.match(raw)
                if assigned and self.peek("("):
                    self.array()
                if not words and assigned:
                    continue
                if not words and raw == "[[":
                    brackets = True
                brackets = brackets and raw != "]]"
                if not words and raw in OPENERS:
                    continue
                if not words and raw == "coproc":
                    self.blanks()
                    name = re.compile(r"[A-Z]+ +(?={)").match(self.text, self.at)
                    self.at = name.end() if name else self.at
                    continue
                if words and words[0] == "case" and raw == "in":
                    words = []
                    cases.append(True)
                    if not self.pattern():
                        cases.pop()
                    continue
                if not words and raw == "esac" and cases:
                    cases.pop()
                words.append(value)


def programs(line, words):
    """What a simple command runs: its program, and what that runs."""
    if not words or words[0] is None:
        return
    name, rest = words[0], words[1:]
    if name in ("command", "exec", "type") and rest and (rest[0] or "-").startswith("-"):
        return
    yield line, name
    if name in SHELLS and rest and re.match(r"-\w*c$", rest[0] or ""):
        if len(rest) > 1 and rest[1]:
            yield from found(rest[1], line)[0]
        return
    if name == "find":
        for option in ("-exec", "-execdir"):
            if option in rest:
                yield from programs(line, rest[rest.index(option) + 1 :])
    if name not in RUNNERS:
        return
    while name not in OURS and rest and rest[0] and (rest[0].startswith("-") or (name == "env" and "=" in rest[0])):
        rest = rest[2 if rest[0] in WITH_VALUE.get(name, []) else 1 :]
    yield from programs(line, rest[RUNNERS[name] :])


def found(text, line=1):
    parser = Parser(text, line)
    parser.script()
    return [p for command in parser.commands for p in programs(*command)], parser.functions


def sourced(file, texts, seen):
    """The files whose functions a script has: those that its comments for shellcheck name, and theirs."""
    names = re.findall(r"# shellcheck source=(\S+)", texts.get(file, ""))
    if file.startswith("selftests/vm/"):
        names += ["selftests/vm/tap.sh", "selftests/vm/guest.sh"]
    for name in [file] + names:
        if name in texts and name not in seen:
            seen.add(name)
            sourced(name, texts, seen)
    return seen


def main(files):
    listed = subprocess.run(["bash", "-c", "compgen -bk"], stdout=subprocess.PIPE, check=True, text=True)
    builtins = set(listed.stdout.split())
    texts, calls, functions = {}, {}, {}
    for file in files:
        with open(file, encoding="utf-8") as script:
            texts[file] = script.read()
        try:
            calls[file], functions[file] = found(texts[file])
        except (ValueError, IndexError) as error:
            sys.exit("%s: cannot be parsed: %s" % (file, error))
    for file in files:
        known = builtins.union(*(functions[name] for name in sourced(file, texts, set())))
        for line, name in calls[file]:
            if name.startswith(("/usr/bin/", "/bin/")):
                print("%s:%d %s" % (file, line, name.rsplit("/", 1)[1]))
            elif name not in known and "/" not in name:
                print("%s:%d %s" % (file, line, name))


main(sys.argv[1:])
