import SharedState
import TownhallKit

/// What is judged of the network, and of a town in it.
extension Diagnosis {
  static func network(_ network: DoctorFacts.Network, _ facts: DoctorFacts) -> [Finding] {
    [
      loopback(network), port(network), listening(network), interfaces(network), proxies(facts),
    ]
  }

  private static func loopback(_ network: DoctorFacts.Network) -> Finding {
    guard let trouble = network.loopbackTrouble else {
      return .ok("loopback", "programs on this machine can join a town here")
    }
    return .bad(
      "loopback",
      "no town can be opened here: \(trouble)",
      fix: "sudo ip link set lo up"
    )
  }

  private static func names(_ holders: [DoctorFacts.Holder]) -> String? {
    let names = holders.map { "\($0.name) (process \($0.process))" }
    return names.isEmpty ? nil : names.joined(separator: ", ")
  }

  private static func port(_ network: DoctorFacts.Network) -> Finding {
    guard network.isPortTaken else { return .ok("port", "38801 is free for a town") }
    let holder = names(network.portHolders) ?? "a program of somebody else"
    return .note(
      "port",
      "38801 is taken by \(holder); a town that is opened here takes the next that is free",
      fix: "townhall \(ServerAddress.nearby)   # if a town is there"
    )
  }

  private static func listening(_ network: DoctorFacts.Network) -> Finding {
    if let trouble = network.listeningTrouble {
      return .bad(
        "discovery",
        trouble,
        fix: "ss -ulpn 'sport = :54545'   # tells who does not share the port"
      )
    }
    let others = names(network.listeners).map { "; \($0) listens too" } ?? ""
    return .ok("discovery", "servers that announce themselves are heard at UDP port 54545\(others)")
  }

  /// What tunnels are called, which as a rule pass on no broadcasts.
  private static let tunnels = [
    "tun", "tap", "wg", "ppp", "tailscale", "zt", "utun", "ipsec", "nordlynx",
  ]

  private static func isTunnel(_ interface: DoctorFacts.Interface) -> Bool {
    tunnels.contains { interface.name.hasPrefix($0) }
  }

  private static func interfaces(_ network: DoctorFacts.Network) -> Finding {
    let (check, fix) = ("interfaces", "townhall ws://HOST:38801   # by its address")
    let told = { (interfaces: [DoctorFacts.Interface]) in
      interfaces.map { "\($0.name) (\($0.address))" }.joined(separator: ", ")
    }
    let deaf = network.interfaces.filter { isTunnel($0) || !$0.broadcasts }
    let open = network.interfaces.filter { !isTunnel($0) && $0.broadcasts }
    guard !network.interfaces.isEmpty else {
      return .note(check, "none but the loopback: only this machine can be reached", fix: "ip link")
    }
    guard deaf.isEmpty else {
      let also = open.isEmpty ? "" : ", those of \(told(open)) are"
      return .note(
        check,
        "servers behind \(told(deaf)) are hardly heard: tunnels drop announcements\(also)",
        fix: fix
      )
    }
    return .ok(check, "servers are heard through \(told(open))")
  }

  private static func proxies(_ facts: DoctorFacts) -> Finding {
    let names = [
      "http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
    ]
    let given = names.filter(facts.has)
    guard !given.isEmpty else { return .ok("proxy", "none is set, and none would be used") }
    // What they say may hold a password.
    return .note(
      "proxy",
      "\(given.joined(separator: ", ")): not used, towns are joined directly",
      fix: "ssh -L 38801:HOST:38801 GATEWAY   # where only a proxy leads out"
    )
  }

  // MARK: A town

  static func town(_ town: TownFacts) -> [Finding] {
    if let flaw = town.flaw {
      return [.bad("town", flaw, fix: "townhall doctor \(ServerAddress.nearby)")]
    }
    if let recording = town.recording { return [Self.recording(recording)] }
    let found: [Finding?] = [
      name(town), reach(town), town.trust.map { trust($0, town) }, wire(town),
      town.wire == nil ? nil : role(town),
    ]
    return found.compactMap(\.self)
  }

  private static func recording(_ recording: TownFacts.Recording) -> Finding {
    let path = shellQuoted(recording.path)
    if let trouble = recording.trouble {
      return .bad("town", trouble, fix: "townhall repair \(path)")
    }
    guard let flaw = recording.flaws.first else {
      return .ok("town", "\(recording.path) is a recording, and whole")
    }
    return .note("town", "\(recording.path): \(flaw)", fix: "townhall repair \(path)")
  }

  private static func name(_ town: TownFacts) -> Finding {
    if let trouble = town.nameTrouble {
      return .bad(
        "town-name",
        "\(town.host): \(trouble)",
        fix: "getent hosts \(shellQuoted(town.host))   # or join by the number"
      )
    }
    let isNumber = town.places == [town.host]
    let places = town.places.joined(separator: ", ")
    return .ok("town-name", isNumber ? town.host : "\(town.host) is \(places)")
  }

  private static func reach(_ town: TownFacts) -> Finding? {
    guard town.nameTrouble == nil else { return nil }
    guard let time = town.roundTrip, town.reachTrouble == nil else {
      return .bad(
        "town-reach",
        "\(town.address): \(town.reachTrouble ?? "no answer")",
        fix: town.isHere
          ? "townhall serve"
          : "ping \(shellQuoted(town.host))   # if it answers, the port is closed"
      )
    }
    let milliseconds = Double(Int((time / .milliseconds(1)) * 10)) / 10
    let text = "answers after \(milliseconds) ms"
    return time < .milliseconds(150)
      ? .ok("town-reach", text)
      : .note("town-reach", text + ", which is felt", fix: "ping \(shellQuoted(town.host))")
  }

  private static func trust(_ trust: TownFacts.Trust, _ town: TownFacts) -> Finding {
    switch trust {
    case .plain: .ok("town-trust", "no TLS is spoken: others in the network can read along")
    case .trusted: .ok("town-trust", "TLS, with a certificate to go by")
    case .unvouched(let reason):
      .bad(
        "town-trust",
        reason,
        fix: "townhall keys --town \(shellQuoted(town.address))   # asks whether to trust it"
      )
    case .refused(let reason):
      .bad(
        "town-trust",
        reason,
        fix: "ask whoever runs it for the address that 'townhall serve --tls' prints"
      )
    }
  }

  private static func wire(_ town: TownFacts) -> Finding? {
    if let wire = town.wire { return .ok("town-wire", wire) }
    guard let trouble = town.joinTrouble else { return nil }
    return town.isDenied
      ? .bad("town-role", trouble, fix: holdingToken)
      : .bad("town-wire", trouble, fix: "townhall discover   # tells what servers speak")
  }

  private static var holdingToken: String {
    "export \(Surroundings.accessToken.file)=FILE   # with a token of the town's owner"
  }

  private static func role(_ town: TownFacts) -> Finding {
    guard let role = town.role else { return .ok("town-role", "everybody may do all there") }
    guard role == .guest else { return .ok("town-role", "\(role.rawValue)") }
    return .note(
      "town-role",
      "guest: you look, and write your own avatar",
      fix: holdingToken
    )
  }
}
