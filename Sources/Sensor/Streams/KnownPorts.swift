import Evidence

/// The ports that some protocol claims, as a set of bits: asked for each new conversation.
enum KnownPorts {
  private static let tcp = bits(Protocols.all.flatMap { $0.tcpPorts })
  private static let udp = bits(Protocols.all.flatMap { $0.udpPorts })

  static func contains(_ port: UInt16, _ transport: Activity.Transport) -> Bool {
    let words = transport == .tcp ? tcp : udp
    return words[Int(port >> 6)] & 1 << UInt64(port & 63) != 0
  }

  private static func bits(_ ports: [UInt16]) -> [UInt64] {
    var words = [UInt64](repeating: 0, count: 1024)
    for port in ports { words[Int(port >> 6)] |= 1 << UInt64(port & 63) }
    return words
  }
}
