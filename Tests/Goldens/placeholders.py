"""Replaces what differs from run to run by a name, and nothing else."""

import re

from deployment import Deployment

HEX40 = re.compile(r"(?<![0-9a-f])[0-9a-f]{40}(?![0-9a-f])")

# The made-up ids of commands.txt are not volatile.
FIXED_ID = re.compile(r"^aaaaaaaabbbbbbbbccccccccdddddddd")

# Values that follow these keys in a reply are ages, counters or offsets.
VOLATILE_KEYS = {
    "link-pending-commands", "last-ping-sent", "last-ok-ping-reply", "last-ping-reply", "s-down-time", "o-down-time",
    "info-refresh", "role-reported-time", "master-link-down-time", "slave-repl-offset", "last-hello-message", "id", "pid",
    "run-time", "run-delay", "age-seconds", "entry-id", "timestamp-created", "timestamp-last-updated",
}

# Fields of INFO that say the same every time; of all others only the name is kept.
STABLE_INFO = {
    "redis_mode", "sentinel_masters", "sentinel_tilt", "sentinel_tilt_since_seconds", "sentinel_running_scripts",
    "sentinel_scripts_queue_length", "sentinel_simulate_failure_flags", "maxclients", "blocked_clients", "tracking_clients",
    "process_supervised", "io_threads_active",
}

CLIENT_FIELDS = re.compile(
    r"\b(id|addr|laddr|fd|age|idle|qbuf|qbuf-free|argv-mem|multi-mem|rbs|rbp|obl|oll|omem|tot-mem)=\S*"
)


class Placeholders:
    def __init__(self, deployment: Deployment, extra: dict[str, str] | None = None):
        self.words = {str(server.port): f"<{server.name}>" for server in deployment.servers}
        self.words |= {str(monitor.port): f"<{monitor.name}>" for monitor in deployment.monitors}
        self.words[str(deployment.directory)] = "<directory>"
        self.words |= {value: name for name, value in (extra or {}).items()}
        self.learn(deployment)

    def learn(self, deployment: Deployment):
        """The ids of whatever runs now."""
        for monitor in deployment.monitors:
            if monitor.process is not None and monitor.process.poll() is None:
                self.words[monitor.ask("SENTINEL", "MYID")] = f"<id-of-{monitor.name}>"
        for server in deployment.servers:
            if server.process is not None and server.process.poll() is None:
                info = server.ask("INFO", "server")
                self.words[re.search(r"run_id:(\w+)", info)[1]] = f"<run-id-of-{server.name}>"

    def fill(self, text: str) -> str:
        """Names to values, for what is sent."""
        for value, name in self.words.items():
            text = text.replace(name, value)
        return text

    def hide(self, text: str) -> str:
        """Values to names, for what was received."""
        for value, name in sorted(self.words.items(), key=lambda pair: -len(pair[0])):
            if value.isdigit():
                text = re.sub(rf"(?<!\d){value}(?!\d)", name, text)
            else:
                text = text.replace(value, name)
        text = HEX40.sub(lambda match: match[0] if FIXED_ID.match(match[0]) else "<id>", text)
        return text

    def hide_info(self, text: str) -> str:
        lines = []
        for line in text.split("\r\n"):
            key, colon, value = line.partition(":")
            stable = key in STABLE_INFO or re.fullmatch(r"master\d+", key)
            lines.append(line if not colon or stable else f"{key}:<{'empty' if value == '' else 'value'}>")
        return "\r\n".join(lines)

    def hide_clients(self, text: str) -> str:
        return CLIENT_FIELDS.sub(lambda match: f"{match[1]}=<value>", text)
