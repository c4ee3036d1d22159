"""The events of a deployment's life: what a PSUBSCRIBE * sees on each of three monitors, phase by phase."""

import re
import threading
import time
from pathlib import Path

from deployment import Deployment, wait_for
from placeholders import Placeholders
from resp import Connection

# A phase is over when its condition holds and nothing has been heard for so long.
QUIET_SECONDS = 2.5
# Ten seconds pass before an old primary that came back is made a replica, and INFO is asked again.
PHASE_SECONDS = 60


class Listener:
    """One subscription. It may be told to follow a monitor that starts again."""

    def __init__(self, name: str, port: int):
        self.name, self.port = name, port
        self.heard: list[tuple[str, str]] = []
        self.last = time.monotonic()
        self.subscribe()

    def subscribe(self):
        self.connection = Connection(self.port, timeout=5)
        self.connection.ask("PSUBSCRIBE", "*")
        self.connection.socket.settimeout(None)
        threading.Thread(target=self._listen, args=(self.connection,), daemon=True).start()

    def _listen(self, connection: Connection):
        try:
            while True:
                value = connection.read().value
                if isinstance(value, list) and value[0] == "pmessage":
                    self.heard.append((value[2], value[3]))
                    self.last = time.monotonic()
        except (OSError, EOFError):
            return

    def take(self) -> list[tuple[str, str]]:
        heard, self.heard = self.heard, []
        return heard


class Life:
    def __init__(self, deployment: Deployment):
        self.deployment, self.group = deployment, deployment.group
        self.listeners = [Listener(monitor.name, monitor.port) for monitor in deployment.monitors]
        self.placeholders = Placeholders(deployment)
        self.phases: dict[str, dict[str, list[list[str]]]] = {}

    def phase(self, title: str, act, condition):
        """Acts, waits, and files what each monitor said, by its role: leader and observers, or the first and the others."""
        before = self.primary_port()
        act()
        wait_for(condition, PHASE_SECONDS, f"phase {title!r}")
        wait_for(lambda: time.monotonic() - max(listener.last for listener in self.listeners) > QUIET_SECONDS, PHASE_SECONDS,
                 f"quiet after {title!r}")
        names = self.names(before, self.primary_port())
        heard = {listener.name: listener.take() for listener in self.listeners}
        leaders = [name for name, events in heard.items() if any(channel == "+elected-leader" for channel, _ in events)]
        for name, events in heard.items():
            if leaders:
                role = "leader" if name == leaders[-1] else "observers"
            else:
                role = "first" if name == self.listeners[0].name else "others"
            lines = [self.line(channel, payload, names, leaders[-1] if leaders else None) for channel, payload in events]
            if role == "others":
                # One's other is the other's one.
                lines = [re.sub(r"<(id-of-)?sentinel-[12]>", r"<\1other-monitor>", line) for line in lines]
            self.phases.setdefault(title, {}).setdefault(role, []).append(lines)

    def names(self, before: int | None, after: int | None) -> dict[str, str]:
        """Servers by their part in the phase: which replica is chosen depends on random run ids."""
        ports = [server.port for server in self.deployment.servers]
        if before and after and before != after:
            names = {before: "<old-primary>", after: "<promoted>"}
            rest = "<other-replica>"
        else:
            names = {before or after: "<primary>"}
            rest = "<replica-{}>"
        others = [port for port in ports if port not in names]
        names |= {port: rest.format(number) for number, port in enumerate(others, 1)}
        return {str(port): name for port, name in names.items()}

    def line(self, channel: str, payload: str, names: dict[str, str], leader: str | None) -> str:
        for port, name in names.items():
            payload = re.sub(rf"(?<!\d){port}(?!\d)", name, payload)
        payload = self.placeholders.hide(payload)
        for listener in self.listeners:
            if leader is not None:
                word = "leader" if listener.name == leader else "observer"
                payload = payload.replace(f"<id-of-{listener.name}>", f"<id-of-{word}>").replace(f"<{listener.name}>", f"<{word}>")
        if channel in ("+new-epoch", "+vote-for-leader"):
            payload = re.sub(r"\d+$", "<epoch>", payload)
        if channel == "+odown":
            payload = re.sub(r"#quorum \d+/", "#quorum <n>/", payload)
        return f"{channel} {payload}"

    def primary_port(self) -> int | None:
        reply = self.deployment.monitors[0].ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", self.group)
        return int(reply[1]) if reply else None

    # What is waited for.

    def all_say(self, *channels: str) -> bool:
        return all(any(channel == said for said, _ in listener.heard) for listener in self.listeners for channel in channels)

    def somebody_says(self, channel: str, start: str = "") -> bool:
        return any(said == channel and payload.startswith(start) for listener in self.listeners for said, payload in listener.heard)


