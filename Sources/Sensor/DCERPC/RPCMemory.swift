import Evidence
import Wire

/// What the calls of one connection taught: objects behind handles, names of relative identifiers.
///
/// It reads arguments and answers with that.
struct RPCMemory {
  /// What a handle stands for.
  struct Opened {
    var subject: SAMRQuery.Subject = .account
    var name: String?
    var relativeID: UInt32?
  }

  /// What one call says, filled by its request, then by its answer.
  struct Facts {
    var arguments: RPCArguments = .unread
    /// What the answer's handle will stand for.
    var opens: Opened?
    var status: UInt32?
  }

  var handles = ArrivalTable<GUID, Opened>(limit: Limits.rpcHandles)
  var names = ArrivalTable<UInt32, String>(limit: Limits.rpcNames)

  /// Reads the arguments of a request.
  func facts(
    of operation: UInt16, _ kind: Kind, _ stub: inout NDRReader
  ) throws(ParseFailure) -> Facts {
    switch kind {
    case .samr: try accountFacts(of: operation, &stub)
    case .lsarpc: try lsaFacts(of: operation, &stub)
    case .srvsvc: try serverFacts(of: operation, &stub)
    case .wkssvc: try workstationFacts(of: operation, &stub)
    case .svcctl: try serviceFacts(of: operation, &stub)
    case .epmapper: try endpointFacts(of: operation, &stub)
    case .drsuapi: try replicationFacts(of: operation, &stub)
    case .netlogon: try netlogonFacts(of: operation, &stub)
    case .bkrp, .certificates: try certificateFacts(of: operation, kind, &stub)
    case .taskScheduler, .atsvc, .sasec: try taskFacts(of: operation, kind, &stub)
    case .winreg: try registryFacts(of: operation, &stub)
    case .eventlog, .eventService: try eventLogFacts(of: operation, kind, &stub)
    case .spoolss, .winspool: try printFacts(of: operation, kind, &stub)
    case .efsrpc, .netdfs, .shadowCopy: try pathFacts(of: operation, kind, &stub)
    case .dnsserver: try dnsServerFacts(of: operation, &stub)
    case .initShutdown: try shutdownFacts(of: operation, &stub)
    case .activation, .systemActivator, .remoteUnknown:
      try activationFacts(of: operation, kind, &stub)
    case .managementLogin, .managementServices, .dispatch:
      try managementFacts(of: operation, kind, &stub)
    }
  }

  /// Reads an answer, and learns from it.
  mutating func complete(
    _ facts: inout Facts, _ operation: UInt16, _ kind: Kind, _ stub: inout NDRReader
  ) throws(ParseFailure) {
    if let opens = facts.opens, facts.status == 0 {
      let handle = try Self.handle(&stub, operation, kind)
      handles.insert(opens, for: handle)
      return
    }
    switch kind {
    case .samr: try completeSAMR(&facts, operation, &stub)
    case .srvsvc, .wkssvc: try completeServer(&facts, operation, kind, &stub)
    case .epmapper where operation == 3:
      guard case .endpointMap(let interface, _) = facts.arguments else { return }
      let answer = try EndpointMapper.MapResponse(parsing: &stub)
      let port = answer.towers.lazy.compactMap(\.tcpPort).first { $0 != 0 }
      facts.arguments = .endpointMap(interface: interface, port: port)
    default: break
    }
  }

  /// The handle that an answer gives: first, but behind a revision or a tag in some, where it is the
  /// last but the status.
  private static func handle(
    _ stub: inout NDRReader, _ operation: UInt16, _ kind: Kind
  ) throws(ParseFailure) -> GUID {
    switch kind {
    case .svcctl: try SVCCTL.HandleResponse(parsing: &stub).handle
    case .samr where operation == 64: try SVCCTL.HandleResponse(parsing: &stub).handle
    default: try stub.handle("handle")
    }
  }

  /// Whether a status says that the operation failed, by the kind of status that the interface has.
  static func isFailure(_ status: UInt32, _ kind: Kind?) -> Bool {
    switch kind {
    case .samr, .lsarpc, .netlogon, .eventlog:
      // MS-ERREF section 2.3: severity 3 is an error; 0x105 and 0x107 are answers.
      return status >> 30 == 3
    case .srvsvc, .svcctl, .wkssvc, .drsuapi, .epmapper, .winreg:
      // ERROR_MORE_DATA comes with an answer.
      return status != 0 && status != 234
    default:
      // An HRESULT or a Win32 code, depending on the interface; 1 is S_FALSE in the former.
      return status >> 31 == 1 || (2..<0x4000).contains(status)
    }
  }
}

extension RPCMemory.Facts {
  /// The same facts of a call that opens something.
  func opening(_ opens: RPCMemory.Opened) -> RPCMemory.Facts {
    var facts = self
    facts.opens = opens
    return facts
  }
}

extension Optional<String> {
  /// Nil for an empty text as well: both say "all" or "none" in these calls.
  var unlessEmpty: String? { self?.isEmpty == true ? nil : self }
}
