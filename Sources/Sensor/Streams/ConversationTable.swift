import Evidence
import Wire

/// Conversations by their five-tuple, in either direction.
///
/// An open-addressing index with linear probing: a `Dictionary` costs twice the time a packet. Places
/// are chosen by a mix of the whole key under a seed of the process, so that nobody outside can make
/// keys collide; nothing is ever listed in their order. A conversation keeps its slot while it lives.
struct ConversationTable {
  struct Key: Equatable {
    var lowHigh: UInt64
    var lowLow: UInt64
    var highHigh: UInt64
    var highLow: UInt64
    /// The lower side's port, the other's, and the transport.
    var ports: UInt64

    /// The key of a packet; `isSwapped` where its source is the higher side.
    init(_ headers: PacketHeaders, isSwapped: Bool) {
      let isTCP: UInt64 = headers.transport == PacketHeaders.tcp ? 1 : 0
      let source = UInt64(headers.sourcePort)
      let target = UInt64(headers.targetPort)
      if isSwapped {
        (lowHigh, lowLow) = (headers.targetHigh, headers.targetLow)
        (highHigh, highLow) = (headers.sourceHigh, headers.sourceLow)
        ports = target << 32 | source << 8 | isTCP
      } else {
        (lowHigh, lowLow) = (headers.sourceHigh, headers.sourceLow)
        (highHigh, highLow) = (headers.targetHigh, headers.targetLow)
        ports = source << 32 | target << 8 | isTCP
      }
    }

    func hash(_ seed: UInt64) -> UInt64 {
      var value = mixed(lowHigh ^ seed)
      value = mixed(value ^ lowLow)
      value = mixed(value ^ highHigh)
      value = mixed(value ^ highLow)
      return mixed(value ^ ports)
    }

    private func mixed(_ value: UInt64) -> UInt64 {
      let product = value.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
      return product.high ^ product.low
    }
  }

  /// Where a conversation is, and which of those that were there one after the other.
  struct Handle {
    fileprivate var slot: UInt32
    fileprivate var generation: UInt32
  }

  private struct Slot {
    var key: Key
    var conversation: Conversation?
    var generation: UInt32
  }

  private var slots: [Slot] = []
  private var free: [UInt32] = []
  /// For each place the number of a slot plus one, zero where nothing is.
  ///
  /// Above it is the high half of the key's hash. At most half full.
  private var index: [UInt64] = Array(repeating: 0, count: 256)
  private(set) var count = 0
  private let seed: UInt64

  init() {
    var generator = SystemRandomNumberGenerator()
    seed = generator.next()
  }

  subscript(_ key: Key) -> Conversation? {
    guard let place = place(of: key, key.hash(seed)) else { return nil }
    return slots[ConversationTable.slot(index[place])].conversation
  }

  /// What finds the conversation of a key again.
  func handle(_ key: Key) -> Handle? {
    guard let place = place(of: key, key.hash(seed)) else { return nil }
    let slot = ConversationTable.slot(index[place])
    return Handle(
      slot: UInt32(truncatingIfNeeded: slot), generation: slots[slot].generation)
  }

  /// The conversation of a handle, unless it was removed.
  func value(_ handle: Handle) -> (conversation: Conversation, key: Key)? {
    let slot = slots[Int(handle.slot)]
    guard slot.generation == handle.generation, let conversation = slot.conversation else {
      return nil
    }
    return (conversation, slot.key)
  }

  /// Adds a conversation under a key that is not in the table.
  mutating func insert(_ conversation: Conversation, _ key: Key) -> Handle {
    if (count + 1) * 2 > index.count { grow() }
    count += 1
    let slot: UInt32
    if let former = free.popLast() {
      slot = former
      slots[Int(slot)].key = key
      slots[Int(slot)].conversation = conversation
    } else {
      slot = UInt32(truncatingIfNeeded: slots.count)
      slots.append(Slot(key: key, conversation: conversation, generation: 0))
    }
    enter(ConversationTable.entry(slot, key.hash(seed)))
    return Handle(slot: slot, generation: slots[Int(slot)].generation)
  }

  /// Removes a key and moves what probed past it back.
  mutating func remove(_ key: Key) {
    guard var hole = place(of: key, key.hash(seed)) else { return }
    let slot = ConversationTable.slot(index[hole])
    slots[slot].conversation = nil
    slots[slot].generation &+= 1
    free.append(UInt32(truncatingIfNeeded: slot))
    count -= 1
    let mask = index.count - 1
    var place = hole
    index[hole] = 0
    while true {
      place = (place + 1) & mask
      guard index[place] != 0 else { return }
      let home = Int(truncatingIfNeeded: slots[ConversationTable.slot(index[place])].key.hash(seed))
      guard (hole - home) & mask <= (place - home) & mask else { continue }
      index[hole] = index[place]
      index[place] = 0
      hole = place
    }
  }

  /// All conversations, in no order.
  var all: [Conversation] { slots.compactMap(\.conversation) }

  // MARK: - Places

  private static func entry(_ slot: UInt32, _ hash: UInt64) -> UInt64 {
    hash & 0xFFFF_FFFF_0000_0000 | UInt64(slot + 1)
  }

  private static func slot(_ entry: UInt64) -> Int { Int(entry & 0xFFFF_FFFF) - 1 }

  private func place(of key: Key, _ hash: UInt64) -> Int? {
    let mask = index.count - 1
    var place = Int(truncatingIfNeeded: hash) & mask
    while index[place] != 0 {
      let entry = index[place]
      if (entry ^ hash) >> 32 == 0, slots[ConversationTable.slot(entry)].key == key { return place }
      place = (place + 1) & mask
    }
    return nil
  }

  private mutating func enter(_ entry: UInt64) {
    let mask = index.count - 1
    let home = slots[ConversationTable.slot(entry)].key.hash(seed)
    var place = Int(truncatingIfNeeded: home) & mask
    while index[place] != 0 { place = (place + 1) & mask }
    index[place] = entry
  }

  private mutating func grow() {
    let former = index
    index = Array(repeating: 0, count: former.count * 2)
    for entry in former where entry != 0 { enter(entry) }
  }
}
