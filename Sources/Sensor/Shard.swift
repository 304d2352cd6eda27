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
    let headers: PacketHeaders
    do {
      headers = try PacketHeaders(parsing: frame, packet.linkType)
    } catch {
      if index == 0 {
        count(packet)
        output.coverage[.undecodedPackets] += 1
      }
      return
    }
    let lane = Lane.index(headers)
    guard lane % count == index else { return }
    count(packet)
    output.place = Output.Order(packet: number * 2 + 1, conversation: 0)
    lanes[lane].take(frame, headers, number: number, at: moment, into: &output)
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
    let before = output.activities.count
    for lane in lanes.indices where lane % count == index {
      lanes[lane].expire(at: time, into: &output)
    }
    output.sort(from: before)
  }
}
