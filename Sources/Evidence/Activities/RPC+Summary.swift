extension RPCCall {
  /// The operation, what it names, and whether it was sealed.
  var summary: String {
    let place = interface.map(\.description) ?? "unknown interface"
    let name = operation ?? "\(place) operation \(opnum)"
    let text = arguments.summary
    return name + (text.isEmpty ? "" : " " + text) + (isSealed ? ", sealed" : "")
  }
}

extension RPCArguments {
  /// What the arguments name; empty where they were not read.
  fileprivate var summary: String {
    switch self {
    case .unread: ""
    case .samr(let query):
      (query.names.prefix(8) + query.rids.prefix(8).map { "RID \($0)" }).joined(separator: ", ")
    case .lookup(let lookup): (lookup.names + lookup.sids).prefix(8).joined(separator: ", ")
    case .sessionEnumeration(let list): "level \(list.level) on \(list.server ?? "the server")"
    case .service(let operation):
      Self.joined([operation.name, operation.binaryPath], by: " as ")
    case .endpointMap(let interface, let port):
      "\(interface)" + (port.map { " at port \($0)" } ?? "")
    case .replication(let context): context ?? ""
    case .directory(let operation):
      Self.joined(
        [operation.object, operation.controller] + operation.names.prefix(8).map { $0 }, by: ", ")
    case .samrChange(let change):
      Self.joined([change.name ?? change.rid.map { "RID \($0)" }, change.member], by: ", ")
    case .secret(let secret): secret.name ?? ""
    case .netlogon(let call): Self.joined([call.account, call.computer], by: " on ")
    case .backupKey(let operation): operation.action.description
    case .certificate(let request): request.attributes.prefix(8).joined(separator: ", ")
    default: remoteSummary
    }
  }

  /// The same for the calls that administrate a computer.
  private var remoteSummary: String {
    switch self {
    case .task(let task): task.path ?? ""
    case .registry(let registry):
      Self.joined([registry.key, registry.value, registry.file, registry.text], by: " ")
    case .server(let server): Self.joined([server.name, server.path], by: " as ")
    case .eventLog(let log): Self.joined([log.log, log.file], by: " to ")
    case .spooler(let operation):
      Self.joined([operation.name] + operation.files.map { $0 }, by: ", ")
    case .dnsServer(let operation):
      Self.joined([operation.zone, operation.operation, operation.value], by: " ")
    case .remotePath(let path): Self.joined([path.path, path.other], by: ", ")
    case .activation(let object):
      Self.joined([object.classID?.description], by: "")
    case .management(let operation): Self.joined([operation.object, operation.text], by: " ")
    case .shutdown(let message): message ?? ""
    default: ""
    }
  }

  private static func joined(_ parts: [String?], by separator: String) -> String {
    parts.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: separator)
  }
}
