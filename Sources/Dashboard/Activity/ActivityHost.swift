import ScreenKit

/// What telling of something in the activity needs of the dashboard.
protocol ActivityHost: Host {
  var activity: ActivityPane { get set }
}

extension ActivityHost {
  mutating func tell(_ phrase: Phrase, _ role: Role = .plain) {
    activity.log.note(phrase, role, at: now)
  }

  /// Tells something that is in the right words already.
  @_disfavoredOverload
  mutating func tell(_ text: String, _ role: Role = .plain) {
    activity.log.note(text, role, at: now)
  }
}

extension PaneID {
  static let activity = PaneID("Activity", hasEntries: false)
}
