import Evidence
import Wire

@testable import Sensor

/// Packets built in memory, as a capture would give them: raw IPv4 with TCP or UDP.
struct Traffic {
  private var buffer: [UInt8] = []
  private var packets: [PacketPlace] = []
  /// Nanoseconds since 1970.
  var time: Int64 = 1_700_000_000_000_000_000

  /// Who talks to whom.
  struct Conversation {
    var transport: UInt8
    var clientPort: UInt16
    var serverPort: UInt16
    /// The next sequence numbers of the client and of the server.
    var sequences: (UInt32, UInt32) = (1000, 2000)
  }

  /// Adds any frame.
  mutating func add(_ frame: some Collection<UInt8>, _ type: LinkType, missing: Int = 0) {
    packets.append(
      PacketPlace(
        time: Instant(nanoseconds: time), offset: buffer.count, capturedLength: frame.count,
        originalLength: frame.count + missing, linkType: type))
    buffer.append(contentsOf: frame)
  }

  /// Adds what one side of a conversation says, in order.
  mutating func say(
    _ octets: some Collection<UInt8>, isFromServer: Bool, in conversation: inout Conversation
  ) {
    let isTCP = conversation.transport == PacketHeaders.tcp
    let limit = 65_535 - 20 - (isTCP ? 20 : 8)
    let payload = octets.prefix(limit)
    var frame = Traffic.ipv4(
      conversation.transport, payload.count + (isTCP ? 20 : 8), isFromServer: isFromServer)
    let source = isFromServer ? conversation.serverPort : conversation.clientPort
    let target = isFromServer ? conversation.clientPort : conversation.serverPort
    frame += big(UInt32(source) << 16 | UInt32(target))
    if isTCP {
      let sequence = isFromServer ? conversation.sequences.1 : conversation.sequences.0
      let other = isFromServer ? conversation.sequences.0 : conversation.sequences.1
      frame += big(sequence) + big(other) + [0x50, 0x18, 0xFF, 0xFF, 0, 0, 0, 0]
      let next = sequence &+ UInt32(payload.count)
      if isFromServer { conversation.sequences.1 = next } else { conversation.sequences.0 = next }
    } else {
      frame += big(UInt32(payload.count + 8) << 16)
    }
    add(frame + payload, .raw)
  }

  /// The packets as a run, and none left.
  mutating func takeRun() -> PacketRun {
    defer {
      buffer = []
      packets = []
    }
    return PacketRun(buffer: buffer, packets: packets[...], capture: 0, numberBefore: 0)
  }

  private static func ipv4(_ transport: UInt8, _ count: Int, isFromServer: Bool) -> [UInt8] {
    let client: [UInt8] = [10, 0, 0, 1]
    let server: [UInt8] = [10, 0, 0, 2]
    let total = big(UInt32(20 + count))
    return [0x45, 0, total[2], total[3], 0, 1, 0, 0, 64, transport, 0, 0]
      + (isFromServer ? server + client : client + server)
  }
}

/// A number of 32 bits as the network writes it.
func big(_ value: UInt32) -> [UInt8] {
  [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> UInt32($0)) }
}
