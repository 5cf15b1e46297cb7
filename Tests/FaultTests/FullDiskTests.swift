import Foundation
import Glibc
import SharedState
import TestSupport
import Testing

/// What happens to files when there is no room for them.
@Suite("A full disk", .timeLimit(.minutes(5)), .enabled(if: FullDisk.isAvailable, FullDisk.reason))
struct FullDiskTests {
  private func with(_ body: (ServerProcess, String) throws -> Void) throws {
    let server = try ServerProcess([])
    try server.run("set", "a", "\"\(String(repeating: "7", count: 300))\"")
    try body(server, try BuiltProducts.path(of: "townhall"))
  }

  @Test("A dump to a file says that it is not written, and leaves the one that was there as it was")
  func dump() throws {
    try with { server, townhall in
      let disk = try FullDisk()
      let end = try disk.run(
        #"echo old > it.json; fill; "$0" dump --output it.json --town "$1"; echo "status $?"; cat it.json; ls"#,
        [townhall, server.address]
      )
      #expect(end.output.contains("status 2\nold\n"))
      #expect(end.output.contains("No space left on device") && end.output.contains("it.json"))
      #expect(!end.output.contains("partial\n"))
    }
  }

  @Test(
    "What is printed says so too",
    arguments: ["dump", "keys", "get a", "watch --initial", "tour --print", "settings"]
  )
  func printed(call: String) throws {
    try with { server, townhall in
      let disk = try FullDisk()
      let end = try disk.run(
        #"TOWNHALL_TOWN="$1" "$0" \#(call) > /dev/full; echo "status $?""#,
        [townhall, server.address]
      )
      #expect(!end.output.contains("status 0"))
      #expect(end.output.contains("No space left on device"))
    }
  }

  @Test("A dashboard that cannot remember or keep its log says so, and goes on")
  func dashboard() throws {
    try with { server, townhall in
      let disk = try FullDisk()
      let end = try disk.run(
        #"fill; printf 'j p\nj\nq\n' | XDG_STATE_HOME="$PWD" "$0" --linear --log it.log "$1"; echo "status $?""#,
        [townhall, server.address]
      )
      #expect(end.output.contains("No space left on device"))
      #expect(end.output.contains("status"))
    }
  }

