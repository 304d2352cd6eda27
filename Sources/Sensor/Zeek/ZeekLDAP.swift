import Evidence

extension ZeekLogs {
  mutating func takeLDAP(
    _ line: DecodedLine, _ conversation: ZeekConversation, at time: Instant
  ) {
    guard let id = line.number("message_id"), let operation = line.text("op") else { return }
    switch operation {
    case "searchRequest":
      wait(search(line, conversation, at: time), key: id, in: conversation)
    case "searchResEntry":
      conversation.change(.ldapSearch, key: id) { row in
        row.set("result_count", (row["result_count"].flatMap { Int64($0) } ?? 0) + 1)
      }
    case "searchResDone":
      guard var row = conversation.answered(.ldapSearch, key: id)?.row else { return }
      setResult(line, &row)
      write(row)
    case "bindRequest", "modifyRequest", "addRequest", "delRequest", "modDNRequest",
      "compareRequest", "extendedReq", "unbindRequest", "abandonRequest":
      let row = request(operation, line, conversation, at: time)
      wait(row, key: id, in: conversation)
    case "bindResponse", "modifyResponse", "addResponse", "delResponse", "modDNResponse",
      "compareResponse", "extendedResp":
      // 14 asks for another message.
      if operation == "bindResponse", let code = line.number("result_code"), code != 14 {
        settleLogon(code == 0, in: conversation)
      }
      guard var row = conversation.answered(.ldap, key: id)?.row else { return }
      setResult(line, &row)
      write(row)
    default: break
    }
  }

  private func search(
    _ line: DecodedLine, _ conversation: ZeekConversation, at time: Instant
  ) -> ZeekLog.Row {
    var row = ZeekLog.Row(.ldapSearch, conversation, at: time)
    row.set("message_id", line.number("message_id"))
    row["scope"] =
      switch line.text("scope") {
      case "base": "base"
      case "one": "single"
      case "sub": "tree"
      default: "unknown"
      }
    row["deref_aliases"] =
      switch line.number("deref_aliases") {
      case 0: "never"
      case 1: "searching"
      case 2: "finding"
      case 3: "always"
      default: "unknown"
      }
    row["base_object"] = line.text("base").flatMap { $0.isEmpty ? nil : $0 }
    row.set("result_count", 0)
    row["filter"] = line.text("filter")
    row.set("attributes", line.texts("attributes"))
    return row
  }

  private func request(
    _ operation: String, _ line: DecodedLine, _ conversation: ZeekConversation, at time: Instant
  ) -> ZeekLog.Row {
    var row = ZeekLog.Row(.ldap, conversation, at: time)
    row.set("message_id", line.number("message_id"))
    row["object"] = line.text("object")
    switch operation {
    case "bindRequest": setBind(line, &row)
    case "modifyRequest", "modDNRequest": row["opcode"] = "modify"
    case "addRequest": row["opcode"] = "add"
    case "delRequest": row["opcode"] = "delete"
    case "compareRequest": row["opcode"] = "compare"
    case "unbindRequest": row["opcode"] = "unbind"
    case "abandonRequest": row["opcode"] = "abandon"
    default:
      row["opcode"] = "extended"
      row["object"] = line.text("oid")
      row["argument"] = line.text("oid") == "1.3.6.1.4.1.1466.20037" ? "StartTLS" : nil
    }
    return row
  }

  private func setBind(_ line: DecodedLine, _ row: inout ZeekLog.Row) {
    row.set("version", line.number("version"))
    row["object"] = line.text("bind_dn").flatMap { $0.isEmpty ? nil : $0 }
    switch line.text("auth") {
    case "simple":
      row["opcode"] = "bind simple"
      // The password itself is never kept.
      row["argument"] = "REDACTED"
    case "sasl":
      row["opcode"] = "bind SASL"
      row["argument"] = line.text("mechanism")
    case "sicilyPackageDiscovery": row["opcode"] = "sicily_package_discovery"
    case "sicilyNegotiate":
      row["opcode"] = "sicily_negotiate"
      row["argument"] = "NTLMSSP"
    case "sicilyResponse":
      row["opcode"] = "sicily_response"
      row["argument"] = "NTLMSSP"
    default: row["opcode"] = "bind"
    }
  }

  private func setResult(_ line: DecodedLine, _ row: inout ZeekLog.Row) {
    row["result"] = line.number("result_code").map { Self.results[$0] ?? "unknown" }
    row["diagnostic_message"] = line.text("error_message")
  }

  /// RFC 4511 section 4.1.9, in the words of Zeek's log.
  private static let results: [Int64: String] = [
    0: "success", 1: "operations error", 2: "protocol error", 3: "time limit exceeded",
    4: "size limit exceeded", 5: "compare false", 6: "compare true",
    7: "auth method not supported", 8: "stronger auth required", 9: "partial results",
    10: "referral", 11: "admin limit exceeded", 12: "unavailable critical extension",
    13: "confidentiality required", 14: "SASL bind in progress", 16: "no such attribute",
    17: "undefined attribute type", 18: "inappropriate matching", 19: "constraint violation",
    20: "attribute or value exists", 21: "invalid attribute syntax", 32: "no such object",
    33: "alias problem", 34: "invalid DN syntax", 36: "alias dereferencing problem",
    48: "inappropriate authentication", 49: "invalid credentials",
    50: "insufficient access rights", 51: "busy", 52: "unavailable", 53: "unwilling to perform",
    54: "loop detect", 64: "naming violation", 65: "object class violation",
    66: "not allowed on non-leaf", 67: "not allowed on RDN", 68: "entry already exists",
    69: "object class mods prohibited", 71: "affects multiple DSAs", 80: "other",
  ]
}
