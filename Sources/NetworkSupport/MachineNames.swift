import Glibc
import NIOCore

/// The names at which others can reach this machine.
package enum MachineNames {
  /// The host's own name, if it is one that can stand in an address.
  package static var host: String? {
    var bytes = [CChar](repeating: 0, count: 256)
    let isThere = gethostname(&bytes, bytes.count - 1) == 0
    let text = bytes.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
    let name = String(decoding: text, as: UTF8.self).lowercased()
    let isName = name.utf8.allSatisfy {
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "-")
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: ".")
    }
    return isThere && isName && !name.isEmpty ? name : nil
  }

  /// The host's name, the names of the machine to itself, and the addresses of its networks; the best known first.
  package static func all() -> [String] {
    let devices = (try? System.enumerateDevices()) ?? []
    let addresses = devices.compactMap(\.address?.ipAddress)
      // Those of a single cable are of no use to anybody without its name, and there are many.
      .filter { !$0.hasPrefix("fe80:") && !$0.contains("%") }
    var names: [String] = []
    for name in [host].compactMap({ $0 }) + ["localhost", "127.0.0.1", "::1"] + addresses.sorted()
    where !names.contains(name) && names.count < 64 {
      names.append(name)
    }
    return names
  }
}
