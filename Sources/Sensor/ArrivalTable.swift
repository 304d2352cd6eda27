/// A table with a limit: what was put in first goes out first.
struct ArrivalTable<Key: Hashable, Value> {
  let limit: Int
  private var values: [Key: Value] = [:]
  /// Keys in the order of their insertion, those before `head` gone; some may have been removed.
  private var order: [Key] = []
  private var head = 0

  init(limit: Int) { self.limit = limit }

  var count: Int { values.count }
  var isEmpty: Bool { values.isEmpty }

  /// The value of a key; setting it changes what is there, and adds nothing.
  subscript(key: Key) -> Value? {
    get { values[key] }
    _modify {
      let wasThere = values[key] != nil
      yield &values[key]
      if !wasThere { values[key] = nil }
    }
  }

  /// Puts a value in; where the table is full, the oldest comes out.
  @discardableResult
  mutating func insert(_ value: Value, for key: Key) -> Value? {
    if values.updateValue(value, forKey: key) == nil { order.append(key) }
    guard values.count > limit else { return nil }
    return removeOldest()
  }

  @discardableResult
  mutating func remove(_ key: Key) -> Value? {
    let value = values.removeValue(forKey: key)
    if values.isEmpty {
      order.removeAll(keepingCapacity: true)
      head = 0
    } else if order.count - head > 4 * limit {
      // Mostly keys that were removed since.
      order = order[head...].filter { values[$0] != nil }
      head = 0
    }
    return value
  }

  /// Every value, in no order that matters.
  func forEach(_ body: (Value) -> Void) { values.values.forEach(body) }

  /// Takes the oldest out; nil where the table is empty.
  mutating func removeOldest() -> Value? {
    while head < order.count {
      let key = order[head]
      head += 1
      if head > limit {
        order.removeFirst(head)
        head = 0
      }
      if let value = values.removeValue(forKey: key) { return value }
    }
    return nil
  }
}
