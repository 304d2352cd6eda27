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
    of operation: UInt16, _ interface: GUID, _ stub: inout NDRReader
  ) throws(ParseFailure) -> Facts {
    switch RPCInterface(high: interface.high, low: interface.low) {
    case .samr: try samrFacts(of: operation, &stub)
    case .lsarpc: try lsaFacts(of: operation, &stub)
    case .srvsvc: try serverFacts(of: operation, &stub)
    case .svcctl: try serviceFacts(of: operation, &stub)
    case .epmapper: try endpointFacts(of: operation, &stub)
    case .drsuapi: try replicationFacts(of: operation, &stub)
    default: Facts()
    }
  }

  /// Reads an answer, and learns from it.
  mutating func complete(
    _ facts: inout Facts, _ operation: UInt16, _ interface: GUID, _ stub: inout NDRReader
  ) throws(ParseFailure) {
    if let opens = facts.opens, facts.status == 0 {
      let handle = try SAMR.HandleResponse(parsing: &stub).handle
      handles.insert(opens, for: handle)
      return
    }
    switch RPCInterface(high: interface.high, low: interface.low) {
    case .samr: try completeSAMR(&facts, operation, &stub)
    case .srvsvc where operation == 12:
      guard case .sessionEnumeration(var enumeration) = facts.arguments else { return }
      let answer = try SRVSVC.SessionEnumerateResponse(parsing: &stub)
      enumeration.count = answer.sessions.count
      facts.arguments = .sessionEnumeration(enumeration)
    case .epmapper where operation == 3:
      guard case .endpointMap(let interface, _) = facts.arguments else { return }
      let answer = try EndpointMapper.MapResponse(parsing: &stub)
      let port = answer.towers.lazy.compactMap(\.tcpPort).first { $0 != 0 }
      facts.arguments = .endpointMap(interface: interface, port: port)
    default: break
    }
  }

  /// Whether a status says that the operation failed, by the kind of status that the interface has.
  static func isFailure(_ status: UInt32, _ interface: GUID) -> Bool {
    switch RPCInterface(high: interface.high, low: interface.low) {
    case .samr, .lsarpc, .netlogon:
      // MS-ERREF section 2.3: severity 3 is an error; 0x105 and 0x107 are answers.
      return status >> 30 == 3
    case .srvsvc, .svcctl, .wkssvc, .drsuapi, .epmapper:
      // ERROR_MORE_DATA comes with an answer.
      return status != 0 && status != 234
    default:
      // An HRESULT or a Win32 code, depending on the interface; 1 is S_FALSE in the former.
      return status >> 31 == 1 || (2..<0x4000).contains(status)
    }
  }

  // MARK: - LSA, server, services, endpoints, replication

  private func lsaFacts(
    of operation: UInt16, _ stub: inout NDRReader
  ) throws(ParseFailure) -> Facts {
    switch operation {
    case 14, 58, 68, 77:
      let request = try LSARPC.LookupNamesRequest(parsing: &stub, hasHandle: operation != 77)
      return Facts(arguments: .lookup(LSALookup(names: request.names, sids: [])))
    case 15, 57, 76:
      let request = try LSARPC.LookupSIDsRequest(parsing: &stub, hasHandle: operation != 76)
      let sids = request.sids.map(\.description)
      return Facts(arguments: .lookup(LSALookup(names: [], sids: sids)))
    default: return Facts()
    }
  }

  private func serverFacts(
    of operation: UInt16, _ stub: inout NDRReader
  ) throws(ParseFailure) -> Facts {
    guard operation == 12 else { return Facts() }
    let request = try SRVSVC.SessionEnumerateRequest(parsing: &stub)
    return Facts(
      arguments: .sessionEnumeration(
        SessionEnumeration(
          server: request.server, client: request.client.unlessEmpty,
          user: request.user.unlessEmpty, level: request.level, count: nil)))
  }

  private func serviceFacts(
    of operation: UInt16, _ stub: inout NDRReader
  ) throws(ParseFailure) -> Facts {
    switch operation {
    case 15, 27:
      _ = try SVCCTL.OpenManagerRequest(parsing: &stub, isWide: operation == 15)
      return Facts(arguments: .service(ServiceOperation(action: .openManager, name: nil)))
        .opening(Opened())
    case 12, 24, 44, 45, 60:
      let isWide = operation != 24 && operation != 44
      let request = try SVCCTL.CreateServiceRequest(parsing: &stub, isWide: isWide)
      let service = ServiceOperation(
        action: .create, name: request.name, displayName: request.displayName,
        binaryPath: request.binaryPath, startType: request.startKind)
      return Facts(arguments: .service(service)).opening(Opened(name: request.name))
    case 16, 28:
      let request = try SVCCTL.OpenServiceRequest(parsing: &stub, isWide: operation == 16)
      return Facts(arguments: .service(ServiceOperation(action: .open, name: request.name)))
        .opening(Opened(name: request.name))
    case 11, 23:
      let request = try SVCCTL.ChangeServiceRequest(parsing: &stub, isWide: operation == 11)
      // SERVICE_NO_CHANGE
      let startType = request.startKind == .max ? nil : request.startKind
      return Facts(
        arguments: .service(
          ServiceOperation(
            action: .change, name: serviceName(request.service), binaryPath: request.binaryPath,
            startType: startType)))
    case 64: return Facts(arguments: .service(ServiceOperation(action: .openManager, name: nil)))
    default:
      guard let action = Self.serviceActions[operation] else { return Facts() }
      let request = try SVCCTL.ServiceRequest(parsing: &stub)
      return Facts(
        arguments: .service(ServiceOperation(action: action, name: serviceName(request.service))))
    }
  }

  /// Operations of MS-SCMR that begin with the handle of a service.
  private static let serviceActions: [UInt16: ServiceOperation.Action] = [
    0: .close, 1: .control, 2: .delete, 6: .query, 17: .query, 19: .start, 29: .query, 31: .start,
    40: .query,
  ]

  private func serviceName(_ handle: GUID) -> String? { handles[handle]?.name.unlessEmpty }

  private func endpointFacts(
    of operation: UInt16, _ stub: inout NDRReader
  ) throws(ParseFailure) -> Facts {
    guard operation == 3 else { return Facts() }
    let request = try EndpointMapper.MapRequest(parsing: &stub)
    guard let asked = request.tower.interface?.id else { return Facts() }
    let interface = RPCInterface(high: asked.high, low: asked.low)
    return Facts(arguments: .endpointMap(interface: interface, port: nil))
  }

  private func replicationFacts(
    of operation: UInt16, _ stub: inout NDRReader
  ) throws(ParseFailure) -> Facts {
    guard operation == 3 else { return Facts() }
    let request = try DRSUAPI.GetChangesRequest(parsing: &stub)
    return Facts(arguments: .replication(namingContext: request.namingContext))
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
