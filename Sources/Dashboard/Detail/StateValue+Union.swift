import SharedState

extension StateValue {
  /// One value that has every field of several, for a table with a row for each of them.
  ///
  /// It is entered where ``ValueDiff`` enters: dictionaries by field, short lists that hold dictionaries or lists by
  /// position, as far as the longest goes. Everything else is taken from the first value that has it.
  ///
  /// - Complexity: O(*n*) in the sizes of the values.
  static func union(of values: [StateValue?]) -> StateValue? {
    union(of: values.compactMap(\.self), depth: 0)
  }

  private static func union(of values: [StateValue], depth: Int) -> StateValue? {
    guard values.count > 1, depth < ValueDiff.deepest else { return values.first }
    let objects = values.compactMap(\.object)
    if objects.count == values.count { return .object(union(of: objects, depth: depth)) }
    let lists = values.compactMap(\.array)
    guard lists.count == values.count, let length = lists.map(\.count).max(),
      length <= ValueDiff.longestList, lists.contains(where: { $0.contains { $0.isCollection } })
    else { return values.first }
    return .array(
      (0..<length).compactMap { place in
        union(of: lists.filter { $0.count > place }.map { $0[place] }, depth: depth + 1)
      }
    )
  }

  private static func union(of objects: [StateObject], depth: Int) -> StateObject {
    var merged = StateObject()
    for name in objects.flatMap(\.keys) where merged[name] == nil {
      merged[name] = union(of: objects.compactMap { $0[name] }, depth: depth + 1)
    }
    return merged
  }
}
