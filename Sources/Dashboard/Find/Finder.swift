/// What a person looks for, and what they keep out of sight.
struct Finder: Sendable {}
