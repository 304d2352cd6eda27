import Evidence
import Wire

/// One direction of a TCP conversation: segments put in order, and what waits for the rest of its
/// message (RFC 9293 section 3.4).
///
/// Where segments overlap, the octets that came first are kept, as most receivers do.
struct Stream {
  /// The sequence number that comes next, once known.
  private var next: UInt32?
  /// Octets in order that do not make a whole message yet.
  private var held: [UInt8] = []
  /// How many of them are needed before the exchange is asked again.
  private var needed = 0
  /// Octets to pass over unread: an exchange did not want them.
  private var passOver = 0
  /// Segments behind a hole, by their sequence number.
  private var waiting: [Segment] = []
  private var waitingByteCount = 0
  private var packetsSinceHole = 0
  /// Whether the place of the next message is not known: after a hole, until one is recognised.
  private var isSeeking = false

  /// Octets of memory that a direction keeps for its next message.
  private static let keptCapacity = 65_536

  private struct Segment {
    var sequence: UInt32
    var bytes: [UInt8]
    /// Octets that the capture cut off.
    var missing: Int
    var moment: Moment
  }

  /// What hands octets on: the exchange of the conversation and what it says.
  struct Reader {
    let exchange: any Exchange
    let side: Side
    let transport = Activity.Transport.tcp
  }

  /// Whether segments wait behind a hole.
  var hasHole: Bool { !waiting.isEmpty }

  /// Octets of memory that it takes: of messages and segments that are not whole, and room for more.
  var heldByteCount: Int { held.capacity + waitingByteCount }

  /// Gives back room that nothing is in.
  mutating func release() {
    if held.isEmpty { held = [] }
  }

  /// The next octet is that after `sequence`: a SYN was seen.
  mutating func begin(after sequence: UInt32) {
    guard next == nil else { return }
    next = sequence &+ 1
  }

  /// Notes the place of a segment whose octets nobody reads.
  mutating func pass(_ headers: PacketHeaders) {
    next =
      headers.sequence
      &+ UInt32(truncatingIfNeeded: headers.payloadCount + headers.missingCount)
  }

  /// Takes a segment: hands on what is in order, keeps what is behind a hole.
  mutating func take(
    _ payload: Span<UInt8>, _ headers: PacketHeaders, _ reader: Reader, at moment: Moment,
    into output: inout Output
  ) {
    let expected = next ?? headers.sequence
    if next == nil { next = expected }
    let ahead = Int(Int32(bitPattern: headers.sequence &- expected))
    if ahead > 0 {
      hold(payload, headers, at: moment)
      giveUpIfFull(reader, into: &output)
      return
    }
    // Sent again: what is known may reach into what the capture cut off.
    let missing = headers.missingCount - max(0, -ahead - payload.count)
    guard -ahead < payload.count || missing > 0 else { return }
    let fresh = payload.extracting(min(-ahead, payload.count)..<payload.count)
    accept(fresh, missing: missing, reader, at: moment, into: &output)
    if !waiting.isEmpty { drain(reader, into: &output) }
  }

  /// The other side acknowledged everything before `acknowledgment`.
  ///
  /// A hole before it was delivered and is missing in the capture; some packets are waited for, since
  /// mirrors reorder.
  mutating func acknowledge(
    _ acknowledgment: UInt32, _ reader: Reader, into output: inout Output
  ) {
    guard let first = waiting.first else { return }
    packetsSinceHole += 1
    guard Int32(bitPattern: acknowledgment &- first.sequence) >= 0,
      packetsSinceHole > Limits.segmentsAfterHole
    else { return }
    skipHole(reader, into: &output)
  }

  /// The other side answered what waits behind the hole: whoever reads it need not wait longer.
  mutating func answered(
    _ acknowledgment: UInt32, _ reader: Reader, into output: inout Output
  ) {
    while let first = waiting.first,
      Int32(bitPattern: acknowledgment &- first.sequence) >= Int32(clamping: first.bytes.count)
    {
      skipHole(reader, into: &output)
    }
  }

  /// The conversation is over: what waits behind holes is handed on.
  mutating func finish(_ reader: Reader, into output: inout Output) {
    while !waiting.isEmpty { skipHole(reader, into: &output) }
  }

  // MARK: - Holes

  private mutating func hold(
    _ payload: Span<UInt8>, _ headers: PacketHeaders, at moment: Moment
  ) {
    guard payload.count > 0 else { return }
    var input = ByteReader(payload)
    let segment = Segment(
      sequence: headers.sequence, bytes: input.array(), missing: headers.missingCount,
      moment: moment)
    // Segments mostly come in order behind a hole.
    let before = waiting.lastIndex {
      Int32(bitPattern: $0.sequence &- segment.sequence) <= 0
    }
    waiting.insert(segment, at: before.map { $0 + 1 } ?? 0)
    waitingByteCount += segment.bytes.count
  }

  private mutating func giveUpIfFull(_ reader: Reader, into output: inout Output) {
    while waitingByteCount > Limits.outOfOrderBytesPerDirection
      || waiting.count > Limits.outOfOrderSegmentsPerDirection
    {
      skipHole(reader, into: &output)
    }
  }

