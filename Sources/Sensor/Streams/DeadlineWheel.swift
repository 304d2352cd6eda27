import Evidence

/// Conversations by the second in which to look whether their time is over.
///
/// A wheel of buckets, one a second. A look that finds a conversation still going puts it into the
/// bucket of its deadline as it is then, so each is looked at a few times in its life. What ended
/// meanwhile is found gone by its handle.
struct DeadlineWheel {
  private var buckets: [[ConversationTable.Handle]] = Array(repeating: [], count: size)
  /// The second up to which buckets were emptied.
  private var second = Int64.min

  /// More seconds than the longest time-out has; a power of two.
  private static let size = 1024

  /// Notes that a conversation may be over after `deadline`.
  mutating func add(_ handle: ConversationTable.Handle, at deadline: Instant, now: Instant) {
    if second == .min { second = now.seconds }
    let farthest = second + Int64(DeadlineWheel.size) - 1
    let due = min(max(deadline.seconds + 1, second + 1), farthest)
    buckets[DeadlineWheel.bucket(due)].append(handle)
  }

  /// Takes out what may be over at `time`.
  mutating func take(at time: Instant) -> [ConversationTable.Handle] {
    guard second != .min, time.seconds > second else { return [] }
    var due: [ConversationTable.Handle] = []
    // After a pause longer than the wheel, each bucket is emptied once.
    let last = min(time.seconds, second + Int64(DeadlineWheel.size))
    while second < last {
      second += 1
      let bucket = DeadlineWheel.bucket(second)
      guard !buckets[bucket].isEmpty else { continue }
      due += buckets[bucket]
      buckets[bucket] = []
    }
    second = time.seconds
    return due
  }

  /// Takes out one of those that may be over first.
  mutating func removeFirst() -> ConversationTable.Handle? {
    guard second != .min else { return nil }
    for ahead in 1...Int64(DeadlineWheel.size) {
      let bucket = DeadlineWheel.bucket(second + ahead)
      if let handle = buckets[bucket].popLast() { return handle }
    }
    return nil
  }

  private static func bucket(_ second: Int64) -> Int { Int(second & Int64(size - 1)) }
}
