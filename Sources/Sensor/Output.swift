public import Evidence
public import Wire

/// What a sensor says: activities, lines of `decode`, and coverage.
public struct Output: Sendable {
  /// Activities with the place of each in the order of the run.
  public private(set) var activities: [Activity] = []
  /// For each activity, where it belongs among those of other lanes.
  public private(set) var order: [Order] = []
  public var coverage = Coverage()
  /// JSON Lines, where they are wanted.
  public var json = JSONWriter()
  /// Whether lines of `decode` are wanted; where not, none must be built.
  public let wantsLines: Bool
  /// The protocols whose lines are wanted, by the `proto` of the line; empty for all.
  public var wantedProtocols: Set<String> = []
  /// Where the line that is being written begins, if it is not wanted.
  private var unwantedStart: Int?
  /// Whether activities are wanted.
  public let wantsActivities: Bool
  /// The place of what is said now.
  var place = Order(packet: 0, conversation: 0)

  public init(wantsLines: Bool, wantsActivities: Bool) {
    self.wantsLines = wantsLines
    self.wantsActivities = wantsActivities
  }

  /// A place in the order of the run: by packet; what a time-out says comes before its packet's own,
  /// by the age of its conversation.
  public struct Order: Hashable, Comparable, Sendable {
    /// Twice the number of the packet in the run, plus one for what the packet itself says.
    var packet: UInt64
    var conversation: UInt64

    public static func < (left: Order, right: Order) -> Bool {
      left.packet == right.packet
        ? left.conversation < right.conversation : left.packet < right.packet
    }
  }

  public mutating func add(_ activity: consuming Activity) {
    guard wantsActivities else { return }
    if activity.outcome == .unanswered { coverage[.unanswered] += 1 }
    activities.append(activity)
    order.append(place)
  }

  /// Puts what was said since `start` into its order: what time-outs say comes lane by lane.
  mutating func sort(from start: Int) {
    guard order.count - start > 1 else { return }
    // Stable: what one conversation says stays in its own order.
    let indices = (start..<order.count).sorted { (order[$0], $0) < (order[$1], $1) }
    let sorted = indices.map { (activities[$0], order[$0]) }
    for (offset, (activity, place)) in sorted.enumerated() {
      activities[start + offset] = activity
      order[start + offset] = place
    }
  }

  /// Activities and their places, taken.
  mutating func takePart() -> Part {
    let part = Part(activities: activities, order: order)
    activities = []
    order = []
    return part
  }

  /// What one shard said, in the order of the run.
  public struct Part: Sendable {
    public fileprivate(set) var activities: [Activity]
    fileprivate var order: [Order]
  }

  /// Shows the activities of all shards in the order of the run, each in its place.
  public static func inOrder(
    _ parts: inout [Part], _ body: (inout Activity) throws -> Void
  ) rethrows {
    var next = Array(repeating: 0, count: parts.count)
    while true {
      // A place belongs to one conversation, and so to one shard.
      var first: Int?
      for part in parts.indices where next[part] < parts[part].order.count {
        if let current = first,
          !(parts[part].order[next[part]] < parts[current].order[next[current]])
        {
          continue
        }
        first = part
      }
      guard let first else { return }
      try body(&parts[first].activities[next[first]])
      next[first] += 1
    }
  }

  /// Shows each activity in its place, then forgets all and keeps the memory.
  mutating func drain(_ body: (inout Activity) throws -> Void) rethrows {
    for index in activities.indices { try body(&activities[index]) }
    reset()
  }

  /// Forgets activities and lines that were taken, and keeps the memory.
  public mutating func reset() {
    activities.removeAll(keepingCapacity: true)
    order.removeAll(keepingCapacity: true)
    json.reset()
  }

  /// Counts a message that could not be read.
  public mutating func undecoded(_ failure: ParseFailure) {
    coverage[.undecoded] += 1
  }

  /// Begins a line of `decode` with the keys that every line has; end it with ``endLine()``.
  ///
  /// Call only where ``wantsLines`` is true.
  public mutating func beginLine(
    _ proto: String, _ parties: Parties, from side: Side, at moment: Moment
  ) {
    let (source, target) = parties.route(from: side)
    if !wantedProtocols.isEmpty, !wantedProtocols.contains(proto) {
      unwantedStart = json.bytes.count
    }
    json.beginObject()
    json.member("proto", proto)
    json.member("frame", Int64(clamping: moment.packet))
    json.member("ts", moment.time.epochText)
    json.member("src", source.address)
    json.member("sport", Int(source.port))
    json.member("dst", target.address)
    json.member("dport", Int(target.port))
    json.member("transport", parties.transport == .tcp ? "tcp" : "udp")
  }

  public mutating func endLine() {
    json.endObject()
    json.endLine()
    if let start = unwantedStart { json.cut(to: start) }
    unwantedStart = nil
  }
}

extension Instant {
  /// Epoch seconds with nine decimals, as the lines of `decode` have it.
  var epochText: String {
    let fraction = String(nanoseconds - seconds * 1_000_000_000)
    return "\(seconds).\(String(repeating: "0", count: max(0, 9 - fraction.utf8.count)))\(fraction)"
  }
}
