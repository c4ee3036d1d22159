#!/usr/bin/env python3
"""Records what a sentinel says: every reply of commands.txt in RESP2 and RESP3, and every event of a deployment's life.

    Tests/Goldens/capture.py --sentinel PATH --out DIR [--repeat N]

DIR gets replies-resp2.txt, replies-resp3.txt and events.txt. What differs every time (ports, ids, ages) is replaced by
placeholders; nothing else is. A reply is written with the sign of its type, one element a line, nested ones indented:
`+OK`, `-ERR …`, `:1`, `$ "text"`, `$-1`, `*2`, `%2`, `>3`, `_`. `(nothing)` came within 0.3 s, or the connection was `(closed)`.
"""

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "Clients"))

from events import capture_lives, rendered  # noqa: E402
from replies import capture_replies  # noqa: E402


def capture(sentinel: Path, out: Path, repeat: int, parts: list[str]):
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="picket-goldens-") as scratch:
        if "replies" in parts:
            for protocol, text in capture_replies(sentinel, Path(scratch) / "replies").items():
                (out / f"replies-resp{protocol}.txt").write_text(text)
        if "events" in parts:
            (out / "events.txt").write_text(rendered(capture_lives(sentinel, Path(scratch) / "events", repeat)))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sentinel", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--repeat", type=int, default=3, help="lives to compare for events.txt (default 3)")
    parser.add_argument("--only", choices=["replies", "events"], help="one of the two parts")
    options = parser.parse_args()
    capture(options.sentinel, options.out, options.repeat, [options.only] if options.only else ["replies", "events"])


if __name__ == "__main__":
    try:
        main()
    except (RuntimeError, TimeoutError) as error:
        raise SystemExit(f"capture.py: {error}") from None
