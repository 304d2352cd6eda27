import Evidence

/// What was seen lately, by key: a sliding window that forgets, and that has limits.
///
/// An entry leaves when it is older than the span, when its key has more entries than a key may
/// have (the oldest goes), or when the whole has more than it may have (the keys that were not
/// touched for the longest go). The last two are counted as evictions.
struct Window<Key: Hashable & Sendable, Value: Hashable & Sendable>: Sendable {
  typealias Entry = WindowEntry<Value>

  let span: Instant.Span
  /// Entries that one key may have.
  let entryLimit: Int
  /// Entries that all keys may have together.
  let totalLimit: Int
  private(set) var evictions: UInt64 = 0
  private var buckets: [Key: Bucket<Value>] = [:]
  private var total = 0
  private var clock: UInt64 = 0

  init(span: Instant.Span, entries entryLimit: Int, total totalLimit: Int) {
    self.span = span
    self.entryLimit = entryLimit
    self.totalLimit = totalLimit
  }

  /// Adds an entry.
  mutating func add(
    _ value: Value, for key: Key, at time: Instant, _ proof: Activity.Proof
  ) {
    if total >= totalLimit { evict(before: time) }
    clock += 1
    let limit = time.advanced(by: Instant.Span(nanoseconds: -span.nanoseconds))
    let entry = Entry(time: time, value: value, proof: proof)
    let gone = buckets[key, default: Bucket()].add(
      entry, keeping: entryLimit, since: limit, touched: clock)
    total += 1 - gone.forgotten - gone.evicted
    evictions += UInt64(gone.evicted)
  }

  /// Adds an entry unless its value is there from the younger half of the window; returns whether
  /// the value was new.
  @discardableResult
  mutating func addOnce(
    _ value: Value, for key: Key, at time: Instant, _ proof: Activity.Proof
  ) -> Bool {
    if let seen = buckets[key]?.latest[value],
      time.since(seen).nanoseconds <= span.nanoseconds / 2
    {
      return false
    }
    let isNew = !contains(value, for: key, at: time)
    add(value, for: key, at: time, proof)
    return isNew
  }

  /// Whether the value is in the key's window.
  func contains(_ value: Value, for key: Key, at time: Instant) -> Bool {
    guard let seen = buckets[key]?.latest[value] else { return false }
    return time.since(seen) <= span
  }

  /// The entries of a key, oldest first, as the last addition to the key left them.
  func entries(for key: Key) -> ArraySlice<Entry> {
    guard let bucket = buckets[key] else { return [] }
    return bucket.entries[bucket.head...]
  }

  /// How many different values the key has.
  func distinctCount(for key: Key) -> Int { buckets[key]?.latest.count ?? 0 }

  func count(for key: Key) -> Int {
    buckets[key].map { $0.entries.count - $0.head } ?? 0
  }

  /// The entries of a key that were not taken before.
  mutating func takeUnreported(for key: Key) -> [Entry] {
    guard var start = buckets[key]?.reported, let bucket = buckets[key] else { return [] }
    start = max(start, bucket.head)
    let fresh = Array(bucket.entries[start...])
    buckets[key]?.reported = bucket.entries.count
    return fresh
  }

  /// Takes a value out of a key's window.
  mutating func remove(_ value: Value, for key: Key) {
    guard buckets[key]?.latest[value] != nil else { return }
    total -= buckets[key, default: Bucket()].remove(value)
  }

  mutating func forget(_ key: Key) {
    guard let bucket = buckets.removeValue(forKey: key) else { return }
    total -= bucket.entries.count - bucket.head
  }

  /// Makes room: what is too old goes first, then the eighth of the keys that rested longest.
  private mutating func evict(before time: Instant) {
    let limit = time.advanced(by: Instant.Span(nanoseconds: -span.nanoseconds))
    var resting: [(touched: UInt64, key: Key)] = []
    for (key, bucket) in buckets {
      guard let last = bucket.entries.last, last.time >= limit else {
        forget(key)
        continue
      }
      resting.append((bucket.touched, key))
    }
    resting.sort { $0.touched < $1.touched }
    for (_, key) in resting where total > totalLimit - totalLimit / 8 {
      evictions += UInt64(count(for: key))
      forget(key)
    }
  }
}

/// Something seen, when, and in which packets.
struct WindowEntry<Value: Hashable & Sendable>: Sendable {
  var time: Instant
  var value: Value
  var proof: Activity.Proof
}

/// The window of one key.
private struct Bucket<Value: Hashable & Sendable>: Sendable {
  var entries: [WindowEntry<Value>] = []
  /// Entries before it have left.
  var head = 0
  /// Entries before it were reported.
  var reported = 0
  /// When each value was last seen.
  var latest: [Value: Instant] = [:]
  /// When it was last added to, in additions of the window.
  var touched: UInt64 = 0

  /// Adds an entry; returns how many left by age, and how many because there were too many.
  mutating func add(
    _ entry: WindowEntry<Value>, keeping entryLimit: Int, since limit: Instant, touched: UInt64
  ) -> (forgotten: Int, evicted: Int) {
    self.touched = touched
    let forgotten = forget(before: limit)
    let isFull = entries.count - head >= entryLimit
    if isFull { drop() }
    entries.append(entry)
    latest[entry.value] = entry.time
    return (forgotten, isFull ? 1 : 0)
  }

  /// Lets the oldest entry go.
  private mutating func drop() {
    guard head < entries.count else { return }
    let entry = entries[head]
    if latest[entry.value] == entry.time { latest[entry.value] = nil }
    head += 1
    // The array is moved only when half of it is dead: each entry is moved about once.
    if head * 2 > entries.count {
      entries.removeFirst(head)
      reported = max(0, reported - head)
      head = 0
    }
  }

  /// Lets entries older than a moment go; returns how many went.
  private mutating func forget(before limit: Instant) -> Int {
    var count = 0
    while head < entries.count, entries[head].time < limit {
      drop()
      count += 1
    }
    return count
  }

  /// Takes out the entries of a value; returns how many went.
  mutating func remove(_ value: Value) -> Int {
    let kept = entries[head...].filter { $0.value != value }
    let gone = entries.count - head - kept.count
    let reportedGone = entries[head..<max(head, reported)].count { $0.value == value }
    reported = max(0, reported - head - reportedGone)
    entries = Array(kept)
    head = 0
    latest[value] = nil
    return gone
  }
}
