/// A dictionary with a limit: where it is full, the oldest entry that was not used since the last
/// round gives way (second chance), and is counted.
///
/// Entries lie in the order of their arrival, so going through them is the same on every run although
/// the hash has a random seed. Slots keep their number while their entry lives: a caller may remember
/// one and check its key. Not public: generic code is fast only inside its own target.
struct BoundedTable<Key: TableKey, Value: Sendable>: Sendable {
  struct Slot: Sendable {
    var key: Key
    var value: Value
    var isUsed: Bool
  }

  private(set) var slots: [Slot] = []
  /// Open addressing with linear probing, at most half full: number of a slot plus one, or zero.
  private var index: [UInt32] = Array(repeating: 0, count: 16)
  private var hand = 0
  private(set) var evictions: UInt64 = 0
  let limit: Int
  /// Random, so that nobody who chooses keys can choose where they fall.
  private let seed = UInt64.random(in: 0...UInt64.max)

  init(limit: Int) { self.limit = max(1, min(limit, 1 << 28)) }

  var count: Int { slots.count }

  /// The slot of a key, marked as used.
  mutating func find(_ key: Key) -> Int? {
    guard let slot = slot(of: key) else { return nil }
    slots[slot].isUsed = true
    return slot
  }

  /// The slot of a key, for readers.
  func slot(of key: Key) -> Int? {
    let mask = index.count - 1
    var place = home(key)
    while index[place] != 0 {
      let slot = Int(index[place]) - 1
      if slots[slot].key == key { return slot }
      place = (place + 1) & mask
    }
    return nil
  }

  /// The value of a key, for readers.
  func value(_ key: Key) -> Value? { slot(of: key).map { slots[$0].value } }

  subscript(slot: Int) -> Value {
    get { slots[slot].value }
    _modify { yield &slots[slot].value }
  }

  func key(_ slot: Int) -> Key { slots[slot].key }

  /// Adds an entry under a key that is not in the table, and returns its slot.
  mutating func insert(_ key: Key, _ value: Value) -> Int {
    guard slots.count == limit else {
      slots.append(Slot(key: key, value: value, isUsed: false))
      if slots.count * 2 > index.count {
        index = Array(repeating: 0, count: index.count * 2)
        for slot in slots.indices { enter(slot) }
      } else {
        enter(slots.count - 1)
      }
      return slots.count - 1
    }
    while slots[hand].isUsed {
      slots[hand].isUsed = false
      hand = hand + 1 == limit ? 0 : hand + 1
    }
    let slot = hand
    remove(slots[slot].key)
    slots[slot] = Slot(key: key, value: value, isUsed: false)
    enter(slot)
    evictions += 1
    hand = hand + 1 == limit ? 0 : hand + 1
    return slot
  }

  /// Sets the value of a key, which is added where it is not in the table.
  mutating func set(_ key: Key, _ value: Value) {
    if let slot = find(key) { slots[slot].value = value } else { _ = insert(key, value) }
  }

  private func home(_ key: Key) -> Int {
    Int(truncatingIfNeeded: key.tableHash(seed)) & (index.count - 1)
  }

  private mutating func enter(_ slot: Int) {
    let mask = index.count - 1
    var place = home(slots[slot].key)
    while index[place] != 0 { place = (place + 1) & mask }
    index[place] = UInt32(slot) + 1
  }

  /// Takes a key out of the index, and moves up what had been pushed behind it.
  private mutating func remove(_ key: Key) {
    let mask = index.count - 1
    var hole = home(key)
    while index[hole] != 0, slots[Int(index[hole]) - 1].key != key { hole = (hole + 1) & mask }
    guard index[hole] != 0 else { return }
    index[hole] = 0
    var place = (hole + 1) & mask
    while index[place] != 0 {
      let wanted = home(slots[Int(index[place]) - 1].key)
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

/// A key of a ``BoundedTable``.
protocol TableKey: Equatable, Sendable {
  /// A hash under a seed; equal keys have equal hashes.
  func tableHash(_ seed: UInt64) -> UInt64
}

/// Hashes of whole numbers.
enum TableHash {
  /// The two halves of a product, folded: one multiplication for two words, as wyhash does it.
  static func mixed(_ left: UInt64, _ right: UInt64, _ seed: UInt64) -> UInt64 {
    let product = (left ^ seed)
      .multipliedFullWidth(by: right ^ (seed &* 0x9e37_79b9_7f4a_7c15 | 1))
    return product.high ^ product.low
  }
}

extension Address: TableKey {
  func tableHash(_ seed: UInt64) -> UInt64 { TableHash.mixed(low, high, seed) }
}

extension UInt128: TableKey {
  func tableHash(_ seed: UInt64) -> UInt64 {
    TableHash.mixed(
      UInt64(truncatingIfNeeded: self), UInt64(truncatingIfNeeded: self >> 64), seed)
  }
}
