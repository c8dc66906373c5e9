#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""test-fleet.py KSTATE_DUMP: figures of two hosts, one of them with a damaged image, all the way: written for the
textfile collector, exported by node_exporter, scraped by Prometheus, an alert fires. TAP on standard output.

All runs on loopback. What must come is waited for; nothing else ends a wait but a deadline of two minutes.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

DEADLINE = 120
IMAGE = "selftests/data/live-update"
RULES = "packaging/prometheus/kstate.rules.yml"
DASHBOARD = "packaging/grafana/kstate.json"
count = 0
failed = False


def result(ok, text, why=""):
    global count, failed
    count += 1
    failed |= not ok
    print("%sok %d - %s" % ("" if ok else "not ", count, text))
    for line in [] if ok else str(why).splitlines()[:40]:
        print("# " + line)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def get(url):
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.read().decode()
    except (urllib.error.URLError, OSError):
        return ""


def wait_for(what, found):
    """Call found() until it returns something; that is what comes back, or None after the deadline."""
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        value = found()
        if value:
            return value
        time.sleep(0.1)
    print("# %s did not come within %d s" % (what, DEADLINE))
    return None


def damage(work):
    """A copy of the image in which half of kstate's blob is missing."""
    copy = os.path.join(work, "damaged")
    shutil.copytree(IMAGE, copy)
    blob = os.path.join(copy, "kstate/in/image")
    size = os.path.getsize(blob)
    os.chmod(blob, 0o600)
    with open(blob, "r+b") as f:
        f.truncate(size // 2)
    return copy


class Host:
    """A host: the collector's folder, and node_exporter on a port of its own."""

    def __init__(self, work, name, image, dump):
        self.folder = os.path.join(work, name)
        os.mkdir(self.folder)
        self.file = os.path.join(self.folder, "kstate.prom")
        self.run = subprocess.run([dump, "metrics", "-o", self.file, image], capture_output=True, text=True)
        self.port = free_port()
        self.process = subprocess.Popen(
            ["prometheus-node-exporter", "--web.listen-address=127.0.0.1:%d" % self.port,
             "--collector.disable-defaults", "--collector.textfile",
             "--collector.textfile.directory=" + self.folder],
            stdout=subprocess.DEVNULL, stderr=open(os.path.join(work, name + ".log"), "w"))

    def exported(self):
        text = get("http://127.0.0.1:%d/metrics" % self.port)
        return text if "node_textfile_scrape_error 0" in text else ""


def start_prometheus(work, hosts):
    # Alerts that wait for a quarter of an hour fire at once here.
    with open(RULES) as f, open(os.path.join(work, "rules.yml"), "w") as out:
        out.write(re.sub(r"(?m)^ *for: .*\n", "", f.read()))
    with open(os.path.join(work, "prometheus.yml"), "w") as out:
        out.write("global: {scrape_interval: 1s, evaluation_interval: 1s}\nrule_files: [rules.yml]\n"
                  "scrape_configs:\n- job_name: kstate\n  static_configs:\n  - targets: %s\n"
                  % json.dumps(["127.0.0.1:%d" % h.port for h in hosts]))
    port = free_port()
    process = subprocess.Popen(
        ["prometheus", "--config.file=" + os.path.join(work, "prometheus.yml"),
         "--storage.tsdb.path=" + os.path.join(work, "tsdb"), "--web.listen-address=127.0.0.1:%d" % port],
        stdout=subprocess.DEVNULL, stderr=open(os.path.join(work, "prometheus.log"), "w"))
    return process, "http://127.0.0.1:%d/api/v1/" % port


def query(api, what):
    text = get(api + "query?query=" + urllib.request.quote(what))
    return json.loads(text)["data"]["result"] if text else []


def firing(api, name):
    text = get(api + "alerts")
    alerts = json.loads(text)["data"]["alerts"] if text else []
    return [a for a in alerts if a["labels"]["alertname"] == name and a["state"] == "firing"]


def check_hosts(good, bad):
    result(good.run.returncode == 0, "figures are written", good.run.stderr)
    result(oct(os.stat(good.file).st_mode & 0o777) == "0o644", "the collector's user may read them")
    result(os.listdir(good.folder) == ["kstate.prom"], "and nothing is left beside them", os.listdir(good.folder))
    result(bad.run.returncode == 0, "those of a damaged image, too", bad.run.stderr)
    for host in good, bad:
        lint = subprocess.run(["promtool", "check", "metrics"], stdin=open(host.file), capture_output=True, text=True)
        result(lint.returncode == 0 and not lint.stderr, "promtool finds nothing to say", lint.stdout + lint.stderr)
    text = wait_for("node_exporter", good.exported) or ""
    for line in open(good.file).read().splitlines():
        if line.startswith("kho_subtrees{"):
            result(line in text, "node_exporter exports " + line, text)


def check_prometheus(api, good, bad):
    series = 'kho_subtrees{side="in",instance="127.0.0.1:%d"}' % good.port
    found = wait_for("a series", lambda: query(api, series)) or [{"value": [0, None]}]
    result(found[0]["value"][1] == "5", "Prometheus has the number of subtrees", found)
    alerts = wait_for("the alert", lambda: firing(api, "KstateDamaged")) or []
    result([a["labels"]["instance"] for a in alerts] == ["127.0.0.1:%d" % bad.port],
           "the host with the damaged image, and no other, has an alert", alerts)
    for alert in alerts:
        print("# firing: " + alert["annotations"]["summary"])
    check_dashboard(api)
    unknown = wait_for("the other alert", lambda: firing(api, "KstateNotKnown"))
    result(bool(unknown), "so has what could not be known", unknown)


def check_dashboard(api):
    with open(DASHBOARD) as f:
        panels = json.load(f)["panels"]
    bad, empty = [], []
    for expr in (t["expr"].replace("$instance", ".*") for p in panels for t in p["targets"]):
        text = get(api + "query?query=" + urllib.request.quote(expr))
        if not text or json.loads(text)["status"] != "success":
            bad.append(expr)
        elif not json.loads(text)["data"]["result"]:
            empty.append(expr)
    result(not bad, "Prometheus takes every query of the dashboard", bad)
    print("# no data here, shown as not known: " + "; ".join(empty))


def main():
    work = tempfile.mkdtemp()
    processes = []
    try:
        hosts = [Host(work, "good", IMAGE, sys.argv[1]), Host(work, "bad", damage(work), sys.argv[1])]
        processes = [h.process for h in hosts]
        check_hosts(*hosts)
        process, api = start_prometheus(work, hosts)
        processes.append(process)
        check_prometheus(api, *hosts)
    finally:
        for process in processes:
            process.terminate()
            process.wait()
        shutil.rmtree(work, ignore_errors=True)
    print("1..%d" % count)
    sys.exit(failed)


main()
