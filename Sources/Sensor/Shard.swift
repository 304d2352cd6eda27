public import Evidence
import Wire

/// The lanes of one thread, from packets to activities and lines.
///
/// Every shard is shown every packet and takes those of its own lanes: reading headers twice costs
/// less than handing packets over, and all shards see the same time pass. What the shards of a run
/// say, put together by ``Output/Order``, is the same whatever their number.
public struct Shard {
  public private(set) var output: Output
  private let index: Int
  private let count: Int
  private var lanes: [Lane]
  private var fragments = FragmentTable()
  /// Packets of the run so far.
  private var number: UInt64 = 0
  /// When the second of packet time ends whose time-outs were looked at, in nanoseconds.
  private var tick = Int64.min
  private var lastTime = Instant(nanoseconds: Int64.min)

  /// One of `count` shards, `index` counted from zero.
  public init(_ index: Int, of count: Int, wantsLines: Bool, wantsActivities: Bool) {
    self.index = index
    self.count = max(1, count)
    lanes = (0..<Lane.count).map { _ in Lane() }
    output = Output(wantsLines: wantsLines, wantsActivities: wantsActivities)
  }

  /// Takes the packets of a run.
  public mutating func take(_ run: PacketRun) {
    let bytes = run.buffer.span
    var packetNumber = run.numberBefore
    for packet in run.packets {
      packetNumber += 1
      let frame = bytes.extracting(packet.offset..<(packet.offset + packet.capturedLength))
      take(
        frame, packet,
        at: Moment(time: packet.time, capture: run.capture, packet: packetNumber))
    }
  }

  /// Narrows the lines to those of some protocols; none named is all.
  mutating func want(_ protocols: [String]) { output.wantedProtocols = Set(protocols) }

  /// Shows the activities said since the last call, each in its place, and forgets them.
  public mutating func drain(_ body: (inout Activity) throws -> Void) rethrows {
    try output.drain(body)
  }

  /// The same, with their places in the order of the run.
  public mutating func takePart() -> Output.Part { output.takePart() }

  /// Forgets what was said and taken.
  public mutating func reset() { output.reset() }

  /// Ends every conversation: the run is over.
  public mutating func finish() {
    number += 1
    output.place = Output.Order(packet: number * 2, conversation: 0)
    let before = output.activities.count
    for lane in lanes.indices { lanes[lane].finish(into: &output) }
    output.sort(from: before)
  }

  private mutating func take(
    _ frame: Span<UInt8>, _ packet: PacketPlace, at moment: Moment
  ) {
    number += 1
    passTime(to: moment.time)
    if index == 0 { count(packet) }
    let headers: PacketHeaders
    do {
      headers = try PacketHeaders(parsing: frame, packet.linkType)
    } catch {
      if index == 0 { output.coverage[.undecodedPackets] += 1 }
      return
    }
    guard headers.fragment == nil else {
      takeFragment(frame, headers, nested: 0, at: moment)
      return
    }
    take(frame, headers, at: moment)
  }

  private mutating func take(
    _ frame: Span<UInt8>, _ headers: PacketHeaders, at moment: Moment
  ) {
    let lane = Lane.index(headers)
    guard lane % count == index else { return }
    if Checksum.isWrong(frame, headers) { output.coverage[.badChecksums] += 1 }
    output.place = Output.Order(packet: number * 2 + 1, conversation: 0)
    let start = headers.payloadOffset
    lanes[lane].take(
      frame.extracting(start..<(start + headers.payloadCount)), headers, number: number,
      at: moment, into: &output)
  }

  /// Fragments within fragments that are put together: those of a tunnel, and those of the link that
  /// it crosses.
  private static let fragmentNesting = 2

  /// Puts a datagram together.
  ///
  /// Every shard does it for all fragments, which are few: what a tunnel carries belongs to a lane that
  /// is only known when it is whole. The first counts.
  private mutating func takeFragment(
    _ frame: Span<UInt8>, _ headers: PacketHeaders, nested: Int, at moment: Moment
  ) {
    var counts = Coverage()
    defer { if index == 0 { output.coverage.add(counts) } }
    counts[.fragments] += 1
    guard nested < Shard.fragmentNesting,
      let datagram = fragments.take(frame, headers, at: moment.time, into: &counts)
    else { return }
    var whole = headers
    do {
      try whole.readReassembled(datagram.span)
    } catch {
      counts[.undecodedPackets] += 1
      return
    }
    if whole.fragment == nil {
      take(datagram.span, whole, at: moment)
    } else {
      takeFragment(datagram.span, whole, nested: nested + 1, at: moment)
    }
  }

  private mutating func count(_ packet: PacketPlace) {
    output.coverage.packets += 1
    output.coverage.bytes += UInt64(packet.originalLength)
    if packet.capturedLength < packet.originalLength { output.coverage[.cutPackets] += 1 }
  }

  /// Looks at time-outs whenever a second of packet time is over.
  private mutating func passTime(to time: Instant) {
    guard time >= lastTime else {
      if index == 0 { output.coverage[.timeReversals] += 1 }
      return
    }
    lastTime = time
    guard time.nanoseconds >= tick else { return }
    tick = time.advanced(by: .seconds(1)).seconds &* 1_000_000_000
    output.place = Output.Order(packet: number * 2, conversation: 0)
    var counts = Coverage()
    fragments.expire(at: time, into: &counts)
    if index == 0 { output.coverage.add(counts) }
    let before = output.activities.count
    for lane in lanes.indices where lane % count == index {
      lanes[lane].expire(at: time, into: &output)
    }
    output.sort(from: before)
  }
}
