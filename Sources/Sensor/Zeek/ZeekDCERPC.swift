import Evidence
import Wire

extension ZeekLogs {
  mutating func takeRPC(
    _ line: DecodedLine, _ conversation: ZeekConversation, at time: Instant
  ) {
    // A fragment that goes on says nothing new.
    guard let key = line.number("call_id").map({ callKey($0, line) }) else { return }
    switch line.text("ptype") {
    case "bind", "alter_context":
      conversation.remember(
        ZeekConversation.Binding(
          callID: line.number("call_id") ?? 0,
          interfaces: line.objects("contexts").compactMap { $0.text("uuid") }))
    case "bind_ack", "alter_context_resp":
      guard let address = line.text("sec_addr") else { break }
      conversation.bound(line.number("call_id") ?? 0, to: address)
    case "request" where line.flag("first_frag") == true:
      wait(call(line, conversation, at: time), key: key, in: conversation)
    case "response" where line.flag("first_frag") == true, "fault":
      settleLogon(line.text("ptype") == "response", in: conversation)
      guard var row = conversation.answered(.rpc, key: key)?.row else { break }
      row.setRoundTrip(to: time)
      write(row)
    default: break
    }
  }

  /// A call's number is an association's own, and over SMB there is one for each pipe.
  private func callKey(_ number: Int64, _ line: DecodedLine) -> Int64 {
    guard let interface = line.text("iface") else { return number }
    var hash = StableHash()
    hash.add(interface)
    hash.add(number)
    return Int64(bitPattern: hash.finish().low)
  }

  private func call(
    _ line: DecodedLine, _ conversation: ZeekConversation, at time: Instant
  ) -> ZeekLog.Row {
    var row = ZeekLog.Row(.rpc, conversation, at: time)
    let pipe = line.text("pipe")
    row["named_pipe"] =
      conversation.address(of: line.text("iface") ?? "") ?? pipe
      ?? String(conversation.serverPort)
    let number = line.number("opnum") ?? 0
    row.set("opnum", number)
    row.set("auth_level", line.number("auth_level"))
    row["operation"] = "unknown-\(number)"
    guard let identifier = line.text("iface") else { return row }
    row["uuid"] = identifier
    row["endpoint"] = line.text("iface_name") ?? identifier
    guard let interface = GUID(identifier[...]).flatMap({ DCERPCInterfaces.find($0) }),
      let name = UInt16(exactly: number).flatMap({ interface.operation($0) })
    else { return row }
    row["operation"] = Self.familiar(name, of: interface.name)
    return row
  }

  /// The name that rules written for Zeek look for: some of its tables leave the prefixes of the
  /// specifications out.
  private static func familiar(_ name: String, of interface: String) -> String {
    switch interface {
    case "drsuapi" where name.hasPrefix("IDL_"): String(name.dropFirst(4))
    case "svcctl" where name.hasPrefix("R") && name.dropFirst().first?.isUppercase == true:
      String(name.dropFirst())
    case "atsvc" where name.hasPrefix("Netr"): String(name.dropFirst(4))
    default: name
    }
  }
}

extension ZeekConversation {
  fileprivate func remember(_ binding: Binding) {
    bindings.append(binding)
    if bindings.count > Limits.pendingRequests { bindings.removeFirst() }
  }

  /// Remembers what a bind's answer called the pipe or port.
  fileprivate func bound(_ callID: Int64, to address: String) {
    let place = bindings.lastIndex { $0.callID == callID && $0.address == nil }
    if let place { bindings[place].address = address }
  }

  /// The pipe or port where an interface was bound last.
  fileprivate func address(of interface: String) -> String? {
    bindings.last { $0.interfaces.contains(interface) && $0.address != nil }?.address
  }
}