  /// Gives up what is missing before the first segment that waits.
  private mutating func skipHole(_ reader: Reader, into output: inout Output) {
    guard let first = waiting.first, let expected = next else { return }
    let missing = Int(Int32(bitPattern: first.sequence &- expected))
    if missing > 0 {
      next = first.sequence
      lose(missing, reader, at: first.moment, into: &output)
    }
    drain(reader, into: &output)
  }

  private mutating func drain(_ reader: Reader, into output: inout Output) {
    while let first = waiting.first, let expected = next {
      let ahead = Int(Int32(bitPattern: first.sequence &- expected))
      guard ahead <= 0 else { return }
      waiting.removeFirst()
      waitingByteCount -= first.bytes.count
      packetsSinceHole = 0
      let missing = first.missing - max(0, -ahead - first.bytes.count)
      guard -ahead < first.bytes.count || missing > 0 else { continue }
      let span = first.bytes.span
      accept(
        span.extracting(min(-ahead, span.count)..<span.count), missing: missing, reader,
        at: first.moment, into: &output)
    }
  }

  private mutating func lose(
    _ byteCount: Int, _ reader: Reader, at moment: Moment, into output: inout Output
  ) {
    output.coverage[.gaps] += 1
    output.coverage[.gapBytes] += UInt64(byteCount)
    // A hole within what nobody wanted to read costs nothing.
    if passOver >= byteCount {
      passOver -= byteCount
      return
    }
    passOver = 0
    if !held.isEmpty {
      reader.exchange.cut(held.span, from: reader.side, at: moment, into: &output)
    }
    forget()
    isSeeking = true
    reader.exchange.lost(reader.side, at: moment, into: &output)
  }

  private mutating func forget() {
    held.removeAll(keepingCapacity: held.capacity <= Stream.keptCapacity)
    needed = 0
  }

  // MARK: - In order

  private mutating func accept(
    _ payload: Span<UInt8>, missing: Int, _ reader: Reader, at moment: Moment,
    into output: inout Output
  ) {
    next = (next ?? 0) &+ UInt32(truncatingIfNeeded: payload.count)
    read(payload, reader, at: moment, into: &output)
    guard missing > 0 else { return }
    next = (next ?? 0) &+ UInt32(truncatingIfNeeded: missing)
    lose(missing, reader, at: moment, into: &output)
  }

  private mutating func read(
    _ payload: Span<UInt8>, _ reader: Reader, at moment: Moment, into output: inout Output
  ) {
    var start = 0
    if passOver > 0 {
      start = min(passOver, payload.count)
      passOver -= start
    }
    guard start < payload.count else { return }
    let fresh = payload.extracting(start..<payload.count)
    if isSeeking {
      guard type(of: reader.exchange).recognises(fresh, .tcp, isOnPort: true) else { return }
      isSeeking = false
    }
    guard !held.isEmpty else {
      let consumed = hand(fresh, reader, at: moment, into: &output)
      keep(fresh, from: consumed, reader, at: moment, into: &output)
      return
    }
    held.append(fresh, from: 0, count: fresh.count)
    guard held.count >= needed else {
      checkHeld(reader, at: moment, into: &output)
      return
    }
    var whole: [UInt8] = []
    swap(&whole, &held)
    let consumed = hand(whole.span, reader, at: moment, into: &output)
    guard consumed < whole.count, consumed > 0 else {
      // All or nothing: the same memory serves again.
      passOver = max(0, consumed - whole.count)
      if consumed > 0 { whole.removeAll(keepingCapacity: whole.capacity <= Stream.keptCapacity) }
      swap(&whole, &held)
      checkHeld(reader, at: moment, into: &output)
      return
    }
    keep(whole.span, from: consumed, reader, at: moment, into: &output)
  }

  /// Hands octets to the exchange until it takes no more; returns how many it is done with.
  private mutating func hand(
    _ bytes: Span<UInt8>, _ reader: Reader, at moment: Moment, into output: inout Output
  ) -> Int {
    var position = 0
    needed = 0
    while position < bytes.count {
      let progress = reader.exchange.take(
        bytes.extracting(position..<bytes.count), from: reader.side, at: moment, into: &output)
      guard progress.consumed > 0 else {
        needed = progress.needed
        break
      }
      position += progress.consumed
    }
    return position
  }

  /// Keeps what was not consumed, or notes what is to be passed over.
  private mutating func keep(
    _ bytes: Span<UInt8>, from consumed: Int, _ reader: Reader, at moment: Moment,
    into output: inout Output
  ) {
    guard consumed < bytes.count else {
      passOver = consumed - bytes.count
      return
    }
    held.reserveCapacity(max(bytes.count - consumed, min(needed, Stream.keptCapacity)))
    held.append(bytes, from: consumed, count: bytes.count - consumed)
    checkHeld(reader, at: moment, into: &output)
  }

  /// Gives up a message that is too large to be held.
  private mutating func checkHeld(
    _ reader: Reader, at moment: Moment, into output: inout Output
  ) {
    guard held.count > Limits.heldBytesPerDirection || needed > Limits.heldBytesPerDirection else {
      return
    }
    output.coverage[.undecoded] += 1
    forget()
    isSeeking = true
    reader.exchange.lost(reader.side, at: moment, into: &output)
  }
}
