import Evidence
import Wire

extension RPCMemory {
  /// Reads calls to the print spooler: MS-RPRN and MS-PAR number the same operations differently.
  func printFacts(
    of operation: UInt16, _ kind: Kind, _ stub: inout NDRReader
  ) throws(ParseFailure) -> Facts {
    switch (kind, operation) {
    case (.spoolss, 1), (.spoolss, 69), (.winspool, 0):
      let printer = try RPRN.OpenRequest(parsing: &stub).printer
      return Facts(arguments: .spooler(PrintOperation(action: .open, server: printer)))
        .opening(Opened(name: printer))
    case (.spoolss, 9), (.spoolss, 89), (.winspool, 39):
      let request = try RPRN.AddDriverRequest(parsing: &stub)
      return Facts(
        arguments: .spooler(
          PrintOperation(
            action: .addDriver, server: request.server, name: request.name,
            files: request.files)))
    case (.spoolss, 14), (.winspool, 44):
      let request = try RPRN.AddProcessorRequest(parsing: &stub)
      return Facts(
        arguments: .spooler(
          PrintOperation(
            action: .addProcessor, server: request.server, name: request.name,
            files: [request.path])))
    case (.spoolss, 46), (.winspool, 51):
      let request = try RPRN.AddMonitorRequest(parsing: &stub)
      return Facts(
        arguments: .spooler(
          PrintOperation(
            action: .addMonitor, server: request.server, name: request.name,
            files: request.library.map { [$0] } ?? [])))
    case (.spoolss, 62), (.spoolss, 65):
      let request = try RPRN.NotificationRequest(parsing: &stub)
      return Facts(
        arguments: .spooler(
          PrintOperation(
            action: .notify, server: handles[request.printer]?.name,
            name: request.localMachine)))
    case (.winspool, 58):
      let printer = handles[try stub.handle("hPrinter")]?.name
      return Facts(arguments: .spooler(PrintOperation(action: .notify, server: printer)))
    default: return Facts()
    }
  }

  /// Reads calls that make the server look at a path.
  func pathFacts(
    of operation: UInt16, _ kind: Kind, _ stub: inout NDRReader
  ) throws(ParseFailure) -> Facts {
    switch kind {
    case .efsrpc:
      guard
        let request = try RemotePaths.EncryptedFileRequest(parsing: &stub, operation: operation)
      else { return Facts() }
      return Facts(
        arguments: .remotePath(RemotePath(path: request.file, other: request.destination)))
    case .netdfs:
      guard let request = try RemotePaths.NamespaceRequest(parsing: &stub, operation: operation)
      else { return Facts() }
      return Facts(
        arguments: .remotePath(RemotePath(path: request.entry, other: request.server)))
    default:
      guard let request = try RemotePaths.ShadowCopyRequest(parsing: &stub, operation: operation)
      else { return Facts() }
      return Facts(arguments: .remotePath(RemotePath(path: request.share)))
    }
  }

  // MARK: - DCOM

  /// Reads which class is activated, and which interfaces are asked for.
  func activationFacts(
    of operation: UInt16, _ kind: Kind, _ stub: inout NDRReader
  ) throws(ParseFailure) -> Facts {
    switch (kind, operation) {
    case (.activation, 0):
      let request = try DCOM.ActivationRequest(parsing: &stub)
      return activation(request.classID, request.interfaces)
    case (.systemActivator, 3), (.systemActivator, 4):
      let request = try DCOM.CreateInstanceRequest(parsing: &stub, hasOuter: operation == 4)
      return activation(request.classID, request.interfaces)
    case (.remoteUnknown, 3):
      return activation(nil, try DCOM.QueryInterfaceRequest(parsing: &stub).interfaces)
    default: return Facts()
    }
  }

  private func activation(_ classID: GUID?, _ interfaces: [GUID]) -> Facts {
    Facts(
      arguments: .activation(
        ObjectActivation(
          classID: classID.map { RPCInterface(high: $0.high, low: $0.low) },
          interfaces: interfaces.map { RPCInterface(high: $0.high, low: $0.low) })))
  }

  /// Reads calls to Windows Management Instrumentation, and methods called by name.
  func managementFacts(
    of operation: UInt16, _ kind: Kind, _ stub: inout NDRReader
  ) throws(ParseFailure) -> Facts {
    switch (kind, operation) {
    case (.managementLogin, 6):
      let request = try WMI.TextRequest(parsingLogin: &stub)
      return management(.login, request.first, nil)
    case (.dispatch, 5):
      let names = try WMI.NamesRequest(parsing: &stub).names
      return management(.names, nil, names.joined(separator: ", "))
    case (.dispatch, 6): return management(.invoke, nil, nil)
    case (.managementServices, 20...25):
      // A query is preceded by its language, a method by its object.
      let request = try WMI.TextRequest(parsing: &stub, hasSecond: true)
      let actions: [ManagementOperation.Action] = [.query, .notification, .execute]
      let action = actions[min(2, (Int(operation) - 20) / 2)]
      return management(action, request.first, request.second)
    case (.managementServices, _):
      guard let action = Self.managementActions[operation] else { return Facts() }
      let request = try WMI.TextRequest(parsing: &stub, hasSecond: false)
      return management(action, request.first, nil)
    default: return Facts()
    }
  }

  /// Operations of MS-WMI section 3.1.4.3 that begin with one text.
  private static let managementActions: [UInt16: ManagementOperation.Action] = [
    3: .openNamespace, 6: .object, 7: .object, 10: .delete, 11: .delete, 12: .classObject,
    13: .classObject, 16: .delete, 17: .delete, 18: .instances, 19: .instances,
  ]

  private func management(
    _ action: ManagementOperation.Action, _ object: String?, _ text: String?
  ) -> Facts {
    Facts(
      arguments: .management(ManagementOperation(action: action, object: object, text: text)))
  }
}
