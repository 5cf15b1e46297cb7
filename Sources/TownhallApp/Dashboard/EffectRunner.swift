import CursesTerminal
import Dashboard
import Lessons
import SharedState
import StateEditing
import StateSync
import TownhallKit
import Trajectory

/// Does what the dashboard asks for, and tells it how that went.
struct EffectRunner: Sendable {
  let screen: any DashboardScreen
  let town: SyncClient
  let inbox: Inbox
  let editor: ExternalEditor
  let readOnly: Bool
  let memory: MemoryFile?
  /// Where set-ups of rooms lie; `nil` if this person has no place for them.
  let rooms: RoomSetupFolder?
  /// Where the wishes of a tour go, if one is given.
  let tour: TourErrands?
  /// Reads the settings file as it is now.
  let rereadSettings: @Sendable () throws -> DashboardSettings
  /// What plays a recording, if one is played.
  let replay: ReplayDriver?
  /// What records the session, if that is wanted.
  let recording: RecordingErrand
  /// What is asked of the town about locks.
  let locks: LockErrands
  /// What runs commands of the person's own.
  let ownCommands: OwnCommandErrands

  init(
    screen: any DashboardScreen,
    town: SyncClient,
    hearing frames: FrameInbox? = nil,
    inbox: Inbox,
    editor: ExternalEditor,
    readOnly: Bool,
    memory: MemoryFile? = nil,
    rooms: RoomSetupFolder? = nil,
    tour: TourErrands? = nil,
    replay: ReplayDriver? = nil,
    rereadSettings: @escaping @Sendable () throws -> DashboardSettings = { DashboardSettings() }
  ) {
    (self.screen, self.town, self.inbox, self.editor) = (screen, town, inbox, editor)
    (self.readOnly, self.memory, self.rooms, self.tour) = (readOnly, memory, rooms, tour)
    (self.rereadSettings, self.replay) = (rereadSettings, replay)
    recording = RecordingErrand(town: town, hearing: frames, inbox: inbox)
    locks = LockErrands(town: town, inbox: inbox)
    ownCommands = OwnCommandErrands(screen: screen, inbox: inbox)
  }

  private static let onlyLooks = "this dashboard only looks (--read-only)"

  /// Begins with an effect, and returns at once.
  func run(_ effect: Effect) {
    switch effect {
    case .edit(let request): send(request)
    case .listCommands: listCommands()
    case .runCommand(let id, let name, let arguments): run(id, name, arguments)
    case .ask(let id, let name, let arguments): ask(id, name, arguments)
    case .runOwnCommand(let run): begin(run)
    case .lock(let key, let time): if !readOnly { locks.take(key, for: time) }
    case .unlock(let key): locks.release(key)
    case .externalEdit(let id, let text, let header, let line, let name):
      edit(id, text: text, header: header, line: line, name: name)
    case .copy(let text): copy(text)
    case .replay(let request): replay?.carryOut(request) { inbox.put(.told($0)) }
    case .record(let file): recording.begin(file)
    case .endRecording: recording.end()
    case .notify(let text, let way): screen.notify(text, by: way)
    case .remember(let what): remember(what)
    case .saveRoom(let name, let setup):
      inRooms { rooms in
        let isThere = try rooms.names().contains(name)
        let file = try rooms.save(setup, as: name)
        let place = isThere ? " in place of the one before" : ""
        inbox.put(.told("saved \(setup.phrase)\(place): \(file)"))
      }
    case .listRooms: inRooms { try inbox.put(.rooms($0.names())) }
    case .readRoom(let name): inRooms { try inbox.put(.room(name, $0.read(name))) }
    case .suspend: screen.suspend()
    case .redraw: screen.redraw()
    case .setMouse(let reported): screen.setMouse(reported)
    case .reloadSettings: inbox.put(.settings(reread()))
    case .neighbour(let change): tour?.neighbour.act(change)
    case .keepTour(let progress): keep(progress)
    case .openTour, .quit: break
    }
  }

  /// Does something with the set-ups of rooms, and says what keeps it from being done.
  private func inRooms(_ work: @escaping @Sendable (RoomSetupFolder) throws -> Void) {
    guard let rooms else { return inbox.put(.told("there is no place for set-ups of rooms")) }
    Task {
      do {
        try work(rooms)
      } catch {
        inbox.put(.told((error as? Failure)?.message ?? String(describing: error)))
      }
    }
  }

  private func reread() -> DashboardSettings {
    do {
      return try rereadSettings()
    } catch {
      let problem = SettingProblem(line: nil, String(describing: error))
      return DashboardSettings(fileProblems: [problem])
    }
  }

  private func remember(_ what: DashboardMemory) {
    do {
      try memory?.write(what)
    } catch {
      inbox.put(.notRemembered(String(describing: error)))
    }
  }

  private func keep(_ progress: TourProgress) {
    do {
      try tour?.keep(progress)
    } catch {
      inbox.put(.told("how far you have come is not kept: \(error)"))
    }
  }

  private func send(_ request: EditRequest) {
    // Begun here and now: of two edits of one house the later one is to find what the earlier one made.
    let begun = begin(request)
    Task {
      inbox.put(.outcome(request.id, await begun()))
      // For its latency.
      if town.status.isLive { inbox.put(.link(town.status)) }
    }
  }

  private func begin(_ request: EditRequest) -> @Sendable () async -> EditOutcome {
    guard !readOnly else { return { .sent(.refused(reason: Self.onlyLooks)) } }
    return town.begin(request) { [inbox] change, state in
      inbox.put(.sent(request.id, change, inverse: change.inverse(against: state)))
    }
  }

  private func listCommands() {
    Task {
      do {
        inbox.put(.commands(.success(try await town.listCommands())))
      } catch {
        inbox.put(.commands(.failure(Self.failure(error))))
      }
    }
  }

  private func run(_ id: CallID, _ name: String, _ arguments: StateObject) {
    guard !readOnly else {
      return inbox.put(.commandEnded(id, .failure(CommandFailure(.failed, Self.onlyLooks))))
    }
    ask(id, name, arguments)
  }

  private func ask(_ id: CallID, _ name: String, _ arguments: StateObject) {
    Task {
      do {
        let result = try await town.runCommand(name, arguments: arguments)
        inbox.put(.commandEnded(id, .success(result)))
      } catch {
        inbox.put(.commandEnded(id, .failure(Self.failure(error))))
      }
    }
  }

  private static func failure(_ error: any Error) -> CommandFailure {
    error as? CommandFailure ?? CommandFailure(.unavailable, String(describing: error))
  }

  private func begin(_ run: OwnCommandRun) {
    guard !(readOnly && run.command.mayWrite) else {
      return inbox.put(.ownCommandEnded(run.number, OwnCommandResult(.notRun(Self.onlyLooks))))
    }
    ownCommands.begin(run)
  }

  private func copy(_ text: String) {
    let bytes = text.utf8.count
    switch screen.copyToClipboard(text) {
    case .sent: inbox.put(.copied(bytes: bytes, limit: nil))
    case .tooLong(let limit): inbox.put(.copied(bytes: bytes, limit: limit))
    }
  }

  private func edit(_ id: EditID, text: String, header: String, line: Int?, name: String) {
    Task {
      let result = await screen.withTerminalReleased {
        await editor.edit(text, header: header, line: line, name: name)
      }
      inbox.put(.externalEdit(id, result))
    }
  }
}
