/// How the lock on an entry stands that is wanted here.
enum LockStatus: Hashable, Sendable {
  /// The server has not answered.
  case asked
  /// It is held until then, an uptime.
  case yours(until: Duration)
  /// Somebody else holds it; it is asked for again.
  case another
  /// The server could not be asked, for the reason given; it is asked again.
  case failed(String)
}
