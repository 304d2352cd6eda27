extension RPCCall {
  /// Writes the members of the call's detail.
  func write(to json: inout JSONWriter) {
    json.member("interface", interface?.description)
    json.member("opnum", Int(opnum))
    json.member("operation", operation)
    json.member("pipe", pipe)
    json.member("object", object?.description)
    json.member("authenticationLevel", Int(authenticationLevel))
    json.member("sealed", isSealed)
    if let status {
      json.key("status")
      json.hex(UInt64(status), digits: 8)
    }
    arguments.write(to: &json)
  }
}

extension RPCArguments {
  fileprivate func write(to json: inout JSONWriter) {
    switch self {
    case .unread: return
    case .samr(let query):
      json.member("subject", query.subject.rawValue)
      json.member("enumeration", query.isEnumeration)
      json.member("names", query.names)
      json.member("rids", query.rids)
      json.member("count", query.count)
    case .lookup(let lookup):
      json.member("names", lookup.names)
      json.member("sids", lookup.sids)
    case .sessionEnumeration(let list):
      json.member("server", list.server)
      json.member("client", list.client)
      json.member("user", list.user)
      json.member("level", Int64(list.level))
      json.member("count", list.count)
    case .service(let operation):
      json.member("action", operation.action.rawValue)
      json.member("name", operation.name)
      json.member("displayName", operation.displayName)
      json.member("binaryPath", operation.binaryPath)
      json.member("startType", operation.startType.map(Int64.init))
    case .endpointMap(let interface, let port):
      json.member("mappedInterface", interface.description)
      json.member("port", port.map(Int.init))
    case .replication(let context): json.member("namingContext", context)
    default: writeIdentity(to: &json)
    }
  }

  private func writeIdentity(to json: inout JSONWriter) {
    switch self {
    case .directory(let operation):
      json.member("action", operation.action.rawValue)
      json.member("directoryObject", operation.object)
      json.member("controller", operation.controller)
      json.member("names", operation.names)
    case .samrChange(let change):
      json.member("action", change.action.rawValue)
      json.member("name", change.name)
      json.member("rid", change.rid.map(Int64.init))
      json.member("member", change.member)
      json.member("informationClass", change.informationClass.map(Int.init))
      json.member("accountType", change.accountType.map(Int64.init))
    case .secret(let secret):
      json.member("action", secret.action.rawValue)
      json.member("name", secret.name)
    case .netlogon(let call): call.write(to: &json)
    case .backupKey(let operation): json.member("action", operation.action.description)
    case .certificate(let request):
      json.member("authority", request.authority)
      json.member("attributes", request.attributes)
      json.member("bytes", request.byteCount)
    default: writeAdministration(to: &json)
    }
  }

  private func writeAdministration(to json: inout JSONWriter) {
    switch self {
    case .task(let task):
      json.member("action", task.action.rawValue)
      json.member("path", task.path)
      json.member("definition", task.definition)
    case .registry(let registry):
      json.member("action", registry.action.rawValue)
      json.member("key", registry.key)
      json.member("value", registry.value)
      json.member("file", registry.file)
      json.member("text", registry.text)
    case .server(let server):
      json.member("action", server.action.rawValue)
      json.member("server", server.server)
      json.member("name", server.name)
      json.member("level", server.level.map(Int64.init))
      json.member("path", server.path)
      json.member("count", server.count)
    case .eventLog(let log):
      json.member("action", log.action.rawValue)
      json.member("log", log.log)
      json.member("file", log.file)
    case .spooler(let operation):
      json.member("action", operation.action.rawValue)
      json.member("server", operation.server)
      json.member("name", operation.name)
      json.member("files", operation.files)
    default: writeObjects(to: &json)
    }
  }

  private func writeObjects(to json: inout JSONWriter) {
    switch self {
    case .dnsServer(let operation):
      json.member("action", operation.action.rawValue)
      json.member("server", operation.server)
      json.member("zone", operation.zone)
      json.member("dnsOperation", operation.operation)
      json.member("value", operation.value)
    case .remotePath(let path):
      json.member("path", path.path)
      json.member("otherPath", path.other)
      json.member("host", path.host)
    case .activation(let object):
      json.member("class", object.classID?.description)
      json.member("interfaces", object.interfaces.map(\.description))
    case .management(let operation):
      json.member("action", operation.action.rawValue)
      json.member("managementObject", operation.object)
      json.member("text", operation.text)
    case .shutdown(let message): json.member("message", message)
    default: return
    }
  }
}

extension NetlogonOperation {
  fileprivate func write(to json: inout JSONWriter) {
    json.member("action", action.rawValue)
    json.member("account", account)
    json.member("domain", domain)
    json.member("computer", computer)
    json.member("channelType", channelType.map(Int.init))
    if let clientValue {
      json.key("clientValue")
      json.hex(clientValue, digits: 16)
    }
    if let negotiateFlags {
      json.key("negotiateFlags")
      json.hex(UInt64(negotiateFlags), digits: 8)
    }
    json.member("blankPassword", isPasswordBlank)
  }
}
