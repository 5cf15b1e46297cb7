import Foundation

/// A network of a test's own: its loopback, and one more on which broadcasts are heard, and nothing else.
///
/// What is sent there cannot leave it. It is gone with its last program.
public final class NetworkNamespace {
  /// The address of this machine in the network on which broadcasts are heard.
  public static let address = "10.45.45.1"

  private static let setUp = """
    ip link set lo up && ip link add v0 type veth peer name v1 \
    && ip addr add \(address)/24 brd + dev v0 && ip link set v0 up && ip link set v1 up
    """
  private static let isRoot = geteuid() == 0

  /// Whether this machine lets a test make one.
  public static let isAvailable: Bool = {
    let probe = Process()
    probe.executableURL = URL(filePath: "/usr/bin/env")
    probe.arguments = unsharing(setUp)
    (probe.standardOutput, probe.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
    guard (try? probe.run()) != nil else { return false }
    probe.waitUntilExit()
    return probe.terminationStatus == 0
  }()

  /// Why the tests are skipped, if they are, as a comment.
  public static let reason =
    "no network namespace can be made here: it takes iproute2, util-linux and the right to"

  private let holder: Process

  /// Makes one.
  ///
  /// - Throws: `NamespaceError` if it cannot be made.
  public init() throws {
    holder = Process()
    holder.executableURL = URL(filePath: "/usr/bin/env")
    holder.arguments = Self.unsharing(Self.setUp + " && echo ready && exec sleep 600")
    let output = Pipe()
    holder.standardOutput = output
    try holder.run()
    guard output.fileHandleForReading.availableData.starts(with: Data("ready".utf8)) else {
      throw NamespaceError()
    }
  }

  deinit {
    kill(holder.processIdentifier, SIGKILL)
    holder.waitUntilExit()
  }

  /// The call that runs a program in this network.
  public func call(_ arguments: [String]) -> [String] {
    let id = String(holder.processIdentifier)
    let entry =
      Self.isRoot
      ? ["nsenter", "-t", id, "-n"] : ["nsenter", "-t", id, "-U", "-n", "--preserve-credentials"]
    return entry + arguments
  }

  private static func unsharing(_ script: String) -> [String] {
    ["unshare", isRoot ? "-n" : "-rn", "sh", "-c", script]
  }
}

/// A network namespace could not be made.
public struct NamespaceError: Error, CustomStringConvertible {
  /// What it would take.
  public var description: String { NetworkNamespace.reason }
}
