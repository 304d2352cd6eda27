/// Where packets come from while they happen: interfaces, or captures that still grow.
///
/// ``next()`` returns at least a few times a second, with nothing where nothing came, so that whoever
/// asks can look at the clock and at signals in between.
public protocol PacketFeed: Sendable {
  /// The names that packets are told by, in the order of their indexes: those that ``next()`` has
  /// brought packets of, and maybe more. A name that was told stays.
  var names: [String] { get }

  /// Whether packets are numbered in each capture, and come in the order of captures; otherwise they
  /// are numbered over all.
  var numbersEachCapture: Bool { get }

  /// What came since; nil after the end, once everything was delivered.
  func next() async throws(CaptureFailure) -> [PacketRun]?

  /// Asks for the end: what has come by now is still delivered.
  func stop()
}
