/// The selections and what draws them, as a list.
struct BoardPane: Sendable {}
