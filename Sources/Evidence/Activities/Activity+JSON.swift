extension Activity {
  /// Writes the activity as one JSON object; `capture` names the capture of its proof.
  public func write(to json: inout JSONWriter, capture: String?) {
    json.beginObject()
    json.member("time", time)
    if end != time { json.member("end", end) }
    json.member("kind", "\(kind)")
    json.member("purpose", kind.purpose)
    write(source, as: "source", to: &json)
    write(target, as: "target", to: &json)
    json.member("transport", "\(transport)")
    if let account {
      json.key("account")
      json.beginObject()
      json.member("name", account.name)
      if !account.domain.isEmpty { json.member("domain", account.domain) }
      json.endObject()
    }
    json.member("outcome", outcome.text)
    json.member("summary", summary)
    json.key("detail")
    json.beginObject()
    writeDetail(to: &json)
    json.endObject()
    json.member("capture", capture)
    json.member("packets", proof.packets)
    json.endObject()
  }

  private func write(_ endpoint: Endpoint, as name: String, to json: inout JSONWriter) {
    json.key(name)
    json.beginObject()
    json.member("address", endpoint.address)
    json.member("port", Int(endpoint.port))
    json.endObject()
  }

  private func writeDetail(to json: inout JSONWriter) {
    switch detail {
    case .kerberosAS(let exchange): exchange.write(to: &json)
    case .kerberosTGS(let exchange): exchange.write(to: &json)
    case .kerberosAP(let exchange):
      exchange.write(to: &json)
    case .ntlm(let logon): logon.write(to: &json)
    case .dns(let lookup):
      json.member("name", lookup.name)
      json.member("type", Int(lookup.type))
      DNSRecord.write(lookup.answers, as: "answers", to: &json)
    case .dnsTransfer(let transfer):
      json.member("zone", transfer.zone)
      json.member("incremental", transfer.isIncremental)
      json.member("records", transfer.recordCount)
    case .dnsUpdate(let update):
      json.member("zone", update.zone)
      json.member("signed", update.isSigned)
      DNSRecord.write(update.records, as: "records", to: &json)
    case .rpc(let call): call.write(to: &json)
    case .smbSession(let session):
      json.member("encrypted", session.isEncrypted)
      json.member("guest", session.isGuest)
    case .smbTree(let tree): json.member("path", tree.path)
    case .smbFile(let file):
      json.member("action", file.action.rawValue)
      json.member("tree", file.tree)
      json.member("path", file.path)
    case .ldapBind(let bind):
      json.member("method", bind.method.rawValue)
      json.member("name", bind.name.isEmpty ? nil : bind.name)
      json.member("mechanism", bind.mechanism)
    case .ldapSearch(let search):
      json.member("base", search.base)
      json.member("scope", search.scope.rawValue)
      json.member("filter", search.filter)
      json.member("attributes", search.attributes)
      json.member("entries", search.entryCount)
      if !search.controls.isEmpty { json.member("controls", search.controls) }
    case .ldapChange(let change):
      json.member("operation", change.operation.rawValue)
      json.member("object", change.object)
      json.member("attributes", change.attributes)
      json.member("newName", change.newName)
    case .nameAnnouncement(let announcement): announcement.write(to: &json)
    case .timeRequest(let request): request.write(to: &json)
    case .remoteAccess(let access): access.write(to: &json)
    case .smbAnomaly(let anomaly):
      json.member("anomaly", anomaly.kind.rawValue)
      json.member("value", Int64(clamping: anomaly.value))
    }
  }
}

extension DNSRecord {
  fileprivate static func write(
    _ records: [DNSRecord], as name: String, to json: inout JSONWriter
  ) {
    guard !records.isEmpty else { return }
    json.key(name)
    json.beginArray()
    for record in records {
      json.beginObject()
      json.member("name", record.name)
      json.member("type", Int(record.type))
      json.member("ttl", Int64(record.timeToLive))
      json.member("address", record.address)
      json.member("target", record.target)
      if record.isDeletion { json.member("deleted", true) }
      json.endObject()
    }
    json.endArray()
  }
}
