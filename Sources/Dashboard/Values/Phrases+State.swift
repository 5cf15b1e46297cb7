import SharedState
import ScreenKit

extension Phrases {
  /// How long ago something was, while seconds matter, and at what time it was afterwards.
  ///
  /// An age that ticked forever would make an idle screen draw; a time of day stands still.
  static func age(of past: Moment, at now: Moment) -> String {
    let seconds = (now.uptime - past.uptime).components.seconds
    return switch seconds {
    case ...0: "just now"
    case ..<relativeSeconds: "\(seconds) s ago"
    default: "at \(past.clockText)"
    }
  }

  /// How long somebody has been here: `50 s`, `12 min`, `3 h`.
  static func stay(_ seconds: Int64) -> String {
    if seconds < 60 { return "\(seconds) s" }
    return seconds < 7200 ? "\(seconds / 60) min" : "\(grouped(Int(seconds / 3600))) h"
  }

  /// Atoms as ranges, at most `limit` of them: `43–45, 60`; `nil` if some are no whole numbers.
  static func ranges(_ atoms: some Collection<StateValue>, limit: Int, ascii: Bool) -> String? {
    var ranges: [ClosedRange<Int64>] = []
    for atom in atoms {
      guard let number = atom.int else { return nil }
      if let last = ranges.last, last.upperBound < .max, last.upperBound + 1 == number {
        ranges[ranges.count - 1] = last.lowerBound...number
      } else {
        guard ranges.count < limit else {
          return written(ranges, ascii: ascii) + (ascii ? ", .." : ", …")
        }
        ranges.append(number...number)
      }
    }
    return written(ranges, ascii: ascii)
  }

  private static func written(_ ranges: [ClosedRange<Int64>], ascii: Bool) -> String {
    ranges.map { range in
      let dash = ascii ? "-" : "–"
      return switch range.count {
      case 1: "\(range.lowerBound)"
      case 2: "\(range.lowerBound), \(range.upperBound)"
      default: "\(range.lowerBound)\(dash)\(range.upperBound)"
      }
    }.joined(separator: ", ")
  }
}
