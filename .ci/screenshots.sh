#!/usr/bin/env bash
# Takes the pictures in screenshots/ from the real program in a real terminal (xterm under Xvfb).
#
#   .ci/screenshots.sh                     all pictures, and the recording, of townhall, which must be built already
#   .ci/screenshots.sh NAME COLUMNS ROWS BACKGROUND FOREGROUND COMMAND [KEY…]
#                                       one picture of any command
#
# Which scenes there are, and which of them become pictures, stands in Tests/Scenes/scenes.txt; golden screens
# compare the same ones. A KEY is Down, Enter, Esc, Tab, Space or a name that xdotool knows, type:TEXT,
# wait:SECONDS, or see:TEXT, for which it waits a while.
# TOWNHALL names the program, .build/debug/townhall if unset.
# Installs: xvfb xterm imagemagick xdotool fonts-dejavu-core fonts-noto-cjk fonts-symbola
set -euo pipefail
cd "$(dirname "$0")/.."
.ci/packages xvfb xterm imagemagick xdotool fonts-dejavu-core fonts-noto-cjk fonts-symbola
mkdir -p screenshots

work=$(mktemp -d)
screen_pid= terminal_pid= town_pid= camera_pid= lively_pid= recorder_pid=
cleanup() {
  for pid in $camera_pid $terminal_pid $recorder_pid $lively_pid $town_pid $screen_pid; do kill "$pid" 2>/dev/null || true; done
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
      see:*) sleep 4 ;;
      Enter) xdotool key --window "$window" Return ;;
      Esc) xdotool key --window "$window" Escape ;;
      Space) xdotool key --window "$window" space ;;
      type:*) xdotool type --window "$window" --delay 15 "${key#type:}" ;;
      *) xdotool key --window "$window" "$key" ;;
    esac
    sleep 0.1
  done
}

# No font for wide characters is named: from one that is named, xterm never goes on to another for what that lacks.
open_window() { # COLUMNS ROWS BACKGROUND FOREGROUND COMMAND; sets `window`
  env -u NO_COLOR LANG=C.UTF-8 XDG_STATE_HOME="$work/state" XDG_CONFIG_HOME="$work/config" \
    xterm -T "townhall-scene" -tn xterm-256color \
    -fa "DejaVu Sans Mono" -fs 10 -b 6 +sb \
    -xrm 'XTerm*allowSendEvents: true' \
    -geometry "${1}x${2}+0+0" -bg "$3" -fg "$4" -e sh -c "$5" &
  terminal_pid=$!
  window=$(timeout 20 xdotool search --sync --onlyvisible --name '^townhall-scene$' | tail -1)
  sleep 3
}

close_window() {
  kill "$terminal_pid" 2>/dev/null || true
  wait "$terminal_pid" 2>/dev/null || true
  terminal_pid=
  # A program that was told to end may still be writing how it was left.
  rm -rf "$work/state" 2>/dev/null || { sleep 1 && rm -rf "$work/state"; }
}

scene() { # NAME COLUMNS ROWS BACKGROUND FOREGROUND COMMAND KEY…
  local name=$1 window
  open_window "${@:2:5}"
  press "$window" "${@:7}"
  sleep 0.7
  import -window "$window" -strip +dither -colors 64 "PNG8:screenshots/$name.png"
  close_window
  echo "screenshots/$name.png ($(stat -c %s "screenshots/$name.png") bytes)" >&2
}

record() { # NAME COLUMNS ROWS BACKGROUND FOREGROUND COMMAND KEY…
  local name=$1 window
  open_window "${@:2:5}"
  mkdir "$work/frames"
  while :; do
    import -window "$window" -strip +dither -colors 32 "$work/frames/$(date +%s%N).png"
    sleep 0.2
  done &
  camera_pid=$!
  press "$window" "${@:7}"
  kill "$camera_pid" 2>/dev/null || true
  wait "$camera_pid" 2>/dev/null || true
  camera_pid=
  close_window
  # A picture that was being taken when the camera was stopped is no picture.
  find "$work/frames" -empty -delete
  convert -delay 30 -loop 0 "$work/frames/*.png" +map -layers Optimize "screenshots/$name.gif"
  rm -rf "$work/frames"
  echo "screenshots/$name.gif ($(stat -c %s "screenshots/$name.gif") bytes)" >&2
}

if [ $# -gt 0 ]; then
  scene "$@"
  exit
fi

townhall=${TOWNHALL:-.build/debug/townhall}
[ -x "$townhall" ] || { echo "$townhall is not built: run \`swift build\` first" >&2; exit 1; }

# The town in which all scenes are set.
"$townhall" serve --port 0 >"$work/address" &
town_pid=$!
for _ in $(seq 100); do [ -s "$work/address" ] && break; sleep 0.1; done
read -r address <"$work/address"
"$townhall" load Tests/Scenes/town.json --town "$address"

scenes() { # COMMAND, with lines of scenes.txt on standard input
  local name pictures keys columns rows background foreground
  while IFS='|' read -r name pictures keys; do
    read -r name <<<"$name"
    read -ra pictures <<<"$pictures"
    read -ra keys <<<"$keys"
    for picture in "${pictures[@]}"; do
      IFS='x-' read -r columns rows background <<<"$picture"
      foreground="#d8d8d8"
      [ "$background" = black ] || foreground="#202020"
      scene "$name-$picture" "$columns" "$rows" "$background" "$foreground" "$1" "${keys[@]}" </dev/null
    done
  done
}

scenes "'$townhall' '$address'" < <(grep -v '^#' Tests/Scenes/scenes.txt)

# A town where people move about around a molecule, and a short session there.
scenes "'$townhall' --demo" < <(sed -n 's/^# LIVE | //p' Tests/Scenes/scenes.txt)

# The start screen, in a folder of its own, and the doctor.
mkdir "$work/start" "$work/bin"
cp "$townhall" "$work/bin/townhall"
scenes "cd '$work/start' && '$PWD/$townhall'" < <(sed -n 's/^# START | //p' Tests/Scenes/scenes.txt)
scenes "HOME='$work' '$work/bin/townhall' doctor; sleep 60" < <(sed -n 's/^# DOCTOR | //p' Tests/Scenes/scenes.txt)

# The same recorded, with a mark, and played.
"$townhall" serve --port 0 --residents >"$work/lively" &
lively_pid=$!
for _ in $(seq 100); do [ -s "$work/lively" ] && break; sleep 0.1; done
read -r lively <"$work/lively"
"$townhall" record "$work/lab3" --town "$lively" --quiet --timeout 20 >&2 &
recorder_pid=$!
sleep 12
"$townhall" mark 'ligand is in' --town "$lively" >&2
wait "$recorder_pid"
scenes "cd '$work' && '$PWD/$townhall' lab3.nanover.zip@8" < <(sed -n 's/^# PLAYED | //p' Tests/Scenes/scenes.txt)

read -ra keys <<<"$(sed -n 's/^# RECORDING: //p' Tests/Scenes/scenes.txt)"
record session 100 30 black "#d8d8d8" "'$townhall' --demo" "${keys[@]}"
