/// A table with a limit: what was put in first goes out first.
///
/// A list that is searched from its end: the tables of one conversation mostly have one or two
/// entries, for which a dictionary costs several allocations and keyed hashes. The largest limit
/// (``Limits/smbFiles``) bounds a search to some microseconds.
struct ArrivalTable<Key: Equatable, Value> {
  let limit: Int
  private var keys: [Key] = []
  /// For each key its value; nil where it was removed.
  private var values: [Value?] = []
  private(set) var count = 0

  init(limit: Int) { self.limit = limit }

  var isEmpty: Bool { count == 0 }

  /// The value of a key; setting it changes what is there, and adds nothing.
  subscript(key: Key) -> Value? {
    get { place(of: key).flatMap { values[$0] } }
    _modify {
      if let place = place(of: key) {
        yield &values[place]
        if values[place] == nil { forget(place) }
      } else {
        var nothing: Value?
        yield &nothing
      }
    }
  }

  /// Puts a value in; where the table is full, the oldest comes out.
  @discardableResult
  mutating func insert(_ value: Value, for key: Key) -> Value? {
    if let place = place(of: key) {
      values[place] = value
      return nil
    }
    keys.append(key)
    values.append(value)
    count += 1
    guard count > limit else { return nil }
    return removeOldest()
  }

  @discardableResult
  mutating func remove(_ key: Key) -> Value? {
    guard let place = place(of: key) else { return nil }
    var taken: Value?
    swap(&taken, &values[place])
    forget(place)
    return taken
  }

  /// Every value, the oldest first.
  func forEach(_ body: (Value) -> Void) {
    for value in values {
      if let value { body(value) }
    }
  }

  /// Takes the oldest out; nil where the table is empty.
  mutating func removeOldest() -> Value? {
    guard let place = values.firstIndex(where: { $0 != nil }) else { return nil }
    var taken: Value?
    swap(&taken, &values[place])
    forget(place)
    return taken
  }

  private func place(of key: Key) -> Int? {
    var place = keys.count - 1
    while place >= 0 {
      if keys[place] == key, values[place] != nil { return place }
      place -= 1
    }
    return nil
  }

  /// Counts a value that was taken out, and closes the gaps when most entries are such.
  private mutating func forget(_ place: Int) {
    count -= 1
    if place == keys.count - 1 {
      keys.removeLast()
      values.removeLast()
    } else if keys.count > 2 * count + 16 {
      var kept = 0
      for index in keys.indices where values[index] != nil {
        keys[kept] = keys[index]
        values.swapAt(kept, index)
        kept += 1
      }
      keys.removeSubrange(kept...)
      values.removeSubrange(kept...)
    }
  }
}
