import Evidence
import Wire

extension RPCMemory {
  /// Reads calls to the service control manager.
  func serviceFacts(
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

  /// Reads which interface the endpoint mapper is asked for.
  func endpointFacts(
    of operation: UInt16, _ stub: inout NDRReader
  ) throws(ParseFailure) -> Facts {
    guard operation == 3 else { return Facts() }
    let request = try EndpointMapper.MapRequest(parsing: &stub)
    guard let asked = request.tower.interface?.id else { return Facts() }
    let interface = RPCInterface(high: asked.high, low: asked.low)
    return Facts(arguments: .endpointMap(interface: interface, port: nil))
  }
}

// MARK: - Servers and workstations

extension RPCMemory {
  /// Reads calls about sessions, shares and files.
  func serverFacts(
    of operation: UInt16, _ stub: inout NDRReader
  ) throws(ParseFailure) -> Facts {
    switch operation {
    case 12:
      let request = try SRVSVC.SessionEnumerateRequest(parsing: &stub)
      return Facts(
        arguments: .sessionEnumeration(
          SessionEnumeration(
            server: request.server, client: request.client.unlessEmpty,
            user: request.user.unlessEmpty, level: request.level, count: nil)))
    case 8, 9:
      let request = try SRVSVC.FilterRequest(parsing: &stub)
      return server(
        operation == 8 ? .listConnections : .listFiles, request.server, request.filter)
    case 13:
      let request = try SRVSVC.NameRequest(parsing: &stub, isUnique: true)
      return server(.endSession, request.server, request.name)
    case 14:
      let request = try SRVSVC.ShareAddRequest(parsing: &stub)
      return Facts(
        arguments: .server(
          ServerOperation(
            action: .addShare, server: request.server, name: request.name,
            level: request.level, path: request.path)))
    case 15, 36:
      let request = try SRVSVC.ShareEnumerateRequest(parsing: &stub)
      return Facts(
        arguments: .server(
          ServerOperation(action: .listShares, server: request.server, level: request.level)))
    case 16, 17, 18:
      let request = try SRVSVC.NameRequest(parsing: &stub, isUnique: false)
      let actions: [ServerOperation.Action] = [.shareInformation, .changeShare, .deleteShare]
      return server(actions[min(2, Int(operation) - 16)], request.server, request.name)
    case 21:
      let request = try SRVSVC.LevelRequest(parsing: &stub)
      return Facts(
        arguments: .server(
          ServerOperation(
            action: .serverInformation, server: request.server, level: request.level)))
    default: return Facts()
    }
  }

  /// Reads calls to a workstation's service.
  func workstationFacts(
    of operation: UInt16, _ stub: inout NDRReader
  ) throws(ParseFailure) -> Facts {
    switch operation {
    case 0:
      let request = try SRVSVC.LevelRequest(parsing: &stub)
      return Facts(
        arguments: .server(
          ServerOperation(
            action: .serverInformation, server: request.server, level: request.level)))
    case 2:
      let request = try WKSSVC.UserEnumerateRequest(parsing: &stub)
      return Facts(
        arguments: .server(
          ServerOperation(action: .listUsers, server: request.server, level: request.level)))
    case 22:
      let request = try SRVSVC.NameRequest(parsing: &stub, isUnique: false)
      return server(.joinDomain, request.server, request.name)
    default: return Facts()
    }
  }

  private func server(
    _ action: ServerOperation.Action, _ server: String?, _ name: String?
  ) -> Facts {
    Facts(
      arguments: .server(
        ServerOperation(action: action, server: server, name: name.unlessEmpty)))
  }

  /// Reads how many entries a list has.
  mutating func completeServer(
    _ facts: inout Facts, _ operation: UInt16, _ kind: Kind, _ stub: inout NDRReader
  ) throws(ParseFailure) {
    switch (kind, operation, facts.arguments) {
    case (.srvsvc, 12, .sessionEnumeration(var enumeration)):
      let answer = try SRVSVC.SessionEnumerateResponse(parsing: &stub)
      enumeration.count = answer.sessions.count
      facts.arguments = .sessionEnumeration(enumeration)
    case (.srvsvc, 15, .server(var list)), (.srvsvc, 36, .server(var list)):
      list.count = Int(clamping: try SRVSVC.ShareEnumerateResponse(parsing: &stub).count)
      facts.arguments = .server(list)
    case (.wkssvc, 2, .server(var list)):
      list.count = try WKSSVC.UserEnumerateResponse(parsing: &stub).users.count
      facts.arguments = .server(list)
    default: break
    }
  }
}
