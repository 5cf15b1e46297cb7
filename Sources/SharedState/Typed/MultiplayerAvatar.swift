/// A person who is present, as they stand under `avatar.` and their own id.
///
/// ```swift
/// var avatar = MultiplayerAvatar(playerID: "U", name: "Ada", color: [1, 0.4, 0, 1])
/// avatar.components = [.init(name: "headset", position: [0, 1.6, 0], rotation: [0, 0, 0, 1])]
/// ```
///
/// > Warning: A NanoVer server takes the first avatar that a connection writes for the one of its user, and removes
/// > that user's entries when the connection ends. Never write somebody else's avatar before your own.
public struct MultiplayerAvatar: SharedStateRecord {
  /// A headset or a hand.
  public struct Component: SharedStateRecord {
    /// What the fields must look like.
    public static let shapes: [String: FieldShape] = [
      "name": .text, "position": .numbers, "rotation": .numbers,
    ]

    /// All fields as they are stored, with those that this type does not know.
    public var fields: StateObject = [:]

    /// Makes a component that says nothing yet.
    public init() {}

    /// Makes a component.
    ///
    /// - Parameters:
    ///   - name: `headset`, `hand.left` or `hand.right`.
    ///   - position: Where it is, in metres.
    ///   - rotation: How it is turned, as a quaternion x, y, z, w.
    public init(
      name: String,
      position: [Double] = [0, 0, 0],
      rotation: [Double] = [0, 0, 0, 1]
    ) {
      fields = [
        "name": .string(name), "position": .numbers(position), "rotation": .numbers(rotation),
      ]
    }

    /// What it is: `headset`, `hand.left` or `hand.right`.
    public var name: String? {
      get { fields["name"]?.string }
      set { fields["name"] = newValue?.stateValue }
    }

    /// Where it is, in metres.
    public var position: [Double]? {
      get { fields["position"]?.numbers }
      set { fields["position"] = newValue?.stateValue }
    }

    /// How it is turned, as a quaternion x, y, z, w.
    public var rotation: [Double]? {
      get { fields["rotation"]?.numbers }
      set { fields["rotation"] = newValue?.stateValue }
    }
  }

  /// What the fields must look like.
  public static let shapes: [String: FieldShape] = [
    "playerid": .text, "name": .text, "color": .numbers, "components": .dictionaries,
  ]

  /// All fields as they are stored, with those that this type does not know.
  public var fields: StateObject = [:]

  /// Makes an avatar that says nothing yet.
  public init() {}

  /// Makes an avatar.
  ///
  /// - Parameters:
  ///   - playerID: The user's id, which is also the end of the key.
  ///   - name: The name that people see.
  ///   - color: Red, green, blue and opacity, each from 0 to 1.
  ///   - components: The headset and the hands.
  public init(
    playerID: String,
    name: String? = nil,
    color: [Double]? = nil,
    components: [Component] = []
  ) {
    fields["playerid"] = .string(playerID)
    fields["name"] = name?.stateValue
    fields["color"] = color?.stateValue
    fields["components"] = components.stateValue
  }

  /// The user's id, which is also the end of the key.
  public var playerID: String? {
    get { fields["playerid"]?.string }
    set { fields["playerid"] = newValue?.stateValue }
  }

  /// The name that people see.
  public var name: String? {
    get { fields["name"]?.string }
    set { fields["name"] = newValue?.stateValue }
  }

  /// Red, green, blue and opacity; from 0 to 1, though some headsets write up to 255.
  public var color: [Double]? {
    get { fields["color"]?.numbers }
    set { fields["color"] = newValue?.stateValue }
  }

  /// The headset and the hands.
  public var components: [Component] {
    get { (fields["components"]?.array ?? []).compactMap { try? Component(stateValue: $0) } }
    set { fields["components"] = newValue.stateValue }
  }

  /// Checks the fields, those of the components included.
  public static func check(_ fields: StateObject) throws {
    try fields.check(shapes)
    for component in fields["components"]?.array ?? [] {
      try component.object?.check(Component.shapes, at: ["components"])
    }
  }
}
