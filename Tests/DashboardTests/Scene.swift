import SharedState
public import TextScreen

@testable import Dashboard

/// A dashboard played by hand: time passes when the test says so.
struct Scene {
  var model: Model
  var town = StateDictionary()
  var uptime = Duration.seconds(1000)
  var effects: [Effect] = []

  init(
    _ columns: Int = 80,
    _ rows: Int = 24,
    options: DashboardOptions = DashboardOptions(
      title: "lab-3",
      address: "ws://127.0.0.1:38801",
      seed: 1
    )
  ) {
    model = Model(options: options)
    send(.screen(.resized(Size(columns: columns, rows: rows))))
  }

  /// The moment: the clock shows 12:00:00 at uptime 1000 s.
  var now: Moment {
    Moment(uptime: uptime, clock: .seconds(12 * 3600 - 1000) + uptime)
  }

  mutating func send(_ message: Message) {
    effects = model.update(message, at: now)
  }

  /// Lets time pass, and wakes the dashboard as often as it asks for it.
  mutating func wait(_ duration: Duration) {
    let end = uptime + duration
    while let next = model.wakeUp, next < end {
      precondition(next > uptime, "the dashboard asks to be woken in the past")
      uptime = next
      send(.wake)
    }
    uptime = end
    send(.wake)
  }

  mutating func press(_ keys: Key...) {
    for key in keys { send(.screen(.key(key))) }
  }

  mutating func type(_ text: String) {
    for character in text { press(.character(character)) }
  }

  /// The town is found, and holds this.
  mutating func join(_ values: [String: StateValue]) {
    let change = StateChange(updates: values)
    town.apply(change)
    send(.link(.syncing(received: 100, total: nil)))
    send(.state(town, change))
    send(.link(.live(latency: .milliseconds(4))))
  }

  /// Somebody changes the town.
  mutating func change(_ updates: [String: StateValue] = [:], remove removals: Set<String> = []) {
    let change = StateChange(updates: updates, removals: removals)
    town.apply(change)
    send(.state(town, change))
  }

  mutating func lose() {
    send(.link(.waiting(attempt: 1, reason: "the server closed", until: uptime + .seconds(2))))
  }

  /// The screen as text.
  var lines: [String] { model.view(model.size).lines }
  var picture: String { lines.joined(separator: "\n") }
}

extension Scene {
  /// Somebody's house.
  static let ada = "avatar.929680e7-1b7f-4a53-9d67-0a4e0d2a6a11"

  /// Somebody whose head is so high up.
  static func avatar(height: Double) -> StateValue {
    [
      "playerid": "929680e7-1b7f-4a53-9d67-0a4e0d2a6a11", "name": "Ada",
      "color": [1.0, 0.4, 0.0, 1.0],
      "components": [
        [
          "name": "headset", "position": [0.52, .double(height), -0.3],
          "rotation": [0.0, 0.0, 0.0, 1.0],
        ]
      ],
    ]
  }

  /// Keys and values that a hostile or merely foreign peer may send.
  static let strangeTown: [String: StateValue] = [
    "日本.漢字の名前がとても長い鍵です": "値も漢字で長い文字列です、とても長いので切れます",
    "e\u{301}.\u{1B}[31mred\u{7}": "a\nb\u{202E}c",
    "👨‍👩‍👧.👍🏽": ["👨‍👩‍👧": "🇩🇪", "\u{1B}]0;title\u{7}": "\u{9B}2J"],
    "": 1, ".": 2, "selection.": "x", "a.\u{0}": .bytes([1, 2, 3]),
  ]

  /// A small town like the one of the tutorial.
  static let smallTown: [String: StateValue] = [
    "selection.hyperballs": [
      "display_name": "Selection", "particle_ids": [43, 44, 45],
    ],
    "selection.root": ["display_name": "Root", "particle_ids": .null],
    "visualiser.9f2": [
      "selection": "selection.hyperballs", "renderer": "hyperballs", "priority": 1,
    ],
    ada: avatar(height: 1.41),
    "interaction.web-1": [
      "interaction_type": "spring", "particles": [60], "scale": 100.0,
      "max_force": .double(.infinity), "position": [1.0, 2.0, 3.0],
    ],
    "scene": [0, 0, 0, 0, 0, 0, 1, 1, 1, 1],
    "scene.box": true,
    "update.index.U": 370,
  ]
}

extension Key: ExpressibleByUnicodeScalarLiteral {
  /// Makes the key that types a character.
  public init(unicodeScalarLiteral value: Character) { self = .character(value) }
}

extension Model {
  /// The list that is open, if one is.
  var chooser: Chooser<Choice<Model>>? { list?.chooser }
}

extension EntryIndex {
  /// The keys that are shown, in their order, ghosts and entries in folded groups among them.
  var shownKeys: [String] {
    var keys: [String] = []
    _ = walk(from: .start) { _, entry in
      if entry.isShown { keys.append(entry.key) }
      return true
    }
    return keys
  }
}
