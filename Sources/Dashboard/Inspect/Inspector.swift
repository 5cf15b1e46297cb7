/// What is wrong with houses.
struct Inspector: Sendable {}
