#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""test-browser.py BUILD: reports in a headless Chromium, by hand: make check-report.

The filter is used, a hostile page is opened, requests are counted; pictures and a PDF, for people to look at,
are left in BUILD/report/. How long a page of 100,000 sections takes is printed, and nothing depends on it."""

import base64
import json
import os
import subprocess
import sys
import time

B = sys.argv[1]
DUMP = f"{B}/kstate-dump"
OUT = f"{B}/report"
results = []


def check(what, good, why=""):
    results.append(good)
    print(f"{'ok' if good else 'not ok'} {len(results)} - {what}" + (f"\n# {why}" if not good else ""), flush=True)


class Browser:
    """Chromium's debugging protocol over pipes: messages end in a NUL."""

    def __init__(self):
        to_read, self.to = os.pipe()
        self.source, from_write = os.pipe()

        def pipes():
            # 3 and 4 are what the browser asks for; copies first, for the pipes may have these numbers.
            a, b = os.dup2(to_read, 100), os.dup2(from_write, 101)
            os.dup2(a, 3)
            os.dup2(b, 4)

        self.process = subprocess.Popen(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--hide-scrollbars",
             f"--user-data-dir={OUT}/profile", "about:blank"],
            preexec_fn=pipes, close_fds=False, stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(from_write)
        self.nr, self.rest, self.events, self.session = 0, b"", [], None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def message(self):
        while b"\0" not in self.rest:
            data = os.read(self.source, 1 << 20)
            if not data:
                raise EOFError("the browser is gone")
            self.rest += data
        text, self.rest = self.rest.split(b"\0", 1)
        return json.loads(text)

    def call(self, method, **params):
        self.nr += 1
        message = {"id": self.nr, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.message()
            if answer.get("id") == self.nr:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def wait(self, method):
        while True:
            for i, event in enumerate(self.events):
                if event.get("method") == method:
                    return self.events.pop(i)
            self.events.append(self.message())

    def open(self, page):
        self.events.clear()
        begin = time.monotonic()
        self.call("Page.navigate", url="file://" + os.path.abspath(page))
        self.wait("Page.loadEventFired")
        # Two frames: the page has been drawn.
        self.eval("new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))")
        return time.monotonic() - begin

    def eval(self, expression):
        answer = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        return answer["result"].get("value")

    def type(self, selector, text):
        self.eval(f"document.querySelector({json.dumps(selector)}).focus()")
        self.call("Input.insertText", text=text)

    def picture(self, name, width=1280, height=1600, **media):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia", **media)
        data = self.call("Page.captureScreenshot", format="png")["data"]
        with open(f"{OUT}/{name}.png", "wb") as f:
            f.write(base64.b64decode(data))
        self.call("Emulation.setEmulatedMedia")

    def requests(self):
        return [e["params"]["request"]["url"] for e in self.events if e.get("method") == "Network.requestWillBeSent"]

    def complaints(self):
        return [e["params"] for e in self.events if e.get("method") in
                ("Runtime.exceptionThrown", "Log.entryAdded", "Page.javascriptDialogOpening")]

    def close(self):
        self.session = None
        self.call("Browser.close")
        self.process.wait()


def report(name, image):
    page = f"{OUT}/{name}.html"
    subprocess.run([DUMP, "report", "-o", page, image], check=False)
    return page


def made(kind, *args):
    path = f"{OUT}/{kind}"
    subprocess.run([f"{B}/tests/mkimage", kind, path, *args], check=True)
    return path


def filter_of(table):
    """The input above a table that has a heading of this name."""
    return f"h2#{table} ~ .table input"


def test_many(browser):
    once = browser.open(report("few", made("many", "3")))
    print(f"# 3 sections: drawn after {once:.2f} s, {browser.open(f'{OUT}/few.html'):.2f} s when opened again")
    seconds = browser.open(report("many", made("many", "100000")))
    print(f"# 100,000 sections, {os.path.getsize(f'{OUT}/many.html') >> 20} MiB: drawn after {seconds:.2f} s")
    check("the first rows are in the page",
          browser.eval("document.querySelectorAll('h2#sections ~ .table tbody')[0].rows.length") == 500)
    begin = time.monotonic()
    browser.type(filter_of("sections"), "many@1869f")
    browser.eval("new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))")
    print(f"# the filter went through them in {time.monotonic() - begin:.2f} s")
    rows = browser.eval("Array.from(document.querySelectorAll('h2#sections ~ .table tbody')[0].rows, r => r.cells[0].textContent)")
    check("the filter finds a row that was data", rows == ["many@1869f"], rows)
    text = browser.eval("document.querySelector('h2#sections ~ .table output').textContent")
    check("and says how many it found", text == "1 of 100,000 rows", text)
    check("the page asks for itself alone", len(browser.requests()) == 1, browser.requests())
    check("nothing complains", not browser.complaints(), browser.complaints())


def test_pictures(browser):
    page = report("boot", "selftests/data/trace/boot")
    browser.open(page)
    browser.picture("light")
    browser.picture("dark", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    dark = "getComputedStyle(document.body).backgroundColor"
    light = browser.eval(dark)
    browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    check("a dark desktop has a dark page", browser.eval(dark) != light)
    browser.call("Emulation.setEmulatedMedia", media="print",
                 features=[{"name": "prefers-color-scheme", "value": "dark"}])
    check("and white paper", browser.eval(dark) == light)
    browser.call("Emulation.setEmulatedMedia")
    browser.picture("narrow", width=420)
    browser.open(report("memory", "selftests/data/kernels/7.0s-mid.core"))
    browser.picture("memory", height=2200)
    check("the map has colors", browser.eval(
        "new Set(Array.from(document.querySelectorAll('svg.map rect'), r => getComputedStyle(r).fill)).size") > 3)
    data = browser.call("Page.printToPDF", printBackground=True)["data"]
    with open(f"{OUT}/memory.pdf", "wb") as f:
        f.write(base64.b64decode(data))


def test_hostile(browser):
    core, target = "selftests/data/kernels/7.0s-mid.core", f"{OUT}/hostile.core"
    with open(f"{OUT}/list.json", "w") as f:
        subprocess.run([DUMP, "-j", "list", core], stdout=f, check=False)
    subprocess.run(["python3", "selftests/cli/report.py", "damage", core, target, f"{OUT}/list.json"], check=True)
    browser.open(report("hostile", target))
    check("markup in names makes no element", browser.eval("document.querySelectorAll('img, b').length") == 0)
    check("it is there as text", browser.eval("document.body.textContent.includes('<b>\"\\'&')"))
    check("no script of it runs, and nothing is asked for", len(browser.requests()) == 1 and not browser.complaints(),
          (browser.requests(), browser.complaints()))
    browser.eval("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.ran=1\">')")
    browser.eval("new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))")
    check("even if it were markup, the policy would stop it", browser.eval("window.ran === undefined")
          and any("Content Security Policy" in json.dumps(c) for c in browser.complaints()), browser.complaints())


def main():
    os.makedirs(OUT, exist_ok=True)
    browser = Browser()
    for test in (test_many, test_pictures, test_hostile):
        test(browser)
    browser.close()
    print(f"1..{len(results)}\n# pictures are in {OUT}: light, dark, narrow, memory; memory.pdf")
    return not all(results)


sys.exit(main())
