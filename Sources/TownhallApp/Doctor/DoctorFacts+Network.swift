import Glibc
import ServerDiscovery

/// Gathering what is known of the network; nothing is sent beyond this machine.
extension DoctorFacts {
  /// Looks at the network.
  static func lookAtNetwork(_ listening: DiscoveryListener.Options) async -> Network {
    var network = Network()
    network.loopbackTrouble = loopbackTrouble
    network.isPortTaken = !canListen(at: 38_801)
    if network.isPortTaken { network.portHolders = holders(of: 38_801, in: ["tcp", "tcp6"]) }
    do {
      let listener = try await DiscoveryListener.start(listening)
      await listener.close()
      let others = holders(of: listener.port, in: ["udp", "udp6"])
      network.listeners = others.filter { $0.process != Int(getpid()) }
    } catch {
      network.listeningTrouble = error.description
    }
    network.interfaces = interfaces
    return network
  }

  // MARK: Sockets

  /// An address of this machine alone.
  private static func loopback(_ port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
    return address
  }

  private static func socket() -> Int32 {
    Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
  }

  private static func listen(_ descriptor: Int32, at port: Int) -> Bool {
    var (yes, address) = (Int32(1), loopback(port))
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    let length = socklen_t(MemoryLayout<sockaddr_in>.size)
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0
      }
    } && Glibc.listen(descriptor, 1) == 0
  }

  private static func canListen(at port: Int) -> Bool {
    let descriptor = socket()
    guard descriptor >= 0 else { return true }
    defer { close(descriptor) }
    return listen(descriptor, at: port) || errno != EADDRINUSE
  }

  /// Why nobody on this machine can be reached from it, if so: listens at a port that is free, and connects there.
  private static var loopbackTrouble: String? {
    let (server, client) = (socket(), socket())
    defer { for descriptor in [server, client] where descriptor >= 0 { close(descriptor) } }
    guard server >= 0, client >= 0, listen(server, at: 0) else { return reason }
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isReached = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(server, $0, &length) == 0 && connect(client, $0, length) == 0
      }
    }
    return isReached ? nil : reason
  }

  private static var reason: String { String(cString: strerror(errno)) }

  // MARK: Other programs

  /// Whose programs have sockets at a port, as far as this person may know.
  private static func holders(of port: Int, in tables: [String]) -> [Holder] {
    let wanted = Set(tables.flatMap { sockets(at: port, in: $0) })
    guard !wanted.isEmpty, let processes = try? Files.names(in: "/proc") else { return [] }
    return processes.compactMap { Int($0) }.sorted().compactMap { process in
      let folder = "/proc/\(process)"
      guard let descriptors = try? Files.names(in: folder + "/fd"),
        descriptors.contains(where: { name in
          target(of: "\(folder)/fd/\(name)").map { wanted.contains($0) } == true
        })
      else { return nil }
      let name = (try? Files.read(folder + "/comm", atMost: 100)).map {
        String(decoding: $0, as: UTF8.self)
      }
      return Holder(
        name: name?.split(separator: "\n").first.map(String.init) ?? "?",
        process: process
      )
    }
  }

  /// The sockets at a port, as their descriptors call them: those that listen, where connections are made.
  private static func sockets(at port: Int, in table: String) -> [String] {
    let bytes = (try? Files.read("/proc/net/" + table, atMost: 4 << 20)) ?? []
    return sockets(
      at: port,
      inTable: String(decoding: bytes, as: UTF8.self),
      areUDP: table.hasPrefix("udp")
    )
  }

  /// Reads the kernel's table of sockets.
  static func sockets(at port: Int, inTable text: String, areUDP: Bool) -> [String] {
    text.split(separator: "\n").dropFirst().compactMap { line in
      let fields = line.split(separator: " ")
      guard fields.count > 9, let digits = fields[1].split(separator: ":").last,
        Int(digits, radix: 16) == port, areUDP || fields[3] == "0A"
      else { return nil }
      return "socket:[\(fields[9])]"
    }
  }

  // MARK: Interfaces

  private static let (isUp, broadcasts, isLoopback): (UInt32, UInt32, UInt32) = (0x1, 0x2, 0x8)

  /// The interfaces that are up and have an address of the fourth version, by which servers are announced.
  private static var interfaces: [Interface] {
    var first: UnsafeMutablePointer<ifaddrs>?
    guard getifaddrs(&first) == 0 else { return [] }
    defer { freeifaddrs(first) }
    var (found, next) = ([Interface](), first)
    while let entry = next?.pointee {
      next = entry.ifa_next
      guard let address = entry.ifa_addr, Int32(address.pointee.sa_family) == AF_INET,
        entry.ifa_flags & isUp != 0, entry.ifa_flags & isLoopback == 0
      else { continue }
      found.append(
        Interface(
          name: String(cString: entry.ifa_name),
          address: TownReach.text(of: address, socklen_t(MemoryLayout<sockaddr_in>.size)) ?? "",
          broadcasts: entry.ifa_flags & broadcasts != 0
        )
      )
    }
    return found
  }
}
