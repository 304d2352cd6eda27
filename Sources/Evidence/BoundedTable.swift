/// A dictionary with a limit: where it is full, the oldest entry that was not used since the last
/// round gives way (second chance), and is counted.
///
/// Entries lie in the order of their arrival, so going through them is the same on every run although
/// the hash has a random seed. Slots keep their number while their entry lives: a caller may remember
/// one and check its key.
///
/// Inlinable: generic code of another target is otherwise called through witnesses, at several times
/// the cost (`Workbench bench`, stage alerts).
public struct BoundedTable<Key: TableKey, Value: Sendable>: Sendable {
  public struct Slot: Sendable {
    public var key: Key
    public var value: Value
    @usableFromInline var isUsed: Bool

    @inlinable init(key: Key, value: Value, isUsed: Bool) {
      self.key = key
      self.value = value
      self.isUsed = isUsed
    }
  }

  @usableFromInline var entries: [Slot] = []
  /// Open addressing with linear probing, at most half full: number of a slot plus one, or zero.
  @usableFromInline var index: [UInt32] = Array(repeating: 0, count: 16)
  @usableFromInline var hand = 0
  public var evictions: UInt64 = 0
  public let limit: Int
  /// Random, so that nobody who chooses keys can choose where they fall.
  @usableFromInline let seed = UInt64.random(in: 0...UInt64.max)

  @inlinable public init(limit: Int) { self.limit = max(1, min(limit, 1 << 28)) }

  /// Entries in the order of their arrival, each in its place.
  @inlinable public var slots: [Slot] { entries }

  @inlinable public var count: Int { entries.count }

  /// The slot of a key, marked as used.
  @inlinable public mutating func find(_ key: Key) -> Int? {
    guard let slot = slot(of: key) else { return nil }
    entries[slot].isUsed = true
    return slot
  }

  /// The slot of a key, for readers.
  @inlinable public func slot(of key: Key) -> Int? {
    let mask = index.count - 1
    var place = home(key)
    while index[place] != 0 {
      let slot = Int(index[place]) - 1
      if entries[slot].key == key { return slot }
      place = (place + 1) & mask
    }
    return nil
  }

  /// The value of a key, for readers.
  @inlinable public func value(_ key: Key) -> Value? { slot(of: key).map { entries[$0].value } }

  @inlinable public subscript(slot: Int) -> Value {
    get { entries[slot].value }
    _modify { yield &entries[slot].value }
  }

  @inlinable public func key(_ slot: Int) -> Key { entries[slot].key }

  /// Adds an entry under a key that is not in the table, and returns its slot.
  @inlinable public mutating func insert(_ key: Key, _ value: Value) -> Int {
    guard entries.count == limit else {
      entries.append(Slot(key: key, value: value, isUsed: false))
      if entries.count * 2 > index.count {
        index = Array(repeating: 0, count: index.count * 2)
        for slot in entries.indices { enter(slot) }
      } else {
        enter(entries.count - 1)
      }
      return entries.count - 1
    }
    while entries[hand].isUsed {
      entries[hand].isUsed = false
      hand = hand + 1 == limit ? 0 : hand + 1
    }
    let slot = hand
    remove(entries[slot].key)
    entries[slot] = Slot(key: key, value: value, isUsed: false)
    enter(slot)
    evictions += 1
    hand = hand + 1 == limit ? 0 : hand + 1
    return slot
  }

  /// Sets the value of a key, which is added where it is not in the table.
  @inlinable public mutating func set(_ key: Key, _ value: Value) {
    if let slot = find(key) { entries[slot].value = value } else { _ = insert(key, value) }
  }

  @inlinable func home(_ key: Key) -> Int {
    Int(truncatingIfNeeded: key.tableHash(seed)) & (index.count - 1)
  }

  @inlinable mutating func enter(_ slot: Int) {
    let mask = index.count - 1
    var place = home(entries[slot].key)
    while index[place] != 0 { place = (place + 1) & mask }
    index[place] = UInt32(slot) + 1
  }

  /// Takes a key out of the index, and moves up what had been pushed behind it.
  @inlinable mutating func remove(_ key: Key) {
    let mask = index.count - 1
    var hole = home(key)
    while index[hole] != 0, entries[Int(index[hole]) - 1].key != key { hole = (hole + 1) & mask }
    guard index[hole] != 0 else { return }
    index[hole] = 0
    var place = (hole + 1) & mask
    while index[place] != 0 {
      let wanted = home(entries[Int(index[place]) - 1].key)
      // It may move into the hole unless its own place lies between the two, cyclically.
      if (place - wanted) & mask >= (place - hole) & mask {
        index[hole] = index[place]
        index[place] = 0
        hole = place
      }
      place = (place + 1) & mask
    }
  }
}
