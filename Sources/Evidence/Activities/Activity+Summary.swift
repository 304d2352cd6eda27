extension Activity.Outcome {
  /// The outcome in a word, with the protocol's own code where it failed.
  public var text: String {
    switch self {
    case .success: "success"
    case .failure(let code): "failure \(code < 4096 ? String(code) : "0x" + hex(code))"
    case .unanswered: "unanswered"
    case .unknown: "unknown"
    }
  }

  private func hex(_ code: UInt32) -> String {
    let digits = String(code, radix: 16)
    return String(repeating: "0", count: 8 - digits.utf8.count) + digits
  }
}

extension Activity {
  /// The activity in one line, as a timeline shows it: what was done, without who and where.
  public var summary: String {
    switch detail {
    case .kerberosAS(let exchange):
      "AS-REQ for \(exchange.service) as \(exchange.client)@\(exchange.realm)"
        + (exchange.issued.map { ", ticket with etype \($0.etype)" } ?? "")
    case .kerberosTGS(let exchange):
      "TGS-REQ for \(exchange.service)"
        + (exchange.onBehalfOf.map { " on behalf of \($0.name)" } ?? "")
        + (exchange.issued.map { ", ticket with etype \($0.etype)" } ?? "")
    case .kerberosAP(let exchange):
      "ticket for \(exchange.ticket.service) shown over \(exchange.carrier.rawValue)"
    case .ntlm(let logon):
      "\(logon.version.rawValue) logon over \(logon.carrier.rawValue)"
        + (logon.workstation.isEmpty ? "" : " from \(logon.workstation)")
    case .dns(let lookup):
      "look-up of \(lookup.name), type \(lookup.type), \(lookup.answers.count) answers"
    case .dnsTransfer(let transfer):
      "zone transfer of \(transfer.zone), \(transfer.recordCount) records"
    case .dnsUpdate(let update):
      "update of \(update.zone), \(update.records.count) records"
        + (update.isSigned ? ", signed" : "")
    case .rpc(let call): call.summary
    case .smbSession(let session):
      "SMB session" + (session.isEncrypted ? ", encrypted" : "")
        + (session.isGuest ? ", guest" : "")
    case .smbTree(let tree): "share \(tree.path)"
    case .smbFile(let file): "\(file.action.rawValue) \(file.tree)\\\(file.path)"
    case .ldapBind(let bind):
      "LDAP \(bind.method.rawValue) bind" + (bind.name.isEmpty ? "" : " as \(bind.name)")
    case .ldapSearch(let search):
      "LDAP search \(search.scope.rawValue) \(search.filter) below \(search.base),"
        + " \(search.entryCount) entries"
    case .ldapChange(let change):
      "LDAP \(change.operation.rawValue) of \(change.object)"
        + (change.attributes.isEmpty ? "" : ": \(change.attributes.joined(separator: ", "))")
    case .nameAnnouncement(let announcement):
      "\(announcement.name) at \(announcement.address)"
        + (announcement.isGranted ? ", granted" : "")
    case .timeRequest(let request):
      "time asked for with the key of account \(request.relativeID)"
    case .remoteAccess(let access): "remote access, \(access.kind.rawValue)"
    case .smbAnomaly(let anomaly): "SMB message out of order: \(anomaly.kind.rawValue)"
    }
  }
}
