import ArgumentParser
import Glibc
import SharedState
import StateRecording

struct FilterRecording: Verb {
  static let configuration = CommandConfiguration(
    commandName: "filter",
    abstract: "Make a recording of a part of another one.",
    discussion: """
      What is kept is kept as it was, down to the bytes where all of a message is; with --from the new recording begins with all that was \
      known at that moment.

      --pseudonyms calls people person-1, person-2 and so on, in keys, texts and names of fields, in the same way everywhere; \
      who is who is written into the file that it names, and nowhere else.

      EXAMPLES
        townhall filter lab3.nanover.zip selections.nanover.zip --only 'selection.*'
        townhall filter lab3.nanover.zip minute.nanover.zip --from 60 --to 120
        townhall filter lab3.nanover.zip public.nanover.zip --pseudonyms who.json
      """
  )

  @Argument(help: "The recording.", completion: .file())
  var source: String

  @Argument(help: "The file to make.", completion: .file())
  var destination: String

  @Option(help: ArgumentHelp("Keep only keys that fit; may be given again.", valueName: "pattern"))
  var only: [String] = []

  @Option(help: ArgumentHelp("Leave out keys that fit; may be given again.", valueName: "pattern"))
  var without: [String] = []

  @Option(help: ArgumentHelp("Where to begin.", valueName: "seconds"))
  var from: Seconds?

  @Option(help: ArgumentHelp("Where to end.", valueName: "seconds"))
  var to: Seconds?

  @Flag(help: "Leave out the state.")
  var noState = false

  @Flag(help: "Leave out what was simulated.")
  var noFrames = false

  @Flag(help: "Leave out commands, and whatever else was said.")
  var noCommands = false

  @Option(file: "Call people by pseudonyms, and write into this file who is who.")
  var pseudonyms: String?

  func validate() throws {
    if let from, let to, to.duration < from.duration {
      throw ValidationError("--to comes before --from")
    }
  }

  func run(in surroundings: Surroundings) async throws {
    do {
      let recording = try Recording(source)
      for flaw in recording.flaws { surroundings.note(Program.safe(flaw.description)) }
      var filter = RecordingFilter()
      let (wanted, unwanted) = (KeyGlobs(only), KeyGlobs(without))
      filter.keeps = { wanted?.holds($0) ?? true && !(unwanted?.holds($0) ?? false) }
      filter.begin = from?.duration ?? .zero
      filter.end = to?.duration
      (filter.hasState, filter.hasFrames, filter.hasOthers) = (!noState, !noFrames, !noCommands)
      if let path = pseudonyms {
        let pseudonyms = try Pseudonyms(of: recording)
        try write(pseudonyms, to: path)
        filter.pseudonyms = pseudonyms
        surroundings.note(
          "\(Counted.things(pseudonyms.count, "person", "people")): who is who is in \(path)"
        )
      }
      let count: Int
      do throws(RecordingError) {
        count = try recording.filter(by: filter, to: destination)
      } catch {
        // Who is who in nothing is of no use, and would be in the way of the next try.
        if let pseudonyms { unlink(pseudonyms) }
        throw error
      }
      surroundings.note("\(Counted.things(count, "message", "messages")) are in it")
    } catch let error as RecordingError {
      throw Failure(.badUsage, Program.safe(error.description))
    }
    try surroundings.print(destination)
  }

  /// Writes down who is who, for this person alone.
  private func write(_ pseudonyms: Pseudonyms, to path: String) throws(Failure) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else {
      throw Failure(.badUsage, "cannot write \(path): \(String(cString: strerror(errno)))")
    }
    defer { close(descriptor) }
    do throws(Files.SystemError) {
      try Files.write((pseudonyms.key.text(indent: 2) + "\n").utf8, to: descriptor, named: path)
    } catch {
      throw Failure(.badUsage, error.description)
    }
  }
}

struct ExportRecording: Verb {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Print numbers of a recording over time, as a table that pandas reads.",
    discussion: """
      The first column is the time in seconds. Each --csv names a house, in which * and ? stand for what they do everywhere, and \
      the field in it; frame.NAME is what the simulation says. Lists of numbers are a column for each element, truth is 1 or 0, \
      and where there is no number the cell is empty. There is a row whenever one of them was said.

      EXAMPLES
        townhall export lab3.nanover.zip --csv 'avatar.*.components[0].position' > heads.csv
        townhall export lab3.nanover.zip --csv frame.energy.kinetic --csv scene.scale
      """
  )

  @Argument(help: "The recording.", completion: .file())
  var source: String

  @Option(help: ArgumentHelp("Which numbers; may be given again.", valueName: "house.field"))
  var csv: [String]

  func run(in surroundings: Surroundings) async throws {
    do {
      let recording = try Recording(source)
      for flaw in recording.flaws { surroundings.note(Program.safe(flaw.description)) }
      let table = try NumberTable(of: recording, columns: csv)
      guard !table.header.isEmpty else {
        throw Failure(.absent, "there are no such numbers in \(Program.safe(source))")
      }
      try surroundings.print(
        (["seconds"] + table.header).map { Self.cell(Program.safe($0)) }.joined(separator: ",")
      )
      try table.rows { time, numbers in
        try Task.checkCancellation()
        let cells = ["\(time.seconds)"] + numbers.map { $0.map(Self.number) ?? "" }
        try surroundings.print(cells.joined(separator: ","))
      }
    } catch let error as RecordingError {
      throw Failure(.badUsage, Program.safe(error.description))
    }
  }

  private static func number(_ number: Double) -> String {
    if number.isNaN { return "NaN" }
    if number.isInfinite { return number < 0 ? "-inf" : "inf" }
    // What was whole is written so, and no digit of the rest is lost.
    return Int64(exactly: number).map { "\($0)" } ?? "\(number)"
  }

  /// A cell after RFC 4180.
  private static func cell(_ text: String) -> String {
    guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
