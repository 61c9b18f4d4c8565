#!/usr/bin/env bash
# Times a newcomer's way: from a clone to a first plot, as docs/tutorial.md has it. Needs git, Python 3.11 and a package
# index; leaves nothing behind.
#
#   benchmarks/first_plot.sh [REPOSITORY]     default: the checkout this file is in
set -euo pipefail
repository="${1:-$(cd "$(dirname "$0")/.." && pwd)}"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
begin="$(date +%s.%N)"

step() {
  local from
  from="$(date +%s.%N)"
  "${@:2}" >"$folder/log" 2>&1 || { cat "$folder/log" >&2; exit 1; }
  printf '%-28s %6.1f s\n' "$1" "$(echo "$(date +%s.%N) - $from" | bc)"
}

step "clone" git clone --quiet "$repository" dvextract
step "virtual environment" python3 -m venv env
step "install" env/bin/pip install --quiet ./dvextract matplotlib
step "doctor" env/bin/dvextract doctor
step "tables of eighteen pages" env/bin/dvextract run dvextract/notebooks/pages --out out
step "plot" env/bin/python -c '
import dvextract, matplotlib
matplotlib.use("agg")
mentions = dvextract.load("out").mentions
bodies = mentions[mentions.label == "ORGANISATION"].groupby("value", observed=True).doc_id.nunique()
bodies.sort_values().tail(5).plot.barh(xlabel="pages").figure.savefig("bodies.png", bbox_inches="tight")'
test -s bodies.png
printf '%-28s %6.1f s\n' "in all" "$(echo "$(date +%s.%N) - $begin" | bc)"
