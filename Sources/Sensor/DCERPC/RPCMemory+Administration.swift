import Evidence
import Wire

extension RPCMemory {
  /// Reads calls to the task scheduler.
  func taskFacts(
    of operation: UInt16, _ kind: Kind, _ stub: inout NDRReader
  ) throws(ParseFailure) -> Facts {
    switch (kind, operation) {
    case (.atsvc, 0):
      let request = try TSCH.JobAddRequest(parsing: &stub)
      return task(.register, request.command)
    case (.atsvc, 1): return task(.delete, nil)
    case (.atsvc, 2), (.atsvc, 3): return task(.list, nil)
    case (.sasec, 0), (.sasec, 1): return task(.account, nil)
    case (.taskScheduler, 1):
      let request = try TSCH.RegisterRequest(parsing: &stub)
      return Facts(
        arguments: .task(
          TaskOperation(action: .register, path: request.path, definition: request.definition)))
    case (.taskScheduler, _):
      guard let action = Self.taskActions[operation] else { return Facts() }
      return task(action, try TSCH.PathRequest(parsing: &stub).path)
    default: return Facts()
    }
  }

  private func task(_ action: TaskOperation.Action, _ path: String?) -> Facts {
    Facts(arguments: .task(TaskOperation(action: action, path: path)))
  }

  /// Operations of MS-TSCH section 3.2.5.4 that begin with the path of a task or folder.
  private static let taskActions: [UInt16: TaskOperation.Action] = [
    2: .retrieve, 3: .createFolder, 6: .list, 7: .list, 11: .stop, 12: .run, 13: .delete,
    14: .rename, 16: .retrieve, 17: .retrieve, 19: .enable,
  ]

  // MARK: - Registry

  /// Reads calls to the remote registry; keys are named from their root on.
  func registryFacts(
    of operation: UInt16, _ stub: inout NDRReader
  ) throws(ParseFailure) -> Facts {
    if let root = Self.registryRoots[operation] {
      return registry(RegistryOperation(action: .openRoot, key: root)).opening(Opened(name: root))
    }
    switch operation {
    case 6, 15:
      let request = try WINREG.NameRequest(parsing: &stub)
      let key = path(request.key, request.name)
      let action: RegistryOperation.Action = operation == 6 ? .create : .open
      return registry(RegistryOperation(action: action, key: key)).opening(Opened(name: key))
    case 7, 35, 23:
      let request = try WINREG.NameRequest(parsing: &stub)
      let action: RegistryOperation.Action = operation == 23 ? .unload : .delete
      return registry(RegistryOperation(action: action, key: path(request.key, request.name)))
    case 8, 17:
      let request = try WINREG.NameRequest(parsing: &stub)
      let action: RegistryOperation.Action = operation == 8 ? .deleteValue : .query
      return registry(
        RegistryOperation(action: action, key: handles[request.key]?.name, value: request.name))
    case 5, 9, 10, 16, 21:
      let key = handles[try WINREG.KeyRequest(parsing: &stub).key]?.name
      let action: RegistryOperation.Action =
        operation == 5 ? .close : operation == 21 ? .setSecurity : .list
      return registry(RegistryOperation(action: action, key: key))
    case 22:
      let request = try WINREG.SetValueRequest(parsing: &stub)
      return registry(
        RegistryOperation(
          action: .setValue, key: handles[request.key]?.name, value: request.name,
          text: request.text))
    case 19, 20, 31:
      let request = try WINREG.FileRequest(parsing: &stub)
      return registry(
        RegistryOperation(
          action: operation == 19 ? .restore : .save, key: handles[request.key]?.name,
          file: request.file))
    case 13, 18:
      let request = try WINREG.LoadRequest(parsing: &stub)
      return registry(
        RegistryOperation(
          action: operation == 13 ? .load : .replace, key: path(request.key, request.name),
          file: request.file))
    default: return Facts()
    }
  }

  /// Operations of MS-RRP section 3.1.5 that open a root.
  private static let registryRoots: [UInt16: String] = [
    0: "HKCR", 1: "HKCU", 2: "HKLM", 3: "HKPD", 4: "HKU", 27: "HKCC", 32: "HKPT", 33: "HKPN",
  ]

  private func registry(_ operation: RegistryOperation) -> Facts {
    Facts(arguments: .registry(operation))
  }

  /// A key below an open one; where that one's name is not known, the name alone.
  private func path(_ key: GUID, _ name: String) -> String {
    guard let parent = handles[key]?.name else { return name }
    return name.isEmpty ? parent : "\(parent)\\\(name)"
  }

  // MARK: - Event logs, DNS servers, shutdown

  /// Reads calls about event logs.
  func eventLogFacts(
    of operation: UInt16, _ kind: Kind, _ stub: inout NDRReader
  ) throws(ParseFailure) -> Facts {
    switch (kind, operation) {
    case (.eventlog, 0), (.eventlog, 1):
      let request = try EventLogs.HandleRequest(parsing: &stub, isUnique: operation == 0)
      return eventLog(
        operation == 0 ? .clear : .export, handles[request.log]?.name, request.file)
    // The same with octets for characters: which log is told by its open.
    case (.eventlog, 12):
      return eventLog(.clear, handles[try stub.handle("LogHandle")]?.name)
    case (.eventlog, 7):
      let name = try EventLogs.OpenRequest(parsing: &stub).name
      return eventLog(.open, name).opening(Opened(name: name))
    case (.eventlog, 9):
      let name = try EventLogs.OpenRequest(parsing: &stub).name
      return eventLog(.openBackup, nil, name).opening(Opened(name: name))
    case (.eventService, 6), (.eventService, 7):
      let request = try EventLogs.ChannelRequest(parsing: &stub, isExport: operation == 7)
      return eventLog(operation == 6 ? .clear : .export, request.channel, request.file)
    default: return Facts()
    }
  }

  private func eventLog(
    _ action: EventLogOperation.Action, _ log: String?, _ file: String? = nil
  ) -> Facts {
    Facts(arguments: .eventLog(EventLogOperation(action: action, log: log, file: file)))
  }

  /// Reads the management of a DNS server.
  func dnsServerFacts(
    of operation: UInt16, _ stub: inout NDRReader
  ) throws(ParseFailure) -> Facts {
    // The second five of the operations are the first five with a version before them.
    let isExtended = (5..<10).contains(operation)
    switch isExtended ? operation - 5 : operation {
    case 0:
      let request = try DNSP.OperationRequest(parsing: &stub, isExtended: isExtended)
      return Facts(
        arguments: .dnsServer(
          DNSServerOperation(
            action: .operate, server: request.server, zone: request.zone,
            operation: request.operation, value: request.value)))
    case 1, 2, 3, 4:
      let request = try DNSP.NameRequest(parsing: &stub, isExtended: isExtended)
      let actions: [DNSServerOperation.Action] = [
        .query, .complex, .listRecords, .updateRecord,
      ]
      let action = actions[min(3, Int(isExtended ? operation - 6 : operation - 1))]
      return Facts(
        arguments: .dnsServer(
          DNSServerOperation(
            action: action, server: request.server, zone: request.zone, operation: request.name)))
    default: return Facts()
    }
  }

  /// Reads what people are told before a computer goes down.
  func shutdownFacts(
    of operation: UInt16, _ stub: inout NDRReader
  ) throws(ParseFailure) -> Facts {
    guard operation == 0 || operation == 2 else { return Facts() }
    let request = try InitShutdown.ShutdownRequest(parsing: &stub)
    return Facts(arguments: .shutdown(message: request.message))
  }
}
