import ArgumentParser
import SharedState
import StateRecording
import TownhallKit

struct ShowHistory: Verb {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Print what a house has held, one JSON line for each change.",
    discussion: """
      Of a folder in which 'townhall serve --keep' keeps a town, or of a recording. The lines are those of 'townhall watch'; \
      the time is when it was (UTC), or the seconds since the recording began, if nobody wrote down when that was. Exits with 1 if \
      nobody ever lived there.

      EXAMPLES
        townhall history selection.root --keep ~/towns/lab-3
        townhall history scene --keep session.nanover.zip
      """
  )

  @Argument(help: "The house.")
  var key: String

  @Option(
    help: ArgumentHelp("The folder, or the recording.", valueName: "folder"),
    completion: .file()
  )
  var keep: String

  func run(in surroundings: Surroundings) async throws {
    var (known, count): (StateEntry?, Int) = (nil, 0)
    var printer = ChangePrinter(prefix: key, told: StateDictionary())
    do {
      let paths = try paths()
      for path in paths {
        try Task.checkCancellation()
        let recording: Recording
        do throws(RecordingError) {
          recording = try Recording(path)
        } catch {
          // One file of many that was never begun, or is damaged, is not all of the history.
          guard paths.count > 1 else { throw error }
          surroundings.note(Program.safe(error.description))
          continue
        }
        for flaw in recording.flaws where surroundings.isWatched {
          surroundings.note("\(path): \(Program.safe(flaw.description))")
        }
        for number in 0..<recording.count where recording.mayHoldState(number) {
          let message = try recording.message(number)
          guard let change = message.state else { continue }
          let entry: StateEntry?
          if change.touches(key) {
            entry = change.updates[key]
          } else if number == 0 {
            // It begins with all that there was.
            entry = nil
          } else {
            continue
          }
          guard entry != known else { continue }
          printer.time = recording.told(message.time)
          try surroundings.write(printer.line(key, old: known?.value, new: entry?.value))
          (known, count) = (entry, count + 1)
        }
      }
    } catch let error as RecordingError {
      throw Failure(.badUsage, Program.safe(error.description))
    } catch let error as Files.SystemError {
      throw Failure(.badUsage, Program.safe(error.description))
    }
    guard count > 0 else { throw Failure(.absent, "nobody ever lived in \(Program.safe(key))") }
  }

  private func paths() throws -> [String] {
    guard !Recording.endings.contains(where: keep.hasSuffix) else { return [keep] }
    let parts = try TownFolder.parts(in: keep)
    guard !parts.isEmpty else { throw Failure(.absent, "no town was ever kept in \(keep)") }
    return parts.map(\.path)
  }
}
