#!/usr/bin/env python3
"""Captures what another sentinel says and prints where it differs from redis-sentinel's golden text.

    Tests/Goldens/compare.py --sentinel PATH [--golden DIR] [--only replies|events]

Replies are compared exactly: shape, order of fields, text of errors. Events are compared as sets per phase and role (a `=` line
must be heard by every monitor of the role, a `?` line may be), their order by order.txt. Differences that are meant are listed in
accepted.txt. The exit code is 0 only if there is no other.
"""

import argparse
import difflib
import fnmatch
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "Clients"))

from events import capture_lives, order_violations, rendered  # noqa: E402
from replies import capture_replies  # noqa: E402

HERE = Path(__file__).resolve().parent


class Accepted:
    """accepted.txt: pairs of a glob for what was asked and the globs of lines that may go or come, with a reason."""

    def __init__(self, text: str):
        self.entries: list[dict] = []
        self.used: set[int] = set()
        reason = ""
        for number, line in enumerate(text.splitlines(), 1):
            if line.startswith("["):
                reason = line.strip("[]")
            elif line.startswith("for "):
                self.entries.append({"subject": line[4:], "reason": reason, "-": [], "+": []})
            elif line[:2] in ("- ", "+ "):
                self.entries[-1][line[0]].append(line[2:])
            elif line and not line.startswith("#"):
                raise SystemExit(f"accepted.txt:{number}: not understood: {line}")

    def reason(self, subject: str, sign: str, line: str) -> str | None:
        for entry in self.entries:
            if fnmatch.fnmatchcase(subject, entry["subject"]):
                if any(fnmatch.fnmatchcase(line.strip(), pattern) for pattern in entry[sign]):
                    return entry["reason"]
        return None


def parsed_replies(text: str) -> dict[tuple[str, int, str], list[str]]:
    found, section, number = {}, "", 0
    current: list[str] = []
    for line in text.splitlines():
        if line.startswith("["):
            section, number = line, 0
        elif line.startswith("> "):
            number += 1
            current = found.setdefault((section, number, line[2:]), [])
        elif line:
            current.append(line)
    return found


def parsed_events(text: str) -> dict[tuple[str, str], dict[str, str]]:
    found, phase, lines = {}, "", {}
    for line in text.splitlines():
        if line.startswith("["):
            phase = line
        elif line.endswith(":") and not line.startswith(" "):
            lines = found.setdefault((phase, line[:-1]), {})
        elif line.startswith(("  = ", "  ? ")):
            lines[line[4:]] = line[2]
    return found


class Report:
    def __init__(self, accepted: Accepted):
        self.accepted, self.differences, self.tolerated = accepted, 0, {}

    def add(self, place: str, subject: str, changes: list[tuple[str, str]]):
        reasons = [self.accepted.reason(subject, sign, line) for sign, line in changes]
        if all(reasons):
            for reason in reasons:
                self.tolerated.setdefault(reason, set()).add(subject)
            return
        self.differences += 1
        print(f"{place} {subject}")
        for (sign, line), reason in zip(changes, reasons):
            print(f"  {sign} {line}" + (f"    (accepted: {reason})" if reason else ""))


def compare_replies(golden: str, found: str, name: str, report: Report):
    before, after = parsed_replies(golden), parsed_replies(found)
    if before.keys() != after.keys():
        raise SystemExit(f"{name}: commands.txt has changed since the golden text was captured; run capture.py again")
    for key, expected in before.items():
        said = after[key]
        if expected == said:
            continue
        changes = []
        for kind, i, j, k, m in difflib.SequenceMatcher(None, expected, said, autojunk=False).get_opcodes():
            if kind != "equal":
                changes += [("-", line) for line in expected[i:j]] + [("+", line) for line in said[k:m]]
        section, _, command = key
        mark, _, rest = command.partition(" ")
        report.add(f"{name} {section}", rest if mark.startswith("@") else command, changes)


def compare_events(golden: str, found: str, report: Report):
    before, after = parsed_events(golden), parsed_events(found)
    for phase, role in dict.fromkeys([*before, *after]):
        expected, said = before.get((phase, role), {}), after.get((phase, role), {})
        for line, sign in expected.items():
            if sign == "=" and said.get(line) != "=":
                report.add(f"events {phase} {role}:", phase.strip("[]"), [("-", line)])
        for line in said:
            if line not in expected:
                report.add(f"events {phase} {role}:", phase.strip("[]"), [("+", line)])


def chains(text: str) -> list[list[str]]:
    return [[word.strip() for word in line.split("|")] for line in text.splitlines() if line and not line.startswith("#")]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sentinel", type=Path, required=True)
    parser.add_argument("--golden", type=Path, default=HERE / "redis-sentinel-7.0.15")
    parser.add_argument("--only", choices=["replies", "events"])
    options = parser.parse_args()
    report = Report(Accepted((HERE / "accepted.txt").read_text()))
    with tempfile.TemporaryDirectory(prefix="picket-goldens-") as scratch:
        if options.only != "events":
            for protocol, text in capture_replies(options.sentinel, Path(scratch) / "replies").items():
                name = f"replies-resp{protocol}.txt"
                compare_replies((options.golden / name).read_text(), text, f"RESP{protocol}", report)
        if options.only != "replies":
            lives = capture_lives(options.sentinel, Path(scratch) / "events", 1)
            compare_events((options.golden / "events.txt").read_text(), rendered(lives), report)
            for violation in order_violations(lives[0], chains((HERE / "order.txt").read_text())):
                report.differences += 1
                print(f"events, order: {violation}")
    for reason, subjects in report.tolerated.items():
        print(f"accepted ({len(subjects)}): {reason}")
    print(f"{report.differences} differences")
    sys.exit(1 if report.differences else 0)


if __name__ == "__main__":
    try:
        main()
    except (RuntimeError, TimeoutError) as error:
        raise SystemExit(f"compare.py: {error}") from None
