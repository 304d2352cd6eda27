public import Evidence
import Wire

/// One protocol's reading of one conversation: octets in, messages and activities out.
///
/// A class, made once a conversation. Adding a protocol is one conforming type in a folder of its own
/// and one line in ``Protocols``. Nothing here trusts the octets: what cannot be read is noted by
/// ``Output/undecoded(_:)`` and stepped over.
protocol Exchange: AnyObject, SendableMetatype {
  /// The ports on which it is expected; a hint, which `recognises` must confirm.
  static var tcpPorts: [UInt16] { get }
  static var udpPorts: [UInt16] { get }

  /// Whether octets that begin a message look like this protocol's: asked for the first octets of a
  /// conversation, and after a hole for the start of each segment until one begins a message.
  ///
  /// On a port of its own it may be lenient; `isOnPort` is false where every protocol is asked.
  static func recognises(
    _ bytes: Span<UInt8>, _ transport: Activity.Transport, isOnPort: Bool
  ) -> Bool

  init(_ parties: Parties)

  /// TCP: reads whole messages off the front of what has arrived in order from one side.
  ///
  /// UDP: reads one datagram; the progress is ignored.
  func take(
    _ bytes: Span<UInt8>, from side: Side, at moment: Moment, into output: inout Output
  ) -> Progress

  /// Octets of one side were lost here: what that side had begun will not end.
  ///
  /// What follows begins at a segment that `recognises` accepted.
  func lost(_ side: Side, at moment: Moment, into output: inout Output)

  /// The octets that begin the message of which the rest was lost, called before `lost`: an exchange
  /// that can read the head of a message does so here; by default nothing is read.
  func cut(
    _ bytes: Span<UInt8>, from side: Side, at moment: Moment, into output: inout Output)

  /// The conversation is over, or idle for too long: requests without an answer are said now.
  func end(into output: inout Output)
}

extension Exchange {
  func cut(
    _ bytes: Span<UInt8>, from side: Side, at moment: Moment, into output: inout Output
  ) {}
}

/// Who talks: the client is who opened the conversation, or seems to have.
public struct Parties: Hashable, Sendable {
  public var client: Endpoint
  public var server: Endpoint
  public var transport: Activity.Transport

  public init(client: Endpoint, server: Endpoint, transport: Activity.Transport) {
    self.client = client
    self.server = server
    self.transport = transport
  }

  /// Who sent what `side` sent, and to whom.
  public func route(from side: Side) -> (source: Endpoint, target: Endpoint) {
    side == .client ? (client, server) : (server, client)
  }
}

/// One direction of a conversation.
public enum Side: UInt8, Sendable {
  case client, server

  public var other: Side { self == .client ? .server : .client }
}

/// Where in the capture something is.
public struct Moment: Hashable, Sendable {
  public var time: Instant
  /// Index of the capture in the run.
  public var capture: UInt32
  /// 1-based, within the capture.
  public var packet: UInt64

  public init(time: Instant, capture: UInt32, packet: UInt64) {
    self.time = time
    self.capture = capture
    self.packet = packet
  }
}

/// How far an exchange got.
struct Progress {
  /// Octets done with; it may exceed what was given.
  ///
  /// The excess (the data of a large write, say) is passed over unread when it comes.
  var consumed: Int
  /// How many octets are needed, from the first that is not consumed, before asking again makes
  /// sense; zero where that is not known.
  var needed: Int

  init(consumed: Int, needed: Int = 0) {
    self.consumed = consumed
    self.needed = needed
  }
}
