import ArgumentParser
import NetworkSupport
import ServerDiscovery
import SharedState
import StateSync
import TownhallKit

struct Serve: Verb {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Open a town for others to join, without a screen.",
    discussion: """
      Prints the town's address when it is open, and closes it on ^C or SIGTERM. NanoVer's clients of \
      every year, Narupa's and townhall itself can join. Whoever reaches the address can read and change the town, \
      so it is open to this machine only unless --host says otherwise; then either --access lists who may come as what \
      ('townhall token' gives out the tokens), or --open says that everybody who reaches it may.

      A client is told of changes thirty times a second on average, and at once as long as it has had fewer. Its \
      address may ask for something else: ws://lab-3:38801/?interval=0 for each change at once, up to 3600 seconds.

      With --tls the connections are encrypted, and nothing else is wanted for that: the town makes a certificate for the \
      names of this machine, keeps it, and prints an address with its fingerprint, by which clients know that it is this town. The \
      fingerprint stays the same as long as the key is kept. With --tls-cert and --tls-key a certificate of yours is shown; its \
      files are read again when they change.

      With --keep the town is there again tomorrow: what was accepted a second ago outlasts a program that is killed. The folder \
      is at the same time a recording of all that happened, in files of an hour or 64 MB, each of which plays alone; 'townhall history' \
      tells what a house has held.

      With --replay a recording is played for whoever joins, headsets and Python clients too. The buttons of a simulation play, \
      pause, step and reset it; 'townhall run playback/seek time=5.2' goes to a moment.

      EXAMPLES
        townhall serve --residents
        townhall serve --replay lab3.nanover.zip --speed 2 --loop
        townhall serve --keep ~/towns/lab-3
        townhall token new owner --access town.access > owner.token
        townhall serve --host 0.0.0.0 --access town.access --announce 'Lab 3'
        townhall serve --host 0.0.0.0 --access town.access --tls
        townhall serve --host 0.0.0.0 --open --class
        townhall serve --port 0 | { read town; townhall keys --town "$town"; }
      """
  )

  @Option(help: "The network address to listen on.")
  var host = "127.0.0.1"

  @Option(help: "The port; 0 takes any that is free.")
  var port = 38801

  @Flag(help: "Let demo residents live there.")
  var residents = false

  @Option(help: "What the residents' behaviour grows from.")
  var seed: UInt64 = 7

  @Option(
    help: ArgumentHelp(
      "Announce the town under this name, twice a second, on the networks that can reach it.",
      valueName: "name"
    )
  )
  var announce: String?

  @Flag(
    name: .customLong("class"),
    help:
      "Teach a class: tell what each learner does who joins with 'townhall tour --town ADDRESS'."
  )
  var isClass = false

  @Option(
    file:
      "The lessons of the class, a file as 'townhall tour --print' prints one; the built-in ones without it."
  )
  var lessons: String?

  @Option(
    help: ArgumentHelp(
      "How many clients there may be. Without it, as many as the process may have open files for (ulimit -Hn), less some for itself; it is told at the start.",
      valueName: "number"
    )
  )
  var maxClients: Int?

  @Option(
    help: ArgumentHelp(
      "Bound what anybody may use up, such as entries=10000 or state-bytes=64M; may be given again. 'townhall status' tells all limits.",
      valueName: "name=number"
    )
  )
  var limit: [String] = []

  @Option(
    help: ArgumentHelp(
      "Let web pages of this origin join through a browser, such as https://lab.example; may be given again, and '*' lets all. Without it only pages that this machine serves itself may.",
      valueName: "origin"
    )
  )
  var allowOrigin: [String] = []

  @Option(
    file:
      "Let in who shows a token that this file lists, as what it says; 'townhall token' writes it."
  )
  var access: String?

  @Flag(
    help: "Let everybody in who reaches the address, and let them do all, also from other machines."
  )
  var open = false

  @Option(
    help: ArgumentHelp(
      "Tell how the town stands to whoever collects such figures (Prometheus), on this machine at http://127.0.0.1:PORT/metrics; 0 takes any port.",
      valueName: "port"
    )
  )
  var metrics: Int?

  @Option(
    file:
      "Note each change in this file, and who made it: lines of JSON. At 64 MiB it is put aside, and four such are kept."
  )
  var audit: String?

  @Flag(help: "Note the values too, with --audit.")
  var auditValues = false

  @Option(
    help: ArgumentHelp(
      "Keep the town in this folder: what is accepted is on disk within a second, and the next start goes on from there.",
      valueName: "folder"
    ),
    completion: .directory
  )
  var keep: String?

  @Option(
    help: ArgumentHelp(
      "For how long recordings are kept in the folder (90min, 12h, 30d).",
      valueName: "time"
    )
  )
  var keepFor = TimeSpan(.seconds(30 * 86_400))

  @Flag(help: "Keep the state alone, and nothing of what is simulated.")
  var keepNoFrames = false

  @Option(
    help: ArgumentHelp(
      "Play this recording in the town (FILE, FILE@SECONDS, FILE@MARK).",
      valueName: "recording"
    ),
    completion: .file()
  )
  var replay: String?

  @OptionGroup var playing: ReplayOptions

  @Flag(help: "Say nothing but the address.")
  var quiet = false

  @Flag(
    help:
      "Encrypt (wss) with a certificate that the town makes for this machine and keeps."
  )
  var tls = false

  @Option(file: "Encrypt (wss) with the certificate chain in this PEM file.")
  var tlsCert: String?

  @Option(file: "The certificate's private key, a PEM file.")
  var tlsKey: String?

  func validate() throws {
    guard (0...65535).contains(port) else {
      throw ValidationError("--port must be a number from 0 to 65535")
    }
    if let maxClients, maxClients < 1 { throw ValidationError("--max-clients must be 1 or more") }
    guard (tlsCert == nil) == (tlsKey == nil) else {
      throw ValidationError("--tls-cert and --tls-key belong together")
    }
    guard !tls || tlsCert == nil else {
      throw ValidationError("--tls makes a certificate, so no --tls-cert goes with it")
    }
    guard lessons == nil || isClass else {
      throw ValidationError("--lessons are those of a class, so --class is missing")
    }
    if let odd = allowOrigin.first(where: { $0 != "*" && !$0.contains("://") }) {
      throw ValidationError(
        "--allow-origin wants an origin such as https://lab.example, and not \(odd)"
      )
    }
    guard access == nil || !open else {
      throw ValidationError("--open lets everybody in, so no --access goes with it")
    }
    guard metrics.map({ (0...65535).contains($0) }) ?? true else {
      throw ValidationError("--metrics must be a number from 0 to 65535")
    }
    guard replay == nil || !residents else {
      throw ValidationError("where a recording is played no residents live")
    }
    guard replay != nil || !playing.areGiven else {
      throw ValidationError("--speed, --loop, --paused and --longest-pause go with --replay")
    }
    guard keep != nil || !keepNoFrames else {
      throw ValidationError("--keep-no-frames goes with --keep")
    }
    guard audit != nil || !auditValues else {
      throw ValidationError("--audit-values goes with --audit")
    }
    guard announce?.isEmpty != true else {
      throw ValidationError("--announce wants a name")
    }
  }

  func run(in surroundings: Surroundings) async throws {
    let course = isClass ? try lessons.map(Course.read) ?? .builtIn() : nil
    try checkOpenness()
    let limits = try limits()
    let watch = try access.map { try AccessWatch(AccessFile(path: $0)) }
    let identity = try identity(in: surroundings)
    let keeper = try keep.map { try TownKeeper(TownFolder($0), keepingFor: keepFor.duration) }
    let opening = try keeper?.opening(in: surroundings, isQuiet: quiet)
    let replayed = try replay.map { try ReplayedFile($0, in: surroundings) }
    let audit = try audit.map { path in
      var options = AuditFile.Options()
      options.showsValues = auditValues
      return try AuditFile(path, options: options)
    }
    SharedStateServer.makeRoom()
    let server = try await SharedStateServer.start(
      host: host,
      port: port,
      holding: opening ?? [:],
      identity: identity,
      limits: limits,
      gate: watch?.gate,
      allowedOrigins: allowOrigin
    )
    let announcing: Task<Void, Never>?
    let driver: ReplayDriver?
    do {
      try await keeper?.begin(server, hearsFrames: !keepNoFrames, in: surroundings)
      driver = try replayed.map { replayed in
        try replayed.driver(in: server, playing)
      }
      announcing = try announce.map { try announcement($0, of: server, in: surroundings) }
      try surroundings.print(tls ? server.pinnedAddress : server.address)
    } catch {
      await server.close()
      throw error
    }
    if !quiet { surroundings.note("there is room for \(server.clientLimit) clients") }
    if !quiet { tellFingerprint(of: server, surroundings) }
    warn(of: server, surroundings)
    let reporting = Task { [quiet] in
      for await words in server.reports where !quiet {
        surroundings.note(Program.safe(words))
      }
    }
    if let audit { server.endpoint.audit(audit.note) }
    let auditing = audit.map { audit in
      Task { await audit.run { surroundings.note(Program.safe($0)) } }
    }
    let figures = try await tellFigures(of: server, surroundings)
    let watching = watch.map { watch in
      Task {
        await watch.run(server.checkGrants) { surroundings.note(Program.safe($0)) }
      }
    }
    let lesson = course.map { course in
      LearnerEntry.open(course, in: server.endpoint)
      return Task { [quiet] in
        await LearnerEntry.follow(server.endpoint) { if !quiet { surroundings.note($0) } }
      }
    }
    if let driver { await driver.run({ surroundings.note(Program.safe($0)) }) }
    if residents { await SimulatedUsers.live(in: server, seed: seed) }
    // Nothing else is to be done here: the task is cancelled when the program is asked to end.
    while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
    await figures?.stop()
    watching?.cancel()
    await watching?.value
    announcing?.cancel()
    await announcing?.value
    lesson?.cancel()
    let roll = await lesson?.value
    if let roll, !quiet { surroundings.tell(roll.table.map { $0 + "\n" }.joined()) }
    await server.close()
    await keeper?.finish(in: surroundings)
    audit?.finish()
    await auditing?.value
    await reporting.value
    if !quiet { surroundings.note("the town is closed") }
  }

  /// What the town shows of itself, which is made first if it is the town's own.
  private func identity(in surroundings: Surroundings) throws -> ServerIdentity? {
    if let tlsCert, let tlsKey {
      return ServerIdentity(certificateFile: tlsCert, keyFile: tlsKey)
    }
    guard tls else { return nil }
    guard let own = OwnIdentity(variables: surroundings.variables) else {
      throw Failure(
        .badUsage,
        "there is no place for a certificate: HOME and XDG_DATA_HOME are unset"
      )
    }
    let names = MachineNames.all()
    // Who listens at another name is joined by it.
    let isNamed = names.contains(host) || ["0.0.0.0", "::"].contains(host)
    let news = try own.prepare(for: isNamed ? names : names + [host])
    if let news, !quiet { surroundings.note(Program.safe(news)) }
    return own.files
  }

  /// Says how others know that it is this town.
  private func tellFingerprint(of server: SharedStateServer, _ surroundings: Surroundings) {
    guard let certificate = server.certificate else { return }
    if ["0.0.0.0", "::"].contains(host), let name = MachineNames.host {
      surroundings.note("others join at wss://\(name):\(server.port)#\(certificate.keyPin)")
    } else if !tls {
      surroundings.note("with its fingerprint the address is \(server.pinnedAddress)")
    }
    surroundings.note(
      "the certificate is for \(CertificateVerdict.list(certificate.names)), until \(PeerCertificate.day(certificate.ends)); openssl calls it \(certificate.pin.colons)"
    )
    if tls, let own = OwnIdentity(variables: surroundings.variables) {
      surroundings.note("programs that go by certificates trust \(own.certificatePath)")
    }
  }

  private func warn(of server: SharedStateServer, _ surroundings: Surroundings) {
    guard !quiet, !Self.isThisMachineOnly(host) else { return }
    surroundings.note(
      "others on the network join at port \(server.port) of this machine: "
        + (access == nil
          ? "there is no password, all of them can change it"
          : "whoever shows a token of \(access ?? "")")
    )
  }

  private func tellFigures(
    of server: SharedStateServer,
    _ surroundings: Surroundings
  ) async throws -> MetricsServer? {
    guard let metrics else { return nil }
    do {
      let figures = try await server.tellMetrics(port: metrics)
      if !quiet { surroundings.note("figures are told at \(figures.address)") }
      return figures
    } catch {
      await server.close()
      throw error
    }
  }

  private func limits() throws -> ServerLimits {
    var limits = ServerLimits()
    limits.clients = maxClients
    for text in limit {
      if let problem = limits.set(text) {
        throw Failure(.badUsage, "--limit: \(Program.safe(problem))")
      }
    }
    return limits
  }

  /// Refuses to open a town to a network by accident.
  private func checkOpenness() throws {
    guard access == nil, !open, !Self.isThisMachineOnly(host) else { return }
    throw Failure(
      .badUsage,
      "at \(host) other machines reach the town: --access FILE lets in who shows a token, as what the file says "
        + "('townhall token new owner --access FILE' begins one); --open lets everybody read and change all of it"
    )
  }

  /// Whether nobody on another machine can reach what listens there.
  private static func isThisMachineOnly(_ host: String) -> Bool {
    // All of 127.0.0.0/8 is.
    ["::1", "localhost"].contains(host)
      || host.hasPrefix("127.") && host.allSatisfy { $0.isNumber || $0 == "." }
  }

  /// Begins to announce the town, and goes on until it is cancelled.
  private func announcement(
    _ name: String,
    of server: SharedStateServer,
    in surroundings: Surroundings
  ) throws -> Task<Void, Never> {
    let announcer = surroundings.announcer(host)
    let announcement = Announcement(
      name: name,
      address: host,
      id: RandomIdentifier.make(),
      services: services(of: server)
    )
    do {
      _ = try announcement.datagram()
    } catch {
      throw Failure(.badUsage, "cannot announce the town under this name: \(error)")
    }
    if announcer.targets().isEmpty {
      surroundings.note("no network of \(host) takes broadcasts, so nobody hears of this town yet")
    }
    return Task {
      do { try await announcer.announce(announcement) } catch { surroundings.note("\(error)") }
    }
  }

  /// What our towns serve, as discovery calls it; each has all of it at one port.
  private func services(of server: SharedStateServer) -> [AnnouncedService] {
    guard server.certificate == nil else { return [AnnouncedService("wss", port: server.port)] }
    var names = ["ws"]
    #if GRPC
    // What Narupa's clients and NanoVer's of their time look for.
    names.append("multiplayer")
    #endif
    return names.map { AnnouncedService($0, port: server.port) }
  }
}
