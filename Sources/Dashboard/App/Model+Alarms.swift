import StateInspection
import ScreenKit
import SharedState
import TextScreen

/// Telling a person something while they look elsewhere, if they want that.
extension Model {
  /// What is to be told with the next answer.
  var notices: [String] {
    get { session.notices }
    _modify { yield &session.notices }
  }

  /// Takes up what the person wants to be told of.
  mutating func settleAlarms(_ settings: DashboardSettings?) {
    let wanted = settings?.alarms ?? []
    session.noticeWay = settings?.noticeWay ?? .osc9
    guard wanted != session.alarms else { return }
    session.alarms = wanted
    session.alarmWatch = AlarmWatch(wanted.compactMap { Alarm($0) })
  }

  /// Looks whether a change is something to tell; also while the picture is held still.
  mutating func noteForAlarms(_ change: StateChange) {
    guard !session.alarmWatch.isEmpty else { return }
    notices += session.alarmWatch.take(change, to: freshest, at: now.uptime)
  }

  /// Tells what there is to tell, on the screen too.
  mutating func ringAlarms() -> [Effect] {
    guard !session.alarmWatch.isEmpty else { return [] }
    if let due = session.alarmWatch.nextLook, due <= now.uptime {
      notices += session.alarmWatch.look(freshest, at: now.uptime)
    }
    guard !notices.isEmpty else { return [] }
    defer { notices = [] }
    let way = session.noticeWay
    return notices.map { text in
      say(text, .warning)
      tell(text, .warning)
      return .notify(text, way)
    }
  }
}