  @Test("A tour says that how far one has come is not kept, and goes on")
  func tour() throws {
    let disk = try FullDisk()
    let end = try disk.run(
      #"""
      fill; mkfifo keys; export XDG_STATE_HOME="$PWD"
      "$0" tour --linear <keys >said 2>&1 & tour=$!; exec 3>keys
      for i in $(seq 300); do grep -q 'Enter begins' said && break; sleep 0.1; done
      printf '>\n' >&3
      for i in $(seq 300); do grep -q 'is not kept' said && break; sleep 0.1; done
      printf 'q\nq\n' >&3; exec 3>&-; wait $tour; echo "status $?"; cat said; rm said
      """#.replacing("said", with: "/tmp/said-$$"),
      [try BuiltProducts.path(of: "townhall")]
    )
    #expect(end.output.contains("how far you have come is not kept"))
    #expect(end.output.contains("No space left on device"))
    #expect(end.output.contains("status 0"))
  }

  @Test("A value that cannot be handed to an editor stays in the form, with the reason")
  func editor() throws {
    try with { server, townhall in
      let disk = try FullDisk()
      // The form is left only once it has said why.
      let end = try disk.run(
        #"""
        fill; export TMPDIR="$PWD" EDITOR=true; mkfifo keys
        "$0" --linear "$1" <keys >said & exec 3>keys
        printf 'e\n' >&3
        for i in $(seq 300); do grep -q 'No space' said && break; sleep 0.1; done
        printf 'Esc\nq\n' >&3; wait; cat said
        """#.replacing("said", with: "/tmp/said-$$") + "; rm /tmp/said-$$",
        [townhall, server.address]
      )
      #expect(end.output.contains("No space left on device"))
      #expect(end.output.contains("modify a"))
    }
  }

  @Test("The list of who may come stays as it was when a token cannot be noted")
  func token() throws {
    let disk = try FullDisk()
    let end = try disk.run(
      #"""
      "$0" token new writer --access list >first 2>&1; cp list before; fill
      "$0" token new owner --access list; echo "status $?"
      cmp list before && echo same; ls
      """#,
      [try BuiltProducts.path(of: "townhall")]
    )
    #expect(end.output.contains("No space left on device"))
    #expect(end.output.contains("status 2\nsame\n"))
    // A token that nothing lists is not shown.
    #expect(!end.output.contains("town-"))
    #expect(!end.output.contains(".new\n"))
  }

  @Test("A server that cannot keep its own certificate does not start, and says why")
  func certificate() throws {
    let disk = try FullDisk()
    let end = try disk.run(
      #"fill; XDG_DATA_HOME="$PWD" timeout 60 "$0" serve --port 0 --tls; echo "status $?""#,
      [try BuiltProducts.path(of: "townhall")]
    )
    #expect(end.output.contains("No space left on device"))
    #expect(end.output.contains("status 2"))
  }

  @Test("An audit tells once that it is not written, leaves no half line, and says what it lacks")
  func audit() throws {
    let disk = try FullDisk()
    let end = try disk.run(
      #"""
      "$0" serve --port 0 --audit audit >out 2>told & server=$!
      for i in $(seq 600); do grep -q ws: out && break; sleep 0.1; done
      export TOWNHALL_TOWN=$(head -1 out); "$0" set a 1
      for i in $(seq 300); do grep -q update.index audit && break; sleep 0.1; done
      fill; "$0" load large
      for i in $(seq 300); do grep -q space told && break; sleep 0.1; done
      rm filler; "$0" set b 1
      for i in $(seq 300); do grep -q left-out audit && break; sleep 0.1; done
      kill $server; wait; echo "told $(grep -c space told)"
      cut -c1-200 audit | sed 's/"at":"[^"]*"/T/'
      grep -cv '^{"at".*}$' audit; cat told
      """#.replacing(
        "large",
        with: "- <<'END'\n\(large.text)\nEND"
      ),
      [try BuiltProducts.path(of: "townhall")]
    )
    #expect(end.output.contains("told 1\n"), "\(end.output)")
    #expect(end.output.contains("{T,\"left-out\":"), "\(end.output)")
    #expect(end.output.contains("\n0\n"), "a line is not whole: \(end.output)")
  }

  /// More keys than a page of a disk has room for.
  private var large: StateValue {
    .object(StateObject((0..<300).map { ("key-with-a-long-name-\($0)", .int(0)) }))
  }
}

/// A disk of a few KiB, in a mount namespace of its own.
struct FullDisk {
  static let isAvailable: Bool =
    (try? FullDisk().run("echo yes", []).output.contains("yes")) == true
  static let reason: Comment = "no file system can be mounted here: it takes the right to"

  private let folder = FileManager.default.temporaryDirectory.appending(path: "disk-\(UUID())")

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  /// Runs a script there; `fill` uses up the room.
  func run(_ script: String, _ arguments: [String]) throws -> (output: String, status: Int32) {
    let process = Process()
    let pipe = Pipe()
    let setUp =
      "mount -t tmpfs -o size=64k,nr_inodes=64 none '\(folder.path)' && cd '\(folder.path)' || exit 99; "
      + "fill() { dd if=/dev/zero of=filler bs=1k 2>/dev/null; true; }; "
    process.executableURL = URL(filePath: "/usr/bin/env")
    let mapping = geteuid() == 0 ? [] : ["--map-root-user"]
    process.arguments =
      ["unshare", "--mount"] + mapping + ["/bin/sh", "-c", setUp + script] + arguments
    process.standardInput = FileHandle.nullDevice
    (process.standardOutput, process.standardError) = (pipe, pipe)
    try process.run()
    let bytes = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (String(decoding: bytes, as: UTF8.self), process.terminationStatus)
  }
}
