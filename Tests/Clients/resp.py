"""A blocking connection to a Redis or Sentinel process that keeps the exact bytes of every reply."""

import socket


class ErrorReply(str):
    """A reply that began with `-`, without that sign."""


class Push(list):
    """A RESP3 push frame: not the answer to any command."""


class Reply:
    def __init__(self, raw: bytes, value):
        self.raw, self.value = raw, value


class Connection:
    def __init__(self, port: int, host: str = "127.0.0.1", timeout: float = 5):
        self.socket = socket.create_connection((host, port), timeout)
        self.buffer = b""
        self.position = 0

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def write(self, data: bytes):
        self.socket.sendall(data)

    def send(self, *words):
        encoded = [word if isinstance(word, bytes) else str(word).encode() for word in words]
        self.write(b"*%d\r\n" % len(encoded) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in encoded))

    def ask(self, *words):
        """The value of the next reply; an error reply is returned, not raised."""
        self.send(*words)
        return self.read().value

    def read(self) -> Reply:
        """One whole reply. Raises EOFError if the other side closed, TimeoutError if nothing came in time."""
        self.position = 0
        value = self._value()
        raw, self.buffer = self.buffer[: self.position], self.buffer[self.position :]
        return Reply(raw, value)

    def _more(self):
        received = self.socket.recv(65536)
        if not received:
            raise EOFError("the connection was closed by the other side")
        self.buffer += received

    def _line(self) -> bytes:
        while (end := self.buffer.find(b"\r\n", self.position)) < 0:
            self._more()
        line = self.buffer[self.position : end]
        self.position = end + 2
        return line

    def _bytes(self, count: int) -> bytes:
        while len(self.buffer) < self.position + count + 2:
            self._more()
        data = self.buffer[self.position : self.position + count]
        self.position += count + 2
        return data

    def _value(self):
        line = self._line()
        kind, rest = line[:1], line[1:]
        if kind == b"+":
            return rest.decode(errors="replace")
        if kind == b"-":
            return ErrorReply(rest.decode(errors="replace"))
        if kind in b":(":
            return int(rest)
        if kind == b"_":
            return None
        if kind == b",":
            return float(rest)
        if kind == b"#":
            return rest == b"t"
        if kind in b"$=!":
            return None if rest == b"-1" else self._bytes(int(rest)).decode(errors="replace")
        if kind in b"*~>":
            if rest == b"-1":
                return None
            return (Push if kind == b">" else list)(self._value() for _ in range(int(rest)))
        if kind == b"%":
            return {str(self._value()): self._value() for _ in range(int(rest))}
        raise ValueError(f"not a reply: {line!r}")


def pairs(flat) -> dict:
    """A RESP2 map, which is a flat array, or a RESP3 one."""
    return flat if isinstance(flat, dict) else dict(zip(flat[::2], flat[1::2]))
