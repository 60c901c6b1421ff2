# refused.sh NAME=VALUE PROGRAM: the program must refuse the setting with one
# line on stderr that names it, before it does anything, and not by a signal.
out=$(mktemp) err=$(mktemp)
trap 'rm -f "$out" "$err"' EXIT
env "$1" timeout 60 "$2" > "$out" 2> "$err"
status=$?
if [ "$status" -eq 0 ] || [ "$status" -ge 124 ] || [ -s "$out" ] ||
   [ "$(wc -l < "$err")" -ne 1 ] || ! grep -q "^open-co: .*${1%%=*}" "$err"; then
  echo "$1: status $status, stdout: $(cat "$out"), stderr: $(cat "$err")" >&2
  exit 1
fi
