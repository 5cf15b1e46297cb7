import ArgumentParser
import SharedState

/// A verb that another program may call within this process: it has no screen, asks nobody, and runs nothing of this machine.
protocol CallableVerb: Verb {
  /// Whether it changes a town, or a file, as it was called.
  var writes: Bool { get }
  /// What it prints as it was called.
  var form: OutputForm { get }
}

/// What a verb prints.
enum OutputForm: Sendable {
  /// Text for people.
  case text
  /// One value.
  case value
  /// A line for each of several values.
  case lines
}

extension CallableVerb {
  var writes: Bool { false }
  var form: OutputForm { .text }
}

/// The verbs that wait for what may never come.
enum WaitingVerbs {
  static let names: Set = ["watch", "wait"]
}

// Those that look.

extension Keys: CallableVerb {
  var form: OutputForm { json ? .value : .text }
}

extension Get: CallableVerb {
  var form: OutputForm { atoms ? .text : .value }
}

extension Dump: CallableVerb {
  var writes: Bool { output != nil }
  var form: OutputForm { output == nil ? .value : .text }
}

extension Watch: CallableVerb {
  var form: OutputForm { .lines }
}

extension Wait: CallableVerb {
  var form: OutputForm { .value }
}

extension Inspect: CallableVerb {
  // As it asks itself.
  var writes: Bool { repair && !checks && !dryRun }
  var form: OutputForm { !checks && (json || dryRun) ? .lines : .text }
}

extension Atoms: CallableVerb {
  var form: OutputForm { json || count ? .value : .text }
}

extension CompareStates: CallableVerb {
  var form: OutputForm { json ? .lines : .text }
}

extension ShowHistory: CallableVerb {
  var form: OutputForm { .lines }
}

extension ListCommands: CallableVerb {
  var form: OutputForm { json ? .value : .text }
}

extension ShowStatus: CallableVerb {
  var form: OutputForm { json ? .value : .text }
}

extension ShowWho: CallableVerb {
  var form: OutputForm { json ? .lines : .text }
}

// Those that change something.

/// A verb that writes, or says what it would write.
protocol CallableWritingVerb: CallableVerb {
  var town: WritingOptions { get }
}

extension CallableWritingVerb {
  var writes: Bool { !town.dryRun }
  var form: OutputForm { town.dryRun ? .lines : .text }
}

extension SetValue: CallableWritingVerb {}
extension Update: CallableWritingVerb {}
extension Add: CallableWritingVerb {}
extension Remove: CallableWritingVerb {}
extension Clear: CallableWritingVerb {}
extension Load: CallableWritingVerb {}
extension Select: CallableWritingVerb {}
extension RestoreState: CallableWritingVerb {}

extension MarkMoment: CallableVerb {
  var writes: Bool { !options.dryRun }
}

extension RunCommand: CallableVerb {
  var writes: Bool { true }
  var form: OutputForm { .value }
}

extension Evict: CallableVerb {
  var writes: Bool { true }
}

extension Freeze: CallableVerb {
  var writes: Bool { true }
}

extension Mute: CallableVerb {
  var writes: Bool { true }
}

extension Release: CallableVerb {
  var writes: Bool { true }
}
