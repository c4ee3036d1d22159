"""The replies to commands.txt, as text."""

import hashlib
import re
import shlex
import time
from pathlib import Path

from deployment import Deployment, Monitor, free_port
from placeholders import VOLATILE_KEYS, Placeholders
from resp import Connection

COMMANDS = Path(__file__).parent / "commands.txt"

# How long a first answer may take, and how long is waited for another one to follow.
FIRST_SECONDS, NEXT_SECONDS = 0.3, 0.04


class Node:
    """One value of a reply: the line that introduces it and what is inside."""

    def __init__(self, head: str, children: list["Node"] | None = None, text: str | None = None):
        self.head, self.children, self.text = head, children or [], text

    def lines(self, indent: int = 0) -> list[str]:
        pad = "  " * indent
        if self.text is not None:
            first, *rest = self.text.split("\r\n") if "\r\n" in self.text else [self.text]
            return [f"{pad}{self.head} {quoted(first)}"] + [f"{pad}| {quoted(line)}" for line in rest]
        return [pad + self.head] + [line for child in self.children for line in child.lines(indent + 1)]

    def shape(self) -> "Node":
        """Without the text: what it is made of, equal neighbours once."""
        if self.text is not None:
            return Node(self.head)
        if self.head[0] in "+-:":
            return Node(self.head[0])
        children: list[Node] = []
        for child in (child.shape() for child in self.children):
            if not children or children[-1].lines() != child.lines():
                children.append(child)
        return Node(self.head[0], children)


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r") + '"'


def abridged(line: str) -> str:
    """A long error is prose: its beginning says which it is, a digest of the whole keeps the comparison exact."""
    if line[0] != "-" or len(line) <= 110 or line.startswith("-ERR unknown command"):
        return line
    digest = hashlib.sha256(line.encode()).hexdigest()[:12]
    return f"{line[:48]}… ({len(line)} characters, sha256 {digest})"


class Renderer:
    def __init__(self, raw: bytes, placeholders: Placeholders, command: str):
        self.raw, self.position, self.placeholders, self.command = raw, 0, placeholders, command.upper()

    def line(self) -> str:
        end = self.raw.index(b"\r\n", self.position)
        line = self.raw[self.position : end].decode(errors="backslashreplace")
        self.position = end + 2
        return line

    def node(self, volatile: bool = False) -> Node:
        line = self.line()
        kind, rest = line[0], line[1:]
        if kind in "$=" and rest != "-1":
            data = self.raw[self.position : self.position + int(rest)].decode(errors="backslashreplace")
            self.position += int(rest) + 2
            return Node(kind, text="<value>" if volatile else self.hidden(data))
        if kind in "*%>~" and rest != "-1":
            count = int(rest) * (2 if kind == "%" else 1)
            children: list[Node] = []
            for index in range(count):
                children.append(self.node(volatile=index > 0 and children[-1].text in VOLATILE_KEYS))
            return Node(line, children)
        if kind == ":" and (volatile or self.command == "CLIENT ID"):
            return Node(":<value>")
        return Node(abridged(self.placeholders.hide(line)))

    def hidden(self, data: str) -> str:
        if self.command.startswith("INFO"):
            data = self.placeholders.hide_info(data)
        if self.command.startswith(("CLIENT INFO", "CLIENT LIST", "ACL LOG")):
            data = self.placeholders.hide_clients(data)
        if self.command.startswith("ACL GENPASS"):
            return f"<{len(data)} hexadecimal digits>" if re.fullmatch("[0-9a-f]*", data) else data
        return self.placeholders.hide(data)


class Section:
    def __init__(self, title: str, locked: bool):
        self.title, self.locked, self.commands = title, locked, []


