#!/usr/bin/env bash
# Takes the pictures in screenshots/ from the real program in a real terminal (xterm under Xvfb).
#
#   .ci/screenshots.sh                     all pictures of townhall, which must be built already
#   .ci/screenshots.sh NAME COLUMNS ROWS BACKGROUND FOREGROUND COMMAND [KEY…]
#                                       one picture of any command
#
# A KEY is a name as xdotool knows it (Down, Return, ctrl+l), or type:TEXT, or wait:SECONDS.
# TOWNHALL names the program, .build/debug/townhall if unset.
# Installs: xvfb xterm imagemagick xdotool fonts-dejavu-core fonts-noto-cjk
set -euo pipefail
cd "$(dirname "$0")/.."
.ci/packages xvfb xterm imagemagick xdotool fonts-dejavu-core fonts-noto-cjk
mkdir -p screenshots

work=$(mktemp -d)
screen_pid= terminal_pid=
cleanup() {
  for pid in $terminal_pid $screen_pid; do kill "$pid" 2>/dev/null || true; done
  rm -rf "$work"
}
trap cleanup EXIT

# A screen on a display that is free, whichever that is.
mkfifo "$work/display"
Xvfb -displayfd 3 -screen 0 2000x1500x24 -nolisten tcp 3>"$work/display" 2>/dev/null &
screen_pid=$!
read -r number <"$work/display"
export DISPLAY=:$number

press() { # WINDOW KEY…
  local window=$1 key
  shift
  for key in "$@"; do
    case $key in
      wait:*) sleep "${key#wait:}" ;;
      type:*) xdotool type --window "$window" --delay 15 "${key#type:}" ;;
      *) xdotool key --window "$window" "$key" ;;
    esac
    sleep 0.1
  done
}

scene() { # NAME COLUMNS ROWS BACKGROUND FOREGROUND COMMAND KEY…
  local name=$1 columns=$2 rows=$3 background=$4 foreground=$5 command=$6 window
  shift 6
  # What one picture leaves behind must not show in the next, nor in the home of whoever takes them.
  env -u NO_COLOR LANG=C.UTF-8 XDG_STATE_HOME="$work/$name" XDG_CONFIG_HOME="$work/none" xterm -T "townhall-scene" -tn xterm-256color \
    -fa "DejaVu Sans Mono" -fd "Noto Sans Mono CJK JP" -fs 10 -b 6 +sb \
    -xrm 'XTerm*allowSendEvents: true' \
    -geometry "${columns}x${rows}+0+0" -bg "$background" -fg "$foreground" -e sh -c "$command" &
  terminal_pid=$!
  window=$(timeout 20 xdotool search --sync --onlyvisible --name '^townhall-scene$' | tail -1)
  sleep 3
  press "$window" "$@"
  sleep 0.7
  import -window "$window" -strip +dither -colors 64 "PNG8:screenshots/$name.png"
  kill "$terminal_pid" 2>/dev/null || true
  wait "$terminal_pid" 2>/dev/null || true
  terminal_pid=
  echo "screenshots/$name.png ($(stat -c %s "screenshots/$name.png") bytes)" >&2
}

if [ $# -gt 0 ]; then
  scene "$@"
  exit
fi

townhall=${TOWNHALL:-.build/debug/townhall}
[ -x "$townhall" ] || { echo "$townhall is not built: run \`swift build\` first" >&2; exit 1; }
for size in "80 24" "200 60"; do
  read -r columns rows <<<"$size"
  scene "town-${columns}x${rows}-black" "$columns" "$rows" black "#d8d8d8" "$townhall" wait:2 Down Down
  scene "town-${columns}x${rows}-white" "$columns" "$rows" white "#202020" "$townhall" wait:2 Down Down
done
scene "help-80x24-black" 80 24 black "#d8d8d8" "$townhall" wait:1 question
scene "update-80x24-black" 80 24 black "#d8d8d8" "$townhall" wait:2 Down Down u wait:1
