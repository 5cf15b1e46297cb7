#!/bin/sh
# Makes Tests/GRPCTransportTests/Generated from state.proto and command.proto: messages of the protobuf library, against
# which the tests hold the ones that GRPCTransport reads and writes itself. They are committed, so this is run only when
# a .proto changes. Python's stubs are made anew by each test run, for both packages.
#
# Takes protoc from the Python environment of .ci/peer-venv.sh, and builds protoc-gen-swift (once, half a minute) from
# the sources that `swift build` has fetched.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
out="$root/Tests/GRPCTransportTests/Generated"
tools="$root/.build/protoc-gen-swift"

python=$("$root/.ci/peer-venv.sh")
if [ ! -x "$tools/debug/protoc-gen-swift" ]; then
  rm -rf "$tools" && mkdir -p "$tools"
  cp -r "$root/.build/checkouts/swift-protobuf" "$tools/source"
  swift build --package-path "$tools/source" --scratch-path "$tools" --product protoc-gen-swift >&2
fi

mkdir -p "$out"
"$python" -m grpc_tools.protoc -I "$here" \
  --plugin="protoc-gen-swift=$tools/debug/protoc-gen-swift" \
  --swift_out="$out" --swift_opt=FileNaming=DropPath \
  "$here/state.proto" "$here/command.proto"

# Without the trait there is no protobuf library either.
for file in "$out"/*.pb.swift; do
  {
    echo "// swift-format-ignore-file"
    echo "#if GRPC"
    cat "$file"
    echo "#endif"
  } >"$file.new"
  mv "$file.new" "$file"
done
echo "$out" >&2
