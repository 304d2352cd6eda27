/// What was seen, and what could not be: sealed, lost, damaged, refused.
///
/// Counters add up over shards and captures; each is a number of occurrences.
public struct Coverage: Hashable, Sendable {
  public var packets: UInt64 = 0
  public var bytes: UInt64 = 0
  public var conversations: UInt64 = 0
  /// Messages read, by protocol, in the order of ``Counter``.
  public var counters: [UInt64] = Array(repeating: 0, count: Counter.allCases.count)

  public init() {}

  public subscript(_ counter: Counter) -> UInt64 {
    get { counters[counter.rawValue] }
    set { counters[counter.rawValue] = newValue }
  }

  /// Adds another's counts.
  public mutating func add(_ other: Coverage) {
    packets += other.packets
    bytes += other.bytes
    conversations += other.conversations
    for index in counters.indices { counters[index] += other.counters[index] }
  }

  public enum Counter: Int, CaseIterable, Sendable {
    case kerberosMessages, ntlmMessages, dnsMessages, nbnsMessages, rpcMessages, smbMessages
    case ldapMessages
    /// LDAP buffers sealed by SASL, or LDAP under TLS.
    case ldapSealed
    /// SMB messages inside an encrypted transform.
    case smbEncrypted
    /// Calls whose arguments were sealed.
    case rpcSealed
    /// Messages that a parser refused.
    case undecoded
    /// Holes in streams: lost by the capture.
    case gaps
    case gapBytes
    /// Packets shorter in the capture than on the wire.
    case cutPackets
    case badChecksums
    case undecodedPackets
    case fragments
    /// Packet time that went backwards.
    case timeReversals
    /// Entries dropped because a table was full.
    case evictions
    case unanswered
    /// Packets that the kernel dropped: its buffer was full.
    case droppedByKernel
    /// Packets that an interface or its driver dropped.
    case droppedByInterface
    /// Packets that were taken from the kernel and dropped because the sensor was too slow.
    case droppedBySensor
    /// Packets that prove an alert and were no longer held when it was raised.
    case unkeptProofs
    /// Messages read of the small protocols.
    case ntpMessages, dhcpMessages, radiusMessages

    /// The key in JSON.
    public var name: String { "\(self)" }
  }
}

extension Coverage {
  /// Messages read, of all protocols.
  public var messages: UInt64 {
    let counters: [Counter] = [
      .kerberosMessages, .ntlmMessages, .dnsMessages, .nbnsMessages, .rpcMessages, .smbMessages,
      .ldapMessages, .ntpMessages, .dhcpMessages, .radiusMessages,
    ]
    return counters.reduce(0) { $0 + self[$1] }
  }
}