def sections() -> list[Section]:
    found: list[Section] = []
    lines = iter(COMMANDS.read_text().splitlines())
    for line in lines:
        if match := re.fullmatch(r"\[(.*)\]( locked)?", line):
            found.append(Section(match[1], bool(match[2])))
        elif line and not line.startswith("#"):
            # A quoted word may hold a newline; an inline command is sent as it stands, quotes included.
            while not line.startswith("@inline") and line.count('"') % 2:
                line += "\n" + next(lines)
            found[-1].commands.append(line)
    return found


class Asker:
    """Asks one section's commands of one monitor, on one connection."""

    def __init__(self, monitor: Monitor, protocol: int, placeholders: Placeholders, locked: bool):
        self.monitor, self.placeholders = monitor, placeholders
        self.connection = Connection(monitor.port)
        if protocol == 3 and not locked:
            self.connection.ask("HELLO", "3")

    def ask(self, line: str) -> list[str]:
        mark, _, command = line.partition(" ") if line.startswith("@") else ("", "", line)
        if mark == "@wait":
            time.sleep(int(command) / 1000)
            return []
        shown = command
        command = self.placeholders.fill(command)
        try:
            if mark == "@inline":
                self.connection.write(command.replace("\\r", "\r").replace("\\n", "\n").encode())
            elif mark == "@other":
                self.monitor.ask(*shlex.split(command))
            else:
                self.connection.send(*shlex.split(command))
        except OSError:
            return ["(closed)"]
        lines = []
        self.connection.socket.settimeout(FIRST_SECONDS)
        while True:
            try:
                reply = self.connection.read()
            except TimeoutError:
                break
            except (EOFError, OSError):
                lines.append("(closed)")
                break
            node = Renderer(reply.raw, self.placeholders, shown).node()
            if mark == "@shape":
                node = node.shape()
            elif mark == "@headings":
                node.text = "\r\n".join(part for part in node.text.split("\r\n") if part.startswith("#"))
            elif mark == "@sorted":
                node.children.sort(key=lambda child: child.lines())
            lines += node.lines()
            self.connection.socket.settimeout(NEXT_SECONDS)
        return lines or ["(nothing)"]


def capture_replies(sentinel: Path, directory: Path) -> dict[int, str]:
    texts = {}
    for protocol in (2, 3):
        # A deployment each, so that neither sees what the other left behind.
        with Deployment(directory / f"resp{protocol}", sentinel, lines=("sentinel deny-scripts-reconfig no",)) as deployment:
            locked = Monitor("sentinel-locked", deployment.directory, free_port(), sentinel, [
                "requirepass secret",
                "user few on >few -@all +ping +sentinel|get-master-addr-by-name +subscribe +psubscribe resetchannels &+switch-master",
                "user gone off >gone +@all",
                f"sentinel monitor {deployment.group} 127.0.0.1 1 2",
                f"sentinel down-after-milliseconds {deployment.group} 200",
            ])
            script = deployment.directory / "sleeping.sh"
            script.write_text("#!/bin/sh\nexec sleep 1\n")
            script.chmod(0o755)
            try:
                locked.start()
                deployment.wait_until_healthy()
                placeholders = Placeholders(deployment, {"<script>": str(script), "<sentinel-locked>": str(locked.port)})
                with locked.connect() as connection:
                    connection.ask("AUTH", "secret")
                    placeholders.words[connection.ask("SENTINEL", "MYID")] = "<id-of-sentinel-locked>"
                texts[protocol] = transcript(deployment.monitors[0], locked, protocol, placeholders)
            finally:
                locked.kill()
    return texts


def transcript(open_monitor: Monitor, locked: Monitor, protocol: int, placeholders: Placeholders) -> str:
    lines = []
    for section in sections():
        lines += [f"[{section.title}]"]
        asker = Asker(locked if section.locked else open_monitor, protocol, placeholders, section.locked)
        for command in section.commands:
            lines += ["> " + command.replace("\n", "\\n")] + asker.ask(command)
        asker.connection.close()
        lines.append("")
    return "\n".join(lines)
