import ModelContextProtocol
import SharedState
import StateEditing

/// A verb as a tool: what it takes becomes the words of a call, and what it prints becomes an answer.
struct VerbTool: Sendable {
  /// How the tool is listed.
  let tool: Tool
  /// Makes the call.
  let call: @Sendable (ToolArguments) throws(Failure) -> VerbCall
  /// Makes the answer.
  let answer: @Sendable (ToolArguments, VerbRunner.Outcome) -> ToolAnswer

  /// Describes a tool.
  ///
  /// - Parameters:
  ///   - name: What it is called; the verb's name.
  ///   - title: What it is called for people.
  ///   - description: What it does.
  ///   - input: The fields that it takes.
  ///   - required: Which of them it needs.
  ///   - output: The fields that it answers.
  ///   - always: Which of them are always there.
  ///   - hints: What is promised of it.
  ///   - waits: Whether it waits for what may never come.
  ///   - call: Makes the call.
  ///   - answer: Makes the answer.
  init(
    _ name: String,
    _ title: String,
    _ description: String,
    takes input: StateObject,
    needs required: [String] = [],
    answers output: StateObject,
    always: [String] = [],
    hints: Tool.Hints = .reading,
    waits: Bool = false,
    call: @escaping @Sendable (ToolArguments) throws(Failure) -> VerbCall,
    answer: @escaping @Sendable (ToolArguments, VerbRunner.Outcome) -> ToolAnswer
  ) {
    tool = Tool(
      name: name,
      title: title,
      description: description,
      input: JSONSchema(Schema.object(input, required: required)),
      output: JSONSchema(Schema.object(output, required: always)),
      hints: hints,
      waits: waits
    )
    (self.call, self.answer) = (call, answer)
  }
}

/// The words of a call.
struct VerbCall: Sendable, Hashable {
  private let verb: String
  private var options: [String] = []
  private var operands: [String]
  /// What the verb finds on standard input.
  var input = ""

  /// Makes a call with what it is about; whatever that is, it is no option.
  init(_ verb: String, _ operands: String...) { (self.verb, self.operands) = (verb, operands) }

  /// The same about more.
  func about(_ more: [String]) -> VerbCall {
    var call = self
    call.operands += more
    return call
  }

  /// The same with an option, if it is wanted.
  func with(_ option: String, if isWanted: Bool = true) -> VerbCall {
    guard isWanted else { return self }
    var call = self
    call.options.append("--\(option)")
    return call
  }

  /// The same with an option that takes a value, if there is one.
  func with(_ option: String, _ value: String?) -> VerbCall {
    guard let value else { return self }
    // Joined, so that no value is taken for an option.
    return with("\(option)=\(value)")
  }

  /// The same with something on standard input.
  func reading(_ input: String) -> VerbCall {
    var call = self
    call.input = input
    return call
  }

  var arguments: [String] { [verb] + options + ["--"] + operands }
}

/// What a tool was given, which fits its schema, and what it works on.
struct ToolArguments: Sendable {
  let object: StateObject
  /// Which town it works on.
  let town: String
  /// Whether that is a moment of a recording, in which time does not pass.
  let isRecording: Bool
  /// Where it may read files; nil if nowhere.
  let folder: ToolFolder?
  /// How much it may answer, in bytes.
  let mostBytes: Int

  func text(_ name: String) -> String? { object[name]?.string }
  func isSet(_ name: String) -> Bool { object[name]?.bool == true }
  func number(_ name: String) -> Double? { object[name]?.double }
  func texts(_ name: String) -> [String] { object[name]?.array?.compactMap(\.string) ?? [] }

  /// The value under a name, in JSON, or under another in the text form; nil if it is under neither.
  func value(_ name: String, orText other: String) throws(Failure) -> StateValue? {
    switch (object[name], text(other)) {
    case (nil, nil): return nil
    case (let value?, nil): return try meant(by: value, name)
    case (nil, let text?): return try typed(text, other)
    default: throw Failure(.badUsage, "either \(name) or \(other), not both")
    }
  }

  /// The same where one of them must be there.
  func neededValue(_ name: String, orText other: String) throws(Failure) -> StateValue {
    guard let value = try value(name, orText: other) else {
      throw Failure(.badUsage, "\(name) is missing, or \(other)")
    }
    return value
  }

  /// Fields with their values, as verbs take them: `name=value`.
  func fields(_ name: String, orTexts other: String) throws(Failure) -> [String] {
    var fields: [String] = []
    for field in object[name]?.object ?? [:] {
      fields.append(try joined(field.key, try meant(by: field.value, field.key)))
    }
    for field in object[other]?.object ?? [:] {
      fields.append(try joined(field.key, try typed(field.value.string ?? "", field.key)))
    }
    return fields
  }

  /// A whole state, as verbs read it.
  func state(_ name: String) throws(Failure) -> String? {
    guard let state = object[name] else { return nil }
    // Its keys are keys of the state, and so stand for nothing else.
    var houses = StateObject()
    for house in state.object ?? [:] { houses[house.key] = try meant(by: house.value, house.key) }
    return StateValue.object(houses).text
  }

  private func joined(_ name: String, _ value: StateValue) throws(Failure) -> String {
    guard !name.isEmpty, !name.utf8.contains(UInt8(ascii: "=")) else {
      throw Failure(.badUsage, "a field without a name, or with = in it, cannot be named here")
    }
    return "\(name)=\(value.text)"
  }

  private func meant(by value: StateValue, _ name: String) throws(Failure) -> StateValue {
    do {
      return try PlainJSON.meant(by: value)
    } catch {
      throw Failure(.badUsage, "\(Program.safe(name)): \(error)")
    }
  }

  private func typed(_ text: String, _ name: String) throws(Failure) -> StateValue {
    do {
      return try TypedValue.value(text)
    } catch {
      throw Failure(.badUsage, "\(Program.safe(name)): \(Program.safe(error.message))")
    }
  }
}
