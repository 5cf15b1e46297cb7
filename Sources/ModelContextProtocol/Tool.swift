package import SharedState

/// Something that a program can have done, as it is listed.
package struct Tool: Sendable {
  /// What is promised of a tool, so that a person is asked where that is wise.
  package struct Hints: Hashable, Sendable {
    /// It changes nothing.
    package var isReadOnly: Bool
    /// It may take away what was there.
    package var isDestructive: Bool
    /// To call it twice does no more than to call it once.
    package var isIdempotent: Bool

    /// Makes hints.
    package init(isReadOnly: Bool, isDestructive: Bool, isIdempotent: Bool) {
      self.isReadOnly = isReadOnly
      self.isDestructive = isDestructive
      self.isIdempotent = isIdempotent
    }

    /// Those of what only looks.
    package static let reading = Hints(isReadOnly: true, isDestructive: false, isIdempotent: true)
  }

  /// What it is called.
  package let name: String
  /// What it is called for people.
  package let title: String
  /// What it does.
  package let description: String
  /// What it takes.
  package let input: JSONSchema
  /// What it answers.
  package let output: JSONSchema
  /// What is promised of it.
  package let hints: Hints
  /// Whether it waits for what may never come, so that nobody who has gone need be waited with.
  package let waits: Bool

  /// Describes a tool.
  package init(
    name: String,
    title: String,
    description: String,
    input: JSONSchema,
    output: JSONSchema,
    hints: Hints,
    waits: Bool = false
  ) {
    (self.name, self.title, self.description) = (name, title, description)
    (self.input, self.output, self.hints, self.waits) = (input, output, hints, waits)
  }

  /// The tool as it is told.
  var listed: StateValue {
    [
      "name": .string(name), "title": .string(title), "description": .string(description),
      "inputSchema": input.value, "outputSchema": output.value,
      "annotations": [
        "title": .string(title), "readOnlyHint": .bool(hints.isReadOnly),
        "destructiveHint": .bool(hints.isDestructive),
        "idempotentHint": .bool(hints.isIdempotent),
        // What is in a town comes from others.
        "openWorldHint": true,
      ],
    ]
  }
}

/// What came of a tool.
package struct ToolAnswer: Hashable, Sendable {
  /// What it answers, in JSON; nil if it failed.
  package var content: StateValue?
  /// What a person would be told beside it, or why it failed.
  package var notes: [String]

  /// It was done.
  package static func done(_ content: StateValue, notes: [String] = []) -> ToolAnswer {
    ToolAnswer(content: content, notes: notes)
  }

  /// It was not done, for this reason.
  package static func failed(_ reason: String) -> ToolAnswer {
    ToolAnswer(content: nil, notes: [reason])
  }

  /// The answer as it is told.
  var told: StateObject {
    var texts = notes
    // For those who do not read what is structured.
    if let content { texts.insert(content.text, at: 0) }
    var told: StateObject = [
      "content": .array(texts.map { ["type": "text", "text": .string($0)] })
    ]
    told["structuredContent"] = content
    told["isError"] = .bool(content == nil)
    return told
  }
}
