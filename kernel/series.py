#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""Make of the overlay the patches that one sends: kernel/series/README has the form of what is read here.

usage: kernel/series.py [--fixes] -o FOLDER TREE
       kernel/series.py --check
       kernel/series.py --files NUMBER

Without --fixes: the series of kstate, as kernel/series/ orders it. With it: the fixes of KHO, those of
kernel/fixes/. TREE is a kernel tree without the overlay; it is only read. FOLDER gets the patches and a
cover letter, as git format-patch writes them, and nothing else may be in it.

  --check  whether each file, patch and option of the overlay is in one patch, and in one only
  --files  print what the patch of that number adds

Author and Signed-off-by are those of `git config`, dates are SOURCE_DATE_EPOCH's or those of this checkout's
last commit: the same input gives the same patches. KSTATE_OVERLAY names another overlay.

Exit status: 0 done; 1 --check: a file is in no patch, or in several; 2 the series cannot be made; 3 usage
"""

import fnmatch
import os
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap

HERE = os.path.dirname(os.path.abspath(__file__))
OVERLAY = os.environ.get("KSTATE_OVERLAY", HERE)
FOLDERS = ("include", "kernel", "lib", "samples", "scripts", "Documentation")
KCONFIG, MAKEFILE = "kernel/liveupdate/Kconfig.kstate", "kernel/liveupdate/Makefile.kstate"
GROWING = (KCONFIG, MAKEFILE)
KEYS = ("Subject", "Files", "Patches", "Options", "Maintainers")
WIDTH = 72


class Failed(Exception):
    """The series cannot be made; the text says why."""


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


# --- What there is ------------------------------------------------------------


def overlay_files():
    """Files of the overlay, as kernel/overlay.sh copies them."""
    found = []
    for folder in FOLDERS:
        for at, _, names in os.walk(os.path.join(OVERLAY, folder)):
            found += [os.path.relpath(os.path.join(at, name), OVERLAY) for name in names
                      if not name.endswith(("~", ".orig", ".rej")) and not name.startswith(".")]
    return sorted(found)


def patches_in(folder):
    if not os.path.isdir(folder):
        return []
    return sorted(name for name in os.listdir(folder) if name.endswith(".patch"))


def release_of(tree):
    """As in "7.2"."""
    return ".".join(re.findall(r"^(?:VERSION|PATCHLEVEL) = (\d+)$", read(os.path.join(tree, "Makefile")), re.M))


def patch_for(tree, name):
    """The overlay's patch of that name for a tree: that of the tree's release, if there is one."""
    folder = os.path.join(OVERLAY, "patches")
    own = os.path.join(folder, release_of(tree), name)
    return own if os.path.exists(own) else os.path.join(folder, name)


def stray_patches():
    """Those of a release that take the place of none."""
    folder = os.path.join(OVERLAY, "patches")
    return [os.path.join(release, name) for release in sorted(os.listdir(folder))
            for name in patches_in(os.path.join(folder, release)) if name not in patches_in(folder)]


def message_of(text):
    """(subject, body) of a patch of kernel/patches or kernel/fixes."""
    head = text.split("\n---\n", 1)[0]
    subject, _, body = head.partition("\n\n")
    if not subject.startswith("Subject: "):
        raise Failed("a patch has no line 'Subject: ' at its start")
    return subject[len("Subject: "):], body


class Step:
    """One patch of the series: what it adds, and why."""

    def __init__(self, path):
        self.path = path
        self.keys = {key: [] for key in KEYS}
        head, _, self.body = read(path).partition("\n\n")
        for line in head.splitlines():
            key, colon, value = line.partition(": ")
            if not colon or key not in KEYS:
                raise Failed(f"{path}: '{line}' begins with none of: {', '.join(KEYS)}")
            self.keys[key] += [value] if key == "Subject" else value.split()
        if self.keys["Subject"]:
            self.subject = self.keys["Subject"][0]
        elif self.keys["Patches"]:
            patch = read(os.path.join(OVERLAY, "patches", self.patches()[0]))
            self.subject, self.body = message_of(patch)
        else:
            raise Failed(f"{path}: neither 'Subject: ' nor 'Patches: '")

    def patches(self):
        found = []
        for number in self.keys["Patches"]:
            names = [name for name in patches_in(os.path.join(OVERLAY, "patches"))
                     if name.startswith(number + "-")]
            if len(names) != 1:
                raise Failed(f"{self.path}: patches/ has {len(names)} patches {number}")
            found += names
        return found

    def files(self):
        return [path for path in overlay_files() if path not in GROWING and
                any(fnmatch.fnmatchcase(path, pattern) for pattern in self.keys["Files"])]


def steps():
    folder = os.path.join(OVERLAY, "series")
    return [Step(os.path.join(folder, name)) for name in sorted(os.listdir(folder))
            if re.match(r"\d\d-.*\.txt$", name)]


# --- Files that grow with the series --------------------------------------------


def options_of(text):
    """[(option or None, lines)] of a Kconfig file: what is before the first option, and each of them."""
    blocks = re.split(r"(?m)^(?=config )", text)
    return [(None, blocks[0])] + [(block.split()[1], block) for block in blocks[1:]]


def kconfig_with(options):
    blocks = options_of(read(os.path.join(OVERLAY, KCONFIG)))
    text = "".join(block for name, block in blocks if name is None or name in options)
    return text.rstrip("\n") + "\n"


def makefile_with(has, options):
    """The makefile, with the objects whose sources are there; built in once there is the option."""
    kept = []
    for line in read(os.path.join(OVERLAY, MAKEFILE)).split("\n"):
        objects = re.findall(r"\bkstate_\w+\.o\b", line)
        here = [name for name in objects if has("kernel/liveupdate/" + name[:-2] + ".c")]
        if line.startswith("obj-") and "KSTATE" not in options:
            continue
        if objects and not here:
            if not line.endswith("\\") and kept[-1].endswith("\\"):
                kept[-1] = kept[-1].rstrip("\\").rstrip()
            continue
        for name in set(objects) - set(here):
            line = line.replace(" " + name, "")
        kept.append(line)
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(kept))
    return text.rstrip("\n") + "\n"


def maintainers_entry(who):
    entry = read(os.path.join(OVERLAY, "series", "MAINTAINERS"))
    return entry.replace("@WHO@", who)


def maintainers_with(text, entry):
    """Put an entry where its title belongs."""
    title = entry.split("\n", 1)[0]
    start = text.index("Maintainers List")
    for found in re.finditer(r"(?m)(?<=\n\n)[^\s].*(?=\n[A-Z]:\t)", text):
        if found.start() > start and found.group() > title:
            return text[:found.start()] + entry.rstrip("\n") + "\n\n" + text[found.start():]
    raise Failed("MAINTAINERS has no entry behind which the new one belongs")


# --- Whether all of it is in the series -----------------------------------------


def covered_by_maintainers(path):
    for pattern in re.findall(r"(?m)^F:\t(.*)$", maintainers_entry("")):
        if pattern.endswith("/") and path.startswith(pattern) or \
                fnmatch.fnmatchcase(path, pattern) and path.count("/") == pattern.count("/"):
            return True
    return False


def check():
    said, times = [f"patches/{path} takes the place of none" for path in stray_patches()], {}
    for step in steps():
        name = os.path.basename(step.path)
        for pattern in step.keys["Files"]:
            if not fnmatch.filter(overlay_files(), pattern):
                said.append(f"{name}: no file of the overlay is {pattern}")
        for item in step.files() + step.patches() + step.keys["Options"]:
            times.setdefault(item, []).append(name)
    wanted = [path for path in overlay_files() if path not in GROWING]
    wanted += patches_in(os.path.join(OVERLAY, "patches"))
    if os.path.exists(os.path.join(OVERLAY, KCONFIG)):
        wanted += [name for name, _ in options_of(read(os.path.join(OVERLAY, KCONFIG))) if name]
    for item in wanted:
        where = times.pop(item, [])
        if not where:
            said.append(f"{item} is in no patch: say in which, in kernel/series/")
        elif len(where) > 1:
            said.append(f"{item} is in {len(where)} patches: {', '.join(where)}")
    said += [f"{', '.join(where)}: {item} is not in the overlay" for item, where in times.items()]
    if os.path.exists(os.path.join(OVERLAY, "series", "MAINTAINERS")):
        said += [f"{path}: no F: line of kernel/series/MAINTAINERS has it"
                 for path in overlay_files() if not covered_by_maintainers(path)]
    for line in said:
        print(line)
    return 1 if said else 0


# --- Commits, and patches of them ------------------------------------------------


def wrapped(body):
    """Paragraphs in lines that mails can take; lists and tables as they are."""
    done = []
    for part in body.strip("\n").split("\n\n"):
        if re.search(r"(?m)^(\s|[-*|])", part):
            done.append(part)
        else:
            done.append(textwrap.fill(" ".join(part.split("\n")), WIDTH, break_long_words=False,
                                      break_on_hyphens=False))
    return "\n\n".join(done)


def config(key):
    said = subprocess.run(["git", "-C", HERE, "config", key], capture_output=True, text=True, check=False)
    value = said.stdout.strip()
    if not value:
        raise Failed(f"git knows no {key}, and each patch is signed off by somebody\n"
                     f"git config --global {key} '...', and run it again")
    return value


def date():
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        said = subprocess.run(["git", "-C", HERE, "log", "-1", "--format=%ct"],
                              capture_output=True, text=True, check=False)
        epoch = said.stdout.strip()
    if not epoch.isdigit():
        raise Failed("this is no checkout of git, which would have a date: set SOURCE_DATE_EPOCH")
    return f"@{epoch} +0000"


class Repository:
    """A repository for the files that patches touch: what is left of a kernel tree when that is enough."""

    def __init__(self, work, tree):
        self.work, self.tree = work, tree
        self.name, self.email = config("user.name"), config("user.email")
        self.env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        self.env.update(GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_NOSYSTEM="1", LC_ALL="C", TZ="UTC",
                        GIT_AUTHOR_NAME=self.name, GIT_AUTHOR_EMAIL=self.email, GIT_AUTHOR_DATE=date(),
                        GIT_COMMITTER_NAME=self.name, GIT_COMMITTER_EMAIL=self.email,
                        GIT_COMMITTER_DATE=date())
        self.git("init", "-q", "-b", "series")

    def git(self, *args, **kwargs):
        done = subprocess.run(["git", "-c", "core.hooksPath=/dev/null", *args], cwd=self.work, env=self.env,
                              capture_output=True, text=True, check=False, **kwargs)
        if done.returncode:
            raise Failed(f"git {args[0]} fails: {done.stderr.strip()}")
        return done.stdout

    def path(self, name):
        return os.path.join(self.work, name)

    def take(self, paths):
        """Copy files of the tree, as they are before the series."""
        for path in sorted(paths):
            if os.path.exists(os.path.join(self.tree, path)):
                os.makedirs(os.path.dirname(self.path(path)) or ".", exist_ok=True)
                shutil.copy(os.path.join(self.tree, path), self.path(path))
        self.git("add", "-A", "-f")
        self.git("commit", "-q", "--allow-empty", "-m", "base")

    def patch(self, path, *options):
        return subprocess.run(["patch", "-p1", "-f", "-F1", "--no-backup-if-mismatch", "-r", "-", "-i", path,
                               *options], cwd=self.work, env=self.env, capture_output=True, text=True,
                              check=False)

    def apply(self, path):
        """False if the tree has the patch already."""
        if self.patch(path, "-R", "--dry-run").returncode == 0:
            return False
        done = self.patch(path)
        if done.returncode:
            raise Failed(f"{os.path.basename(path)} does not apply to {self.tree}:\n{done.stdout.strip()}")
        return True

    def commit(self, subject, body):
        self.git("add", "-A", "-f")
        if not self.git("status", "--porcelain"):
            return
        message = f"{subject}\n\n{wrapped(body)}\n\nSigned-off-by: {self.name} <{self.email}>\n"
        self.git("commit", "-q", "-F", "-", "--cleanup=verbatim", input=message)

    def format(self, out, cover):
        subject, _, body = cover.partition("\n\n")
        self.git("config", "branch.series.description", f"{subject}\n\n{wrapped(body)}\n")
        self.git("format-patch", "-q", "--zero-commit", "--no-signature", "--abbrev=12", "--cover-letter",
                 "--cover-from-description=subject", "-o", out, "--root", "HEAD", "^HEAD~" + str(self.count()))

    def count(self):
        return int(self.git("rev-list", "--count", "HEAD")) - 1


def patched_paths(paths):
    found = set()
    for path in paths:
        found.update(line[6:].split("\t")[0].strip() for line in read(path).splitlines()
                     if re.match(r"(--- a/|\+\+\+ b/)", line))
    return found


def make_kstate(repository):
    names = patches_in(os.path.join(OVERLAY, "patches"))
    repository.take(patched_paths(patch_for(repository.tree, name) for name in names) | {"MAINTAINERS"})
    options = set()
    for step in steps():
        for path in step.files():
            write(repository.path(path), read(os.path.join(OVERLAY, path)))
        for name in step.patches():
            if not repository.apply(patch_for(repository.tree, name)):
                print(f"series: {name} is in the tree already", file=sys.stderr)
        options.update(step.keys["Options"])
        if options:
            write(repository.path(KCONFIG), kconfig_with(options))
        if any(path.startswith("kernel/liveupdate/") and path.endswith(".c") for path in step.files()) or \
                step.keys["Options"]:
            write(repository.path(MAKEFILE), makefile_with(lambda path: os.path.exists(repository.path(path)),
                                                           options))
        if step.keys["Maintainers"]:
            entry = maintainers_entry(f"{repository.name} <{repository.email}>")
            write(repository.path("MAINTAINERS"), maintainers_with(read(repository.path("MAINTAINERS")), entry))
        repository.commit(step.subject, step.body)
    return read(os.path.join(OVERLAY, "series", "cover.txt"))


def make_fixes(repository):
    folder = os.path.join(OVERLAY, "fixes")
    paths = [os.path.join(folder, name) for name in patches_in(folder)]
    repository.take(patched_paths(paths))
    for path in paths:
        repository.apply(path)
        repository.commit(*message_of(read(path)))
    return read(os.path.join(folder, "cover.txt"))


def make(out, tree, fixes):
    if not os.path.isfile(os.path.join(tree, "Makefile")) or not os.path.isdir(os.path.join(tree, "kernel")):
        raise Failed(f"{tree} is no kernel source tree (no Makefile, or no kernel/)")
    if os.path.isdir(os.path.join(tree, ".kstate-overlay")):
        raise Failed(f"{tree} has the overlay: kernel/overlay.sh --revert {tree} takes it out")
    if os.path.isdir(out) and any(not name.endswith(".patch") for name in os.listdir(out)):
        raise Failed(f"{out} holds something else than patches, and nothing of it was touched")
    with tempfile.TemporaryDirectory() as work:
        repository = Repository(work, os.path.abspath(tree))
        cover = make_fixes(repository) if fixes else make_kstate(repository)
        shutil.rmtree(out, ignore_errors=True)
        repository.format(os.path.abspath(out), cover)


def main(args):
    try:
        if args == ["--check"]:
            return check()
        if len(args) == 2 and args[0] == "--files":
            print("\n".join(path for step in steps() for path in step.files()
                            if os.path.basename(step.path).startswith(args[1] + "-")))
            return 0
        fixes = args[:1] == ["--fixes"]
        if len(args) == 3 + fixes and args[fixes] == "-o":
            make(args[1 + fixes], args[2 + fixes], fixes)
            return 0
    except (Failed, OSError) as error:
        print("series: " + str(error).replace("\n", "\nseries: "), file=sys.stderr)
        return 2
    print(__doc__, file=sys.stderr if args != ["--help"] else sys.stdout)
    return 0 if args == ["--help"] else 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
