/// What is kept of the town's past: visits, histories, pins.
struct WatchDesk: Sendable {}
