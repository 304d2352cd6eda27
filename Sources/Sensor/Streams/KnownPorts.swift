import Evidence

/// Which protocols claim a port, as a set of bits in the order of ``Protocols/all``: asked for each new
/// conversation.
enum KnownPorts {
  private static let tcp = sets(Protocols.all.map { $0.tcpPorts })
  private static let udp = sets(Protocols.all.map { $0.udpPorts })

  static func contains(_ port: UInt16, _ transport: Activity.Transport) -> Bool {
    claims(port, transport) != 0
  }

  /// The protocols that claim the port: bit 0 is the first of the list.
  static func claims(_ port: UInt16, _ transport: Activity.Transport) -> UInt32 {
    transport == .tcp ? tcp[Int(port)] : udp[Int(port)]
  }

  private static func sets(_ ports: [[UInt16]]) -> [UInt32] {
    var sets = [UInt32](repeating: 0, count: 1 << 16)
    for (index, ports) in ports.enumerated() {
      for port in ports { sets[Int(port)] |= 1 << UInt32(index) }
    }
    return sets
  }
}
