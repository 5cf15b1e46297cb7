import SharedState
import Wording

/// What holds for a whole group.
extension Check {
  static let shapes: [Check] = [notADictionary, scene, transform]
  static let groups: [Check] = [playerID, interactionType, interactionFields, vacancy]

  private static let dictionaryGroups: Set<String> = [
    "selection.", "avatar.", "interaction.", "user-origin.", "cursor.", "playarea.", "transform.",
    "handle.", "panel.",
  ]

  private static let notADictionary = Check(
    "not-a-dictionary",
    fact: "clients look for fields in these streets, and fail on a value without any",
    one: { entry in
      let isOne = dictionaryGroups.contains(entry.group) || Links.visualisers.contains(entry.group)
      guard isOne, entry.object == nil else { return nil }
      let group = entry.group.dropLast()
      return Finding(
        .error,
        at: [],
        "it is \(withArticle(entry.value.kind)), not a dictionary",
        trouble: "clients read fields from every \(group), and may fail on this one",
        advice: "set a dictionary, or remove the \(.house)"
      )
    }
  )

  private static let scene = Check(
    "scene-shape",
    fact: "scene is 10 numbers: place, turn (a quaternion) and a scale above 0; else it is ignored",
    one: { entry in
      guard entry.key == "scene" else { return nil }
      let numbers = entry.value.array?.compactMap(\.double) ?? []
      guard numbers.count == 10, entry.value.array?.count == 10 else {
        return Finding(
          .error,
          at: [],
          "the scene is no list of 10 numbers",
          trouble: "headsets ignore it or fail, and the molecule stays where it was",
          advice: "place x y z, turn x y z w, scale x y z: [0,0,0,0,0,0,1,1,1,1]"
        )
      }
      guard let scale = numbers[7...].first(where: { !($0 > 0) }) else { return nil }
      return Finding(
        .warning,
        at: [],
        "the scene has a scale of \(Phrases.decimal(scale, digits: 3))",
        trouble: "headsets may ignore it; the web client writes -1 to mirror it",
        advice: "keep the last three numbers above 0"
      )
    }
  )

  private static let transform = Check(
    "transform-shape",
    fact: "a transform is 3 to 10 numbers, and those that are missing are as if nothing was moved",
    one: { entry in
      guard entry.group == "transform.", let object = entry.object else { return nil }
      let elements = object["transform"]?.array
      let numbers = elements?.compactMap(\.double) ?? []
      if let elements, numbers.count == elements.count, (3...10).contains(numbers.count) {
        return nil
      }
      return Finding(
        .warning,
        at: ["transform"],
        "transform is no list of 3 to 10 numbers",
        trouble: "clients cannot tell where this is",
        advice: "place x y z, turn x y z w, scale x y z"
      )
    }
  )

  private static let playerID = Check(
    "avatar-playerid",
    fact: "an avatar's playerid must be the id in its key (nanover-server-py issue 98)",
    one: { entry in
      guard entry.group == "avatar.", let object = entry.object else { return nil }
      let id = object["playerid"]
      guard id != .string(entry.name) else { return nil }
      return Finding(
        .warning,
        at: ["playerid"],
        id == nil ? "there is no playerid" : "its playerid is not the id in its key",
        trouble: "headsets do not know whose hands these are",
        advice: id == nil ? "it is what follows avatar. in the key" : "one of both is wrong",
        repair: id == nil ? "playerid = \(Finding.quoted(entry.name))" : nil
      )
    },
    mend: { .string($0.name) }
  )

  private static let interactionType = Check(
    "interaction-type",
    fact: "nanover.imd knows gaussian, spring and constant; rigid_motion is narupatools'",
    one: { entry in
      guard entry.group == "interaction.", let type = entry.object?["interaction_type"] else {
        return nil
      }
      let known = RendererCatalogue.interactionTypes + ["rigid_motion"]
      if let name = type.string, known.contains(name) { return nil }
      return Finding(
        .warning,
        at: ["interaction_type"],
        "no interaction is of type \(Finding.said(type))",
        trouble: "the simulation ignores it silently, and nothing moves",
        advice: "use \(known[0]), \(known[1]) or \(known[2])"
      )
    }
  )

  private static let interactionFields = Check(
    "interaction-fields",
    fact: "the Rust server drops an interaction without interaction_type, particles and position",
    find: { entry in
      guard entry.group == "interaction.", let object = entry.object else { return [] }
      let isFree = object["interaction_type"] == "rigid_motion"
      let needed = ["interaction_type", "particles"] + (isFree ? [] : ["position"])
      return needed.filter { object[$0] == nil }.map { name in
        let wrong = ["interaction_type": "type", "position": "positions"][name]
        let isMisspelt = wrong.map { object[$0] != nil } ?? false
        return Finding(
          .warning,
          at: [.field(name)],
          "there is no \(name)",
          trouble: "some servers drop the interaction, others assume something",
          advice: isMisspelt ? "it is called \(name), not \(wrong ?? "")" : "say which"
        )
      }
    }
  )

  private static let vacancy = Check(
    "vacant",
    fact: "a selection, parent or owner that is named should live in the town",
    find: { entry in
      Links.of(entry.key, entry.value).compactMap { link in
        guard !Links.builtIn.contains(link.target), let trouble = link.kind.trouble,
          !link.path.isRoot
        else { return nil }
        return Finding(
          .warning,
          at: link.path,
          "\("nobody lives in", dict: "there is no value at") \(Finding.quoted(link.target))",
          trouble: trouble,
          advice: "mend the name, or \("let somebody move in", dict: "add an entry") there",
          vacancy: link.target
        )
      }
    }
  )
}

extension Link.Kind {
  /// What goes wrong while nothing is where a link leads; `nil` if that is in order.
  fileprivate var trouble: Phrase? {
    switch self {
    case .drawing: "it draws nothing, or every atom"
    case .ownership: "it is nobody's: no hand is drawn at it, and it stays when its owner leaves"
    case .placement: "it is placed in nothing, and drawn somewhere else"
    case .identity, .control, .mention: nil
    }
  }
}
