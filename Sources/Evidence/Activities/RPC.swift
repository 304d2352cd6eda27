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
  /// The object that the call is made on, where its header names one: DCOM's interface pointers.
  public var object: RPCInterface?

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
  /// MS-TSCH section 1.9.
  public static let taskScheduler = RPCInterface(
    high: 0x86d3_5949_83c9_4044, low: 0xb424_db36_3231_fd0c)
  /// MS-TSCH section 1.9: the AT service.
  public static let atsvc = RPCInterface(high: 0x1ff7_0682_0a51_30e8, low: 0x076d_740b_e8ce_e98b)
  /// MS-TSCH section 1.9: accounts of tasks.
  public static let sasec = RPCInterface(high: 0x378e_52b0_c0a9_11cf, low: 0x822d_00aa_0051_e40f)
  /// MS-RRP section 1.9.
  public static let winreg = RPCInterface(high: 0x338c_d001_2244_31f1, low: 0xaaaa_9000_3800_1003)
  /// MS-EFSR section 1.9, over its own pipe.
  public static let efsrpc = RPCInterface(high: 0xdf19_41c5_fe89_4e79, low: 0xbf10_4636_57ac_f44d)
  /// MS-EFSR section 1.9, over the pipe of LSASS.
  public static let efsrpcOverLSA = RPCInterface(
    high: 0xc681_d488_d850_11d0, low: 0x8c52_00c0_4fd9_0f7e)
  /// MS-RPRN section 1.9.
  public static let spoolss = RPCInterface(high: 0x1234_5678_1234_abcd, low: 0xef00_0123_4567_89ab)
  /// MS-PAR section 1.9.
  public static let winspool = RPCInterface(high: 0x76f0_3f96_cdfd_44fc, low: 0xa22c_6495_0a00_1209)
  /// MS-DFSNM section 1.9.
  public static let netdfs = RPCInterface(high: 0x4fc7_42e0_4a10_11cf, low: 0x8273_00aa_004a_e673)
  /// MS-FSRVP section 1.9.
  public static let shadowCopy = RPCInterface(
    high: 0xa8e0_653c_2744_4389, low: 0xa61d_7373_df8b_2292)
  /// MS-BKRP section 1.9.
  public static let bkrp = RPCInterface(high: 0x3dde_7c30_165d_11d1, low: 0xab8f_0080_5f14_db40)
  /// MS-DNSP section 1.9.
  public static let dnsserver = RPCInterface(
    high: 0x50ab_c2a4_574d_40b3, low: 0x9d66_ee4f_d5fb_a076)
  /// MS-EVEN section 1.9.
  public static let eventlog = RPCInterface(high: 0x8227_3fdc_e32a_18c3, low: 0x3f78_8279_29dc_23ea)
  /// MS-EVEN6 section 1.9.
  public static let eventService = RPCInterface(
    high: 0xf6be_aff7_1e19_4fbb, low: 0x9f8f_b89e_2018_337c)
  /// MS-ICPR section 1.9.
  public static let certificates = RPCInterface(
    high: 0x91ae_6020_9e3c_11cf, low: 0x8d7c_00aa_00c0_91be)
  /// MS-RSP section 1.9.
  public static let initShutdown = RPCInterface(
    high: 0x894d_e0c0_0d55_11d3, low: 0xa322_00c0_4fa3_21a1)
  /// MS-DCOM section 1.9: IActivation.
  public static let activation = RPCInterface(
    high: 0x4d9f_4ab8_7d1c_11cf, low: 0x861e_0020_af6e_7c57)
  /// MS-DCOM section 1.9: IRemoteSCMActivator.
  public static let systemActivator = RPCInterface(
    high: 0x0000_01a0_0000_0000, low: 0xc000_0000_0000_0046)
  /// MS-DCOM section 1.9: IRemUnknown.
  public static let remoteUnknown = RPCInterface(
    high: 0x0000_0131_0000_0000, low: 0xc000_0000_0000_0046)
  /// MS-DCOM section 1.9: IRemUnknown2.
  public static let remoteUnknown2 = RPCInterface(
    high: 0x0000_0143_0000_0000, low: 0xc000_0000_0000_0046)
  /// MS-WMI section 1.9: IWbemLevel1Login.
  public static let managementLogin = RPCInterface(
    high: 0xf309_ad18_d86a_11d0, low: 0xa075_00c0_4fb6_8820)
  /// MS-WMI section 1.9: IWbemServices.
  public static let managementServices = RPCInterface(
    high: 0x9556_dc99_828c_11cf, low: 0xa37e_00aa_0032_40c7)
  /// MS-OAUT section 1.9: IDispatch.
  public static let dispatch = RPCInterface(high: 0x0002_0400_0000_0000, low: 0xc000_0000_0000_0046)
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
  case directory(DirectoryOperation)
  case samrChange(SAMRChange)
  case secret(LSASecret)
  case netlogon(NetlogonOperation)
  case backupKey(BackupKeyOperation)
  case certificate(CertificateRequest)
  case task(TaskOperation)
  case registry(RegistryOperation)
  case server(ServerOperation)
  case eventLog(EventLogOperation)
  case spooler(PrintOperation)
  case dnsServer(DNSServerOperation)
  case remotePath(RemotePath)
  case activation(ObjectActivation)
  case management(ManagementOperation)
  /// BaseInitiateShutdown: the message shown (MS-RSP section 3.1.4).
  case shutdown(message: String?)
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
