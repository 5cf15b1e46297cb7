/// A tour for a dashboard to give.
public struct TourOptions: Hashable, Sendable {
  /// The lessons.
  public var tour: Tour
  /// How far the learner has come before.
  public var progress: TourProgress
  /// The lesson to begin with; otherwise the one that was left, or the first that is not solved.
  public var lesson: String?

  /// Chooses a tour.
  public init(_ tour: Tour, progress: TourProgress = TourProgress(), lesson: String? = nil) {
    (self.tour, self.progress, self.lesson) = (tour, progress, lesson)
  }
}
