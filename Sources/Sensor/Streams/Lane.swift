import Evidence
import Wire

/// One sixteenth of all conversations: those of some pairs of addresses.
///
/// Lanes share nothing, so threads may take them apart; there are always sixteen, so that limits and
/// order never depend on how many threads there are.
struct Lane {
  private var conversations = ConversationTable()
  private var deadlines = DeadlineWheel()
  /// Octets that all conversations hold.
  private var heldByteCount = 0
  /// Those that hold some, by when they began to.
  private var holders = HolderQueue()

  static let count = 16

  /// The lane of a packet: the same for both directions and all fragments.
  static func index(_ headers: PacketHeaders) -> Int {
    func mixed(_ high: UInt64, _ low: UInt64) -> UInt64 {
      let product = (high ^ low &+ 0x9E37_79B9).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
      return product.high ^ product.low
    }
    let sum =
      mixed(headers.sourceHigh, headers.sourceLow) &+ mixed(headers.targetHigh, headers.targetLow)
    return Int(truncatingIfNeeded: sum ^ sum >> 32) & (count - 1)
  }

  /// Takes one packet; `number` counts the packets of the run.
  mutating func take(
    _ payload: Span<UInt8>, _ headers: PacketHeaders, number: UInt64, at moment: Moment,
    into output: inout Output
  ) {
    let source = Endpoint(
      address: Address(high: headers.sourceHigh, low: headers.sourceLow), port: headers.sourcePort)
    let target = Endpoint(
      address: Address(high: headers.targetHigh, low: headers.targetLow), port: headers.targetPort)
    let key = ConversationTable.Key(headers, isSwapped: target < source)
    if let known = conversations[key] {
      if !known.isOver(before: headers, at: moment.time) {
        let side: Side = known.parties.client == source ? .client : .server
        let wasClosed = known.isClosed
        let held = known.heldByteCount
        known.take(payload, headers, from: side, at: moment, into: &output)
        if known.heldByteCount != held { note(known, key, held: held, into: &output) }
        if known.isClosed != wasClosed, let handle = conversations.handle(key) {
          deadlines.add(handle, at: known.deadline, now: moment.time)
        }
        return
      }
      finish(known, key, into: &output)
    }
    if conversations.count >= Limits.conversationsPerLane { evict(into: &output) }
    let parties = Lane.parties(headers, source, target)
    let conversation = Conversation(parties, age: number, at: moment.time)
    let handle = conversations.insert(conversation, key)
    output.coverage.conversations += 1
    let side: Side = parties.client == source ? .client : .server
    conversation.take(payload, headers, from: side, at: moment, into: &output)
    deadlines.add(handle, at: conversation.deadline, now: moment.time)
    if conversation.heldByteCount > 0 { note(conversation, key, held: 0, into: &output) }
  }

  /// Notes that a conversation holds more or less than before.
  ///
  /// Where all of them hold too much, those that began first to hold something give back room that is
  /// empty, or else are ended: whoever sends many halves of messages loses them, and a message that
  /// comes whole within seconds is among the last to go.
  private mutating func note(
    _ conversation: Conversation, _ key: ConversationTable.Key, held before: Int,
    into output: inout Output
  ) {
    heldByteCount += conversation.heldByteCount - before
    if !conversation.isHolder, let handle = conversations.handle(key) {
      conversation.isHolder = true
      if holders.count > 2 * Limits.conversationsPerLane {
        let table = conversations
        holders.keep { table.value($0) != nil }
      }
      holders.append(handle)
    }
    while heldByteCount > Limits.heldBytesPerLane, let handle = holders.removeFirst() {
      guard let (oldest, key) = conversations.value(handle) else { continue }
      oldest.isHolder = false
      let held = oldest.heldByteCount
      oldest.release()
      heldByteCount += oldest.heldByteCount - held
      guard oldest.heldByteCount > 0 else { continue }
      output.coverage[.evictions] += 1
      finish(oldest, key, into: &output)
    }
  }

  /// Who opened the conversation: the sender of SYN, the receiver of SYN-ACK; seen later, the side
  /// with the port that no protocol claims, or else the higher port.
  private static func parties(
    _ headers: PacketHeaders, _ source: Endpoint, _ target: Endpoint
  ) -> Parties {
    let transport: Activity.Transport = headers.transport == PacketHeaders.tcp ? .tcp : .udp
    let fromSource = Parties(client: source, server: target, transport: transport)
    let fromTarget = Parties(client: target, server: source, transport: transport)
    if transport == .tcp, headers.flags.contains(.syn) {
      return headers.flags.contains(.ack) ? fromTarget : fromSource
    }
    let sourceServes = KnownPorts.contains(source.port, transport)
    let targetServes = KnownPorts.contains(target.port, transport)
    if sourceServes != targetServes { return targetServes ? fromSource : fromTarget }
    return source.port >= target.port ? fromSource : fromTarget
  }

  // MARK: - Ends

  /// Ends the conversations whose time is over.
  mutating func expire(at time: Instant, into output: inout Output) {
    for handle in deadlines.take(at: time) {
      guard let (conversation, key) = conversations.value(handle) else { continue }
      if conversation.deadline < time {
        finish(conversation, key, into: &output)
      } else {
        deadlines.add(handle, at: conversation.deadline, now: time)
      }
    }
  }

  /// Ends everything: the run is over.
  mutating func finish(into output: inout Output) {
    for conversation in conversations.all.sorted(by: { $0.age < $1.age }) {
      output.place.conversation = conversation.age
      conversation.end(into: &output)
    }
    self = Lane()
  }

  private mutating func finish(
    _ conversation: Conversation, _ key: ConversationTable.Key, into output: inout Output
  ) {
    conversations.remove(key)
    heldByteCount -= conversation.heldByteCount
    output.place.conversation = conversation.age
    conversation.end(into: &output)
    output.place.conversation = 0
  }

  /// Ends the conversation whose time is over first if nothing follows, to make room.
  private mutating func evict(into output: inout Output) {
    while conversations.count >= Limits.conversationsPerLane {
      guard let handle = deadlines.removeFirst() else { return }
      guard let (conversation, key) = conversations.value(handle) else { continue }
      output.coverage[.evictions] += 1
      finish(conversation, key, into: &output)
    }
  }
}
