/// A remote procedure call over TCP or a named pipe (C706, MS-RPCE).
public struct RPCCall: Sendable {
  /// The interface, known from the bind; nil where the capture began after it.
  public var interface: RPCInterface?
  public var opnum: UInt16
  /// The operation's name in its specification, where known.
  public var operation: String?
  /// The named pipe, lower case without `\pipe\`; nil over TCP.
  public var pipe: String?
  /// MS-RPCE section 2.2.1.1.7; zero is none.
  public var authenticationType: UInt8
  /// MS-RPCE section 2.2.1.1.8: 6 hides the arguments.
  public var authenticationLevel: UInt8
  public var arguments: RPCArguments
  /// What the operation returned (NTSTATUS, Win32 or HRESULT), where readable.
  public var status: UInt32?

  public init(
    interface: RPCInterface?, opnum: UInt16, operation: String?, pipe: String?,
    authenticationType: UInt8, authenticationLevel: UInt8, arguments: RPCArguments, status: UInt32?
  ) {
    self.interface = interface
    self.opnum = opnum
    self.operation = operation
    self.pipe = pipe
    self.authenticationType = authenticationType
    self.authenticationLevel = authenticationLevel
    self.arguments = arguments
    self.status = status
  }

  /// Whether the arguments were sealed (authentication level 6, packet privacy).
  public var isSealed: Bool { authenticationLevel == 6 }
}

/// An interface identifier: a UUID as RFC 4122 prints it, its 128 bits in that order.
public struct RPCInterface: Hashable, Sendable {
  public var high: UInt64
  public var low: UInt64

  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// MS-DRSR section 1.9.
  public static let drsuapi = RPCInterface(high: 0xe351_4235_4b06_11d1, low: 0xab04_00c0_4fc2_dcd2)
  /// MS-SAMR section 1.9.
  public static let samr = RPCInterface(high: 0x1234_5778_1234_abcd, low: 0xef00_0123_4567_89ac)
  /// MS-LSAD section 1.9.
  public static let lsarpc = RPCInterface(high: 0x1234_5778_1234_abcd, low: 0xef00_0123_4567_89ab)
  /// MS-SRVS section 1.9.
  public static let srvsvc = RPCInterface(high: 0x4b32_4fc8_1670_01d3, low: 0x1278_5a47_bf6e_e188)
  /// MS-SCMR section 1.9.
  public static let svcctl = RPCInterface(high: 0x367a_bb81_9844_35f1, low: 0xad32_98f0_3800_1003)
  /// MS-NRPC section 1.9.
  public static let netlogon = RPCInterface(high: 0x1234_5678_1234_abcd, low: 0xef00_0123_4567_cffb)
  /// MS-WKST section 1.9.
  public static let wkssvc = RPCInterface(high: 0x6bff_d098_a112_3610, low: 0x9833_46c3_f87e_345a)
  /// C706 appendix O: the endpoint mapper.
  public static let epmapper = RPCInterface(high: 0xe1af_8308_5d1f_11c9, low: 0x91a4_0800_2b14_a0fa)
}

extension RPCInterface: CustomStringConvertible {
  public var description: String {
    func hex(_ value: UInt64, _ digits: Int) -> String {
      let text = String(value, radix: 16)
      return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
    return [
      hex(high >> 32, 8), hex(high >> 16 & 0xFFFF, 4), hex(high & 0xFFFF, 4),
      hex(low >> 48, 4), hex(low & 0xFFFF_FFFF_FFFF, 12),
    ].joined(separator: "-")
  }
}

/// Arguments that detections decide on, where they could be read.
public enum RPCArguments: Sendable {
  case unread
  case samr(SAMRQuery)
  case lookup(LSALookup)
  case sessionEnumeration(SessionEnumeration)
  case service(ServiceOperation)
  case endpointMap(interface: RPCInterface, port: UInt16?)
  /// GetNCChanges: the naming context asked for, where readable.
  case replication(namingContext: String?)
}

/// What a SAMR call asks about (MS-SAMR section 3.1.5).
public struct SAMRQuery: Sendable {
  public enum Subject: String, Sendable { case domains, users, groups, aliases, members, account }

  public var subject: Subject
  /// Whether the call lists all of them rather than asking for some.
  public var isEnumeration: Bool
  /// Names asked for or given.
  public var names: [String]
  /// Relative identifiers asked for or given.
  public var rids: [UInt32]
  /// Entries in the answer, where readable.
  public var count: Int?

  public init(
    subject: Subject, isEnumeration: Bool, names: [String] = [], rids: [UInt32] = [],
    count: Int? = nil
  ) {
    self.subject = subject
    self.isEnumeration = isEnumeration
    self.names = names
    self.rids = rids
    self.count = count
  }
}

/// LsarLookupNames or LsarLookupSids (MS-LSAT section 3.1.4).
public struct LSALookup: Sendable {
  public var names: [String]
  public var sids: [String]

  public init(names: [String], sids: [String]) {
    self.names = names
    self.sids = sids
  }
}

/// NetrSessionEnum (MS-SRVS section 3.1.4.5).
public struct SessionEnumeration: Sendable {
  public var server: String?
  /// The client and user that the caller narrows the list to; nil asks for all.
  public var client: String?
  public var user: String?
  public var level: UInt32
  /// Sessions in the answer, where readable.
  public var count: Int?

  public init(server: String?, client: String?, user: String?, level: UInt32, count: Int?) {
    self.server = server
    self.client = client
    self.user = user
    self.level = level
    self.count = count
  }
}

/// A call to the service control manager that names a service (MS-SCMR section 3.1.4).
public struct ServiceOperation: Sendable {
  public enum Action: String, Sendable {
    case openManager, create, open, start, control, delete, change, query, close
  }

  public var action: Action
  /// Service name; for handle-based calls the name that its open or create gave, where seen.
  public var name: String?
  public var displayName: String?
  public var binaryPath: String?
  /// MS-SCMR section 3.1.4.12 dwStartType.
  public var startType: UInt32?

  public init(
    action: Action, name: String?, displayName: String? = nil, binaryPath: String? = nil,
    startType: UInt32? = nil
  ) {
    self.action = action
    self.name = name
    self.displayName = displayName
    self.binaryPath = binaryPath
    self.startType = startType
  }
}
