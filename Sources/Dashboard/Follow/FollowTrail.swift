/// The places that a person has been to.
struct FollowTrail: Sendable {}