def live(deployment: Deployment) -> dict[str, dict[str, list[list[str]]]]:
    life = Life(deployment)
    monitors, group = deployment.monitors, deployment.group
    home = deployment.servers[0].port

    def monitor(targets, port):
        for target in targets:
            target.ask("SENTINEL", "MONITOR", group, "127.0.0.1", port, 2)
            target.ask("SENTINEL", "SET", group, "down-after-milliseconds", 1000, "failover-timeout", 10000)

    life.phase("MONITOR and SET on all", lambda: monitor(monitors, home), deployment.healthy)

    life.phase("SET of each option on one", lambda: [
        monitors[0].ask("SENTINEL", "SET", group, *words) for words in (
            ("quorum", 2), ("parallel-syncs", 1), ("auth-user", "default"), ("auth-user", ""), ("auth-pass", "secret"),
            ("auth-pass", ""), ("rename-command", "NOTSENT", "OTHER"), ("rename-command", "NOTSENT", "NOTSENT"),
            ("master-reboot-down-after-period", 0), ("quorum", 2, "parallel-syncs", 1), ("quorum", 0),
        )
    ], deployment.healthy)

    old = deployment.primary
    life.phase("the primary is killed", old.kill, lambda: life.all_say("+switch-master", "+sdown") and all(
        any(said == "+sdown" and payload.startswith("slave") for said, payload in listener.heard) for listener in life.listeners))
    life.phase("the old primary returns", old.start, lambda: deployment.healthy() and life.somebody_says("-sdown", "slave"))

    life.phase("FAILOVER on one", lambda: monitors[0].ask("SENTINEL", "FAILOVER", group),
               lambda: life.all_say("+switch-master") and deployment.healthy())
    life.phase("RESET on one", lambda: monitors[0].ask("SENTINEL", "RESET", group), deployment.healthy)

    replica = next(server for server in deployment.servers if server.port != deployment.primary.port)
    life.phase("a replica is killed", replica.kill, lambda: life.all_say("+sdown"))
    life.phase("that replica returns", replica.start, lambda: life.all_say("-sdown", "+reboot") and deployment.healthy())

    lost, listener = monitors[2], life.listeners.pop()
    life.phase("a monitor is killed", lost.kill, lambda: life.all_say("+sdown"))

    def restart():
        lost.start()
        listener.subscribe()

    life.phase("that monitor returns", restart, lambda: life.all_say("-sdown") and deployment.healthy())
    listener.take()
    life.listeners.append(listener)

    port = deployment.primary.port
    life.phase("REMOVE on one", lambda: monitors[0].ask("SENTINEL", "REMOVE", group), lambda: life.somebody_says("-monitor"))
    life.phase("MONITOR on that one again", lambda: monitor(monitors[:1], port), deployment.healthy)
    return life.phases


def capture_lives(sentinel: Path, directory: Path, repeat: int) -> list[dict[str, dict[str, list[list[str]]]]]:
    """For every life: what each monitor of a role heard in a phase, in the order it was heard."""
    lives = []
    for number in range(repeat):
        with Deployment(directory / str(number), sentinel, monitored=False) as deployment:
            lives.append(live(deployment))
    return lives


def rendered(lives: list[dict[str, dict[str, list[list[str]]]]]) -> str:
    """In the order of the first life: `=` heard by every monitor of the role in every life, `?` by some of them."""
    lines = []
    for title in lives[0]:
        lines.append(f"[{title}]")
        for role in sorted({role for life in lives for role in life[title]}):
            witnesses = [heard for life in lives for heard in life[title].get(role, [])]
            lines.append(f"{role}:")
            order: list[str] = []
            for heard in witnesses:
                order += [line for line in dict.fromkeys(heard) if line not in order]
            if not order:
                lines.append("  (nothing)")
            lines += [f"  {'=' if all(line in heard for heard in witnesses) else '?'} {line}" for line in order]
        lines.append("")
    return "\n".join(lines)


def order_violations(lives: dict[str, dict[str, list[list[str]]]], chains: list[list[str]]) -> list[str]:
    """Where an event that another one causes was heard before it. Chains are those of order.txt."""
    found = []
    for title, roles in lives.items():
        for role, witnesses in roles.items():
            for heard in witnesses:
                for chain in chains:
                    at = [next((i for i, line in enumerate(heard) if line.startswith(start + " ")), None) for start in chain]
                    known = [(index, start) for index, start in zip(at, chain) if index is not None]
                    for (earlier, cause), (later, effect) in zip(known, known[1:]):
                        if earlier > later:
                            found.append(f"[{title}] {role}: {effect} before {cause}")
    return list(dict.fromkeys(found))

