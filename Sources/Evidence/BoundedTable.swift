/// A dictionary with a limit: where it is full, the oldest entry that was not used since the last
/// round gives way (second chance), and is counted.
///
/// Slots keep their number while their entry lives, so a caller may remember one and check the key.
/// Not public: generic code is fast only inside its own target.
struct BoundedTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  struct Slot: Sendable {
    var key: Key
    var value: Value
    var isUsed: Bool
  }

  private(set) var slots: [Slot] = []
  private var index: [Key: UInt32] = [:]
  private var hand = 0
  private(set) var evictions: UInt64 = 0
  let limit: Int

  init(limit: Int) { self.limit = max(1, min(limit, Int(UInt32.max))) }

  var count: Int { slots.count }

  /// The slot of a key, marked as used.
  mutating func find(_ key: Key) -> Int? {
    guard let slot = index[key] else { return nil }
    slots[Int(slot)].isUsed = true
    return Int(slot)
  }

  /// The value of a key, for readers.
  func value(_ key: Key) -> Value? { index[key].map { slots[Int($0)].value } }

  subscript(slot: Int) -> Value {
    get { slots[slot].value }
    _modify { yield &slots[slot].value }
  }

  func key(_ slot: Int) -> Key { slots[slot].key }

  /// Adds an entry under a key that is not in the table, and returns its slot.
  mutating func insert(_ key: Key, _ value: Value) -> Int {
    guard slots.count == limit else {
      index[key] = UInt32(slots.count)
      slots.append(Slot(key: key, value: value, isUsed: false))
      return slots.count - 1
    }
    while slots[hand].isUsed {
      slots[hand].isUsed = false
      advance()
    }
    let slot = hand
    index[slots[slot].key] = nil
    slots[slot] = Slot(key: key, value: value, isUsed: false)
    index[key] = UInt32(slot)
    evictions += 1
    advance()
    return slot
  }

  /// Sets the value of a key, which is added where it is not in the table.
  mutating func set(_ key: Key, _ value: Value) {
    if let slot = find(key) { slots[slot].value = value } else { _ = insert(key, value) }
  }

  private mutating func advance() { hand = hand + 1 == limit ? 0 : hand + 1 }
}
