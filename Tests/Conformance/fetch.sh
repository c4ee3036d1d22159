#!/usr/bin/env bash
# Fetches the upstream Sentinel suite into DIR/source/redis-7.0.15: Debian's source package `redis`, by name, with apt.
#
#   fetch.sh DIR
#
# The machine's apt configuration stays as it is: a list of deb-src lines is derived from its own sources and used, with
# its own directories for lists and downloads, for these commands alone. Nothing that is fetched is committed.
set -euo pipefail

version=7.0.15
directory=${1:?"usage: fetch.sh DIR"}
source_directory="$directory/source/redis-$version"
[[ -e "$source_directory/tests/sentinel/run.tcl" ]] && exit 0

install_missing() {
    local missing=()
    command -v dpkg-source >/dev/null || missing+=(dpkg-dev)
    command -v tclsh >/dev/null || missing+=(tcl)
    command -v ps >/dev/null || missing+=(procps)
    command -v redis-server >/dev/null || missing+=(redis-server)
    [[ ${#missing[@]} -eq 0 ]] && return
    echo "Installing ${missing[*]}"
    local as_root=()
    [[ $(id -u) -eq 0 ]] || as_root=(sudo)
    "${as_root[@]}" apt-get update -qq
    # A server that starts on its own would be one too many; the suite starts those it needs.
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

apt="$directory/apt"
mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/sources.list.d" "$directory/source"
directory=$(cd "$directory" && pwd)
apt="$directory/apt"

# Both forms of a source list, `Types: deb` and `deb http…`, become their deb-src counterparts.
shopt -s nullglob
for list in /etc/apt/sources.list.d/*.sources; do
    sed -E 's/^Types:.*/Types: deb-src/' "$list" >"$apt/sources.list.d/$(basename "$list")"
done
for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [[ -e $list ]] && sed -nE 's/^deb[[:space:]]/deb-src /p' "$list" >"$apt/sources.list.d/$(basename "$list" .list).list"
done

options=(
    -o "Dir::State::Lists=$apt/lists" -o "Dir::Cache=$apt/cache"
    -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$apt/sources.list.d"
    # The default user for downloads cannot enter a private directory.
    -o "APT::Sandbox::User=$(id -un)"
)
install_missing
echo "Fetching Debian's source package redis"
# A list without sources (a third party's) makes update fail; whether redis came is judged below.
apt-get "${options[@]}" update -qq || true
(cd "$directory/source" && apt-get "${options[@]}" source -qq --only-source redis >"$directory/fetch.log" 2>&1) || {
    tail -20 "$directory/fetch.log" >&2
    echo "fetch.sh: apt could not fetch the source package redis; the whole output is in $directory/fetch.log" >&2
    exit 1
}
[[ -e "$source_directory/tests/sentinel/run.tcl" ]] || {
    echo "fetch.sh: this release's source package is not redis $version but:" "$directory"/source/redis-*/ >&2
    echo "The suite of $version is what is asked for: run on Debian 12, or unpack its source to $source_directory." >&2
    exit 1
}
