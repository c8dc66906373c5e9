#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""report.py shape PAGE: what a report must be, whatever is in the image; prints what is wrong.
report.py rows PAGE: the cells of its tables, a line for each row, with "|" between; rows that are data, too.
report.py damage FROM TO: copy an image, with markup for all names that kstate-dump list shows of it."""

import base64
import hashlib
import html.parser
import json
import re
import sys

ELEMENTS = {
    "html": {"lang"}, "head": set(), "meta": {"charset", "http-equiv", "content", "name"}, "title": set(),
    "style": set(), "body": set(), "h1": set(), "h2": {"id"}, "h3": set(), "p": {"class", "hidden", "data-rows"}, "br": set(),
    "small": set(), "strong": set(), "nav": set(), "main": set(), "a": {"href"}, "script": {"type", "id"},
    "div": {"class"}, "table": {"id", "class"}, "thead": set(), "tbody": set(), "tr": set(),
    "th": {"scope", "class"}, "td": {"class"}, "label": set(), "input": {"type", "autocomplete"},
    "output": set(), "ul": {"class"}, "li": set(), "details": set(), "summary": set(), "figure": set(),
    "figcaption": set(), "svg": {"class", "viewbox", "role", "width", "height", "aria-hidden"},
    "rect": {"x", "y", "width", "height", "class", "opacity"}, "text": {"x", "y"},
}
EMPTY = {"meta", "br", "input"}


class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.wrong, self.open, self.meta, self.rows, self.row = [], [], {}, [], None
        self.code, self.data = {"style": [], "script": []}, []
        self.feed(text)
        self.close()
        if self.open:
            self.wrong.append(f"not closed: {self.open}")

    def handle_starttag(self, tag, attrs):
        if tag not in ELEMENTS:
            self.wrong.append(f"element {tag}")
            return
        for name, value in attrs:
            if name not in ELEMENTS[tag]:
                self.wrong.append(f"{tag} has {name}")
            if name == "href" and not value.startswith("#"):
                self.wrong.append(f"link to {value}")
        if tag == "meta":
            attrs = dict(attrs)
            self.meta[attrs.get("http-equiv", attrs.get("name", ""))] = attrs.get("content")
        if tag == "script":
            self.is_data = dict(attrs).get("type") == "application/json"
        if tag in ("style", "script") and not (tag == "script" and self.is_data):
            self.code[tag].append("")
        if tag == "tr":
            self.row = []
        if tag in ("td", "th") and self.row is not None:
            self.row.append("")
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.wrong.append(f"</{tag}> in {self.open[-3:]}")
        else:
            self.open.pop()
        if tag == "tr" and self.row is not None:
            self.rows.append(self.row)
            self.row = None

    def handle_data(self, data):
        where = self.open[-1] if self.open else ""
        if where == "script" and self.is_data:
            self.data.append(data)
        elif where in self.code:
            self.code[where][-1] += data
        elif self.row:
            self.row[-1] += data

    def handle_comment(self, data):
        self.wrong.append(f"comment {data}")


def digest(text):
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def shape(page):
    wrong = list(page.wrong)
    for tag, count in (("style", 1), ("script", 1)):
        if len(page.code[tag]) != count:
            wrong.append(f"{len(page.code[tag])} of {tag}")
    policy = (f"default-src 'none'; style-src {digest(page.code['style'][0])}; "
              f"script-src {digest(page.code['script'][0])}; base-uri 'none'; form-action 'none'")
    if page.meta.get("Content-Security-Policy") != policy:
        wrong.append("the policy is not that of this style and this script")
    for text in page.code["style"] + page.code["script"]:
        if re.search(r"https?:|@import|url\(|fetch|XMLHttp|innerHTML|eval", text):
            wrong.append("style or script asks for something else, or makes markup")
    return wrong


def damage(source, target, document):
    """Names of the same length that are markup: no length and no offset changes."""
    data = open(source, "rb").read()
    markup = b"<b>\"'&</td></script><img src=x onerror=x>"
    names = set()

    def collect(node):
        if isinstance(node, dict):
            for value in node.values():
                collect(value)
        elif isinstance(node, list):
            for value in node:
                collect(value)
        elif isinstance(node, str) and len(node) >= 4 and not re.fullmatch(r"0x[0-9a-f]+|-?[0-9]+", node):
            names.add(node.split("@")[0])

    collect(json.load(open(document))["result"])
    for name in sorted(names, key=len, reverse=True):
        # What the format is told by stays.
        if re.search(r"-v[0-9]+$|^(out|in|file|LUO|kstate|test)$", name):
            continue
        data = data.replace(name.encode() + b"\0", (markup * 4)[:len(name)] + b"\0")
    open(target, "wb").write(data)


def main():
    what, args = sys.argv[1], sys.argv[2:]
    if what == "damage":
        damage(*args)
        return
    page = Page(open(args[0], encoding="utf-8").read())
    if what == "shape":
        print("\n".join(shape(page)), end="")
        return
    for row in page.rows + [row for text in page.data for row in json.loads(text)]:
        print("|".join(row))


main()
