/// Conversations in the order in which they began to hold memory; some may be over since.
struct HolderQueue {
  private var handles: [ConversationTable.Handle] = []
  /// Those before it were taken.
  private var head = 0

  var count: Int { handles.count - head }

  mutating func append(_ handle: ConversationTable.Handle) { handles.append(handle) }

  mutating func removeFirst() -> ConversationTable.Handle? {
    guard head < handles.count else { return nil }
    defer {
      head += 1
      if head > 1024, head * 2 > handles.count {
        handles.removeSubrange(0..<head)
        head = 0
      }
    }
    return handles[head]
  }

  /// Forgets those that are not wanted.
  mutating func keep(where isWanted: (ConversationTable.Handle) -> Bool) {
    handles = handles[head...].filter(isWanted)
    head = 0
  }
}
