#!/usr/bin/env bash
# Runs the upstream Sentinel suite, all 14 files, against any executable that claims to be a sentinel.
#
#   Tests/Conformance/run.sh [--sentinel PATH] [--single NN]… [--jobs N] [--together] [--limit SECONDS] [FILE…]
#
#   --sentinel PATH    the executable; without it $PICKET_SENTINEL, else .build/debug/picketd
#   --single NN, FILE  only these files, by number or name: `--single 07`, `07-down-conditions`, `07-down-conditions.tcl`
#   --jobs N           so many files at a time, each with its own five sentinels and five servers (default 1)
#   --together         one set of instances for all files, one after the other, as upstream runs them
#   --limit SECONDS    a file that takes longer has failed (default 300)
#
# Prints one line a file and `N passed, N failed`; the exit code is 0 only if nothing failed. What a failing file
# printed, and its instances' configurations and logs, stay in .conformance/logs/<file>/.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)
"$here/fetch.sh" "$top/.conformance"
exec python3 "$here/suite.py" --workspace "$top/.conformance" \
    --sentinel "${PICKET_SENTINEL:-$top/.build/debug/picketd}" "$@"
