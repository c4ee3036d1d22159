#!/usr/bin/env bash
# Lets real client libraries follow a failover of a Sentinel deployment, each by its own Sentinel support alone.
#
#   Tests/Clients/run.sh [--sentinel PATH] [CLIENT…]
#
#   --sentinel PATH   the executable; without it $PICKET_SENTINEL, else .build/debug/picketd
#   CLIENT            only these: redis-py redis-py-asyncio redis-rb redis-pm predis phpredis
#
# The libraries come from PyPI (into .clients/venv) and Debian (ruby-redis libredis-perl php-redis php-predis).
# Prints one line a client and `N passed, N failed`; the exit code is 0 only if nothing failed.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)
workspace="$top/.clients"

missing=()
for package in redis-server ruby-redis libredis-perl php-cli php-redis php-predis python3-venv; do
    [[ $(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null) == ii* ]] || missing+=("$package")
done
if [[ ${#missing[@]} -gt 0 ]]; then
    echo "Installing ${missing[*]}"
    as_root=()
    [[ $(id -u) -eq 0 ]] || as_root=(sudo)
    "${as_root[@]}" apt-get update -qq
    # A server that starts on its own would be one too many.
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
if ! "$workspace/venv/bin/python" -c 'import redis' 2>/dev/null; then
    echo "Installing redis from PyPI"
    python3 -m venv "$workspace/venv"
    "$workspace/venv/bin/pip" install --quiet redis
fi

exec "$workspace/venv/bin/python" "$here/follow.py" --workspace "$workspace" \
    --sentinel "${PICKET_SENTINEL:-$top/.build/debug/picketd}" "$@"
