import Evidence
import Wire

/// Conversations by their five-tuple, in either direction.
///
/// An open-addressing table with linear probing: a `Dictionary` costs twice the time a packet. Slots
/// are chosen by a mix of the whole key under a seed of the process, so that nobody outside can make
/// keys collide; nothing is ever listed in the order of slots.
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

  private var keys: [Key?]
  private var values: [Conversation?]
  private(set) var count = 0
  private let seed: UInt64

  init() {
    keys = Array(repeating: nil, count: 256)
    values = Array(repeating: nil, count: 256)
    var generator = SystemRandomNumberGenerator()
    seed = generator.next()
  }

  subscript(_ key: Key) -> Conversation? {
    values[slot(of: key)]
  }

  mutating func insert(_ conversation: Conversation, _ key: Key) {
    if (count + 1) * 2 > keys.count { grow() }
    let place = slot(of: key)
    if keys[place] == nil { count += 1 }
    keys[place] = key
    values[place] = conversation
  }

  /// Removes a key and moves what probed past it back.
  mutating func remove(_ key: Key) {
    var hole = slot(of: key)
    guard keys[hole] != nil else { return }
    count -= 1
    let mask = keys.count - 1
    var place = hole
    while true {
      keys[hole] = nil
      values[hole] = nil
      while true {
        place = (place + 1) & mask
        guard let moved = keys[place] else { return }
        let home = Int(truncatingIfNeeded: moved.hash(seed)) & mask
        let distanceToHole = (hole - home) & mask
        let distanceToPlace = (place - home) & mask
        if distanceToHole <= distanceToPlace { break }
      }
      keys[hole] = keys[place]
      values[hole] = values[place]
      hole = place
    }
  }

  /// All conversations, in no order.
  var all: [Conversation] { values.compactMap { $0 } }

  /// Where the key is, or would be.
  private func slot(of key: Key) -> Int {
    let mask = keys.count - 1
    var place = Int(truncatingIfNeeded: key.hash(seed)) & mask
    while let held = keys[place], held != key { place = (place + 1) & mask }
    return place
  }

  private mutating func grow() {
    let oldKeys = keys
    let oldValues = values
    keys = Array(repeating: nil, count: oldKeys.count * 2)
    values = Array(repeating: nil, count: oldKeys.count * 2)
    for (index, key) in oldKeys.enumerated() {
      guard let key else { continue }
      let place = slot(of: key)
      keys[place] = key
      values[place] = oldValues[index]
    }
  }
}
