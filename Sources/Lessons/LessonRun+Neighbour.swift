package import SharedState

/// What somebody else does in a lesson.
extension LessonRun {
  /// What the neighbour does is asked for again after this time, if the state shows nothing of it.
  private static let patience = Duration.seconds(3)

  /// What comes of the neighbour's acts.
  package enum Turn: Equatable, Sendable {
    /// This is to be done.
    case errand(StateChange)
    /// The learner is to be told this.
    case say(String)
  }

  /// What makes a state the one that the lesson begins with.
  package func arrangement(in state: StateDictionary) -> StateChange {
    var change = StateChange()
    for key in state.keys where lesson.start[key] == nil { change.remove(key) }
    for entry in lesson.start where state[entry.key]?.isLike(entry.value) != true {
      change.update(entry.key, to: entry.value)
    }
    return change
  }

  /// When the acts go on by themselves, as uptimes.
  package var actTimes: [Duration] {
    acts.compactMap { act in
      switch act {
      case .due(let time): time
      case .sent(_, let time, _): time + Self.patience
      case .waiting, .done: nil
      }
    }
  }

  package func isDone(_ act: String) -> Bool {
    zip(lesson.neighbour, acts).contains { $0.name == act && $1 == .done }
  }

  /// Goes on with the acts whose time has come.
  package mutating func goOnWithActs(in state: StateDictionary, at now: Duration) -> [Turn] {
    var turns: [Turn] = []
    // What one act brings about sets the next one off when it is looked at again.
    let run = self
    for (index, act) in lesson.neighbour.enumerated() {
      switch acts[index] {
      case .waiting where run.isSetOff(act.when, in: state): acts[index] = .due(now + act.wait)
      case .due(let time) where now >= time:
        let errand = act.change(in: state)
        acts[index] = .sent(errand, at: now, before: state)
        turns.append(.errand(errand))
      case .sent(let errand, let time, let before):
        if errand.isSeen(in: state, since: before) {
          acts[index] = .done
          if let name = act.name { note(.acted(name)) }
          if let text = act.say { turns.append(.say(text)) }
        } else if now - time >= Self.patience {
          // The neighbour's own line may have been down.
          acts[index] = .sent(errand, at: now, before: before)
          turns.append(.errand(errand))
        }
      case .waiting, .due, .done: break
      }
    }
    return turns
  }
}

extension Lesson.Act {
  /// What the act comes to on a state.
  fileprivate func change(in state: StateDictionary) -> StateChange {
    var change = StateChange()
    for entry in set { change.update(entry.key, to: entry.value) }
    for entry in update {
      var object = state[entry.key]?.object ?? [:]
      for field in entry.value.object ?? [:] { object[field.key] = field.value }
      change.update(entry.key, to: .object(object))
    }
    for key in remove { change.remove(key) }
    return change
  }
}

extension StateChange {
  /// Whether a state shows it, or something else that has happened in the same place by now.
  fileprivate func isSeen(in state: StateDictionary, since before: StateDictionary) -> Bool {
    let isThere =
      updates.allSatisfy { state[$0.key]?.isLike($0.value.value) == true }
      && removals.allSatisfy { !state.contains($0) }
    return isThere || keys.contains { state.entry(for: $0) != before.entry(for: $0) }
  }
}
