import Synchronization

/// Makes what a wire sends of the frames of a hub, once for all who have seen as much.
///
/// Those who keep pace are sent the same, and so it is made once for each frame; whoever falls behind shares it with those who
/// have fallen as far.
package final class FramePress<Form: Sendable>: Sendable {
  /// What is to be sent.
  package struct Print: Sendable {
    package let form: Form
    /// What those have seen then who are sent it.
    package let version: Int
  }

  private let hub: FrameHub
  private let make: @Sendable (Frame) -> Form
  /// The newest, by what those have seen whom they are for.
  private let prints = Mutex<[Int: Print]>([:])

  package init(_ hub: FrameHub, _ make: @escaping @Sendable (Frame) -> Form) {
    (self.hub, self.make) = (hub, make)
  }

  /// How many frames have been published.
  package var version: Int { hub.version }

  /// What is news since a version was seen; nil if nothing is.
  package func print(since seen: Int) -> Print? {
    prints.withLock { prints in
      if let print = prints[seen], print.version == hub.version { return print }
      guard let news = hub.news(since: seen) else { return nil }
      // Those of before are still held by whom they are being sent to.
      prints = prints.filter { $0.value.version == news.version }
      let print = Print(form: make(news.frame), version: news.version)
      prints[seen] = print
      return print
    }
  }
}
