import Testing

/// What Suricata's own test suite expects of captures, read from our messages.
///
/// The expectations speak of Suricata's transactions; each is put into the terms of our lines here.
@Suite struct `Expectations of Suricata's suite` {
  /// Expectations that are not met, and why; the test fails where one starts to be.
  private static let unmet: [String: String] = [
    "tests/smb2-07-frames#0":
      "60 counts Suricata's transactions, which leave out reads and writes; ours are messages",
    "tests/smb2-07#0":
      "60 counts Suricata's transactions, which leave out reads and writes; ours are messages",
    "tests/ldap-search#0":
      "asks for values of attributes; ours are not copied, because they may be secrets",
  ]

  @Test func `are met, apart from those that are explained`() throws {
    guard let corpus = Corpus() else { return }
    var decoded: [String: [Message]] = [:]
    var seen: Set<String> = []
    for expectation in try corpus.objects("expectations/suricata.jsonl") {
      let id = try #require(expectation.text("id"))
      let file = try #require(expectation.text("capture_file")?.split(separator: "/").last)
      let capture = String(file)
      let messages = try decoded[capture] ?? corpus.decode(capture)
      decoded[capture] = messages
      let wanted = try #require(expectation.object("match"))
      let transactions = Transactions(messages)
      let count = transactions.count(of: expectation.text("event_type") ?? "", wanted)
      let isMet = count == expectation.number("count")
      #expect(isMet == (Self.unmet[id] == nil), "\(id): found \(count)")
      seen.insert(id)
    }
    #expect(seen.count == 29)
    #expect(seen.isSuperset(of: Self.unmet.keys))
  }
}

/// Messages, counted by the words of Suricata's event log.
private struct Transactions {
  private let messages: [Message]

  init(_ messages: [Message]) { self.messages = messages }

  func count(of type: String, _ wanted: Message) -> Int {
    let subject = messages.filter { isSubject($0, type) }
    return subject.filter { message in
      wanted.members.allSatisfy { holds($0.key, $0.value.word, of: message) }
    }.count
  }

  /// Whether a message stands for a transaction of the type: its request, mostly.
  private func isSubject(_ message: Message, _ type: String) -> Bool {
    switch type {
    case "dcerpc": message.text("ptype") == "request"
    case "dns": message.text("proto") == "dns"
    case "krb5": message.text("msg")?.hasSuffix("REP") == true
    case "ldap": message.text("op") == "searchRequest"
    case "smb": message.text("proto") == "smb" && message.flag("response") == false
    default: false
    }
  }

  private func holds(_ key: String, _ value: String, of message: Message) -> Bool {
    let parts = key.split(separator: ".")
    switch parts[0] {
    case "dcerpc": return rpc(key, value, message)
    case "dns": return dns(key, value, message)
    case "krb5": return kerberos(key, value, message)
    case "ldap": return ldap(key, value, message)
    case "smb": return smb(key, value, message)
    default: return false
    }
  }

  private func rpc(_ key: String, _ value: String, _ message: Message) -> Bool {
    // IRemUnknown2 and IRemoteSCMActivator: MS-DCOM sections 3.1.1.5.6 and 3.1.2.5.2.3.
    let procedures = ["RemQueryInterface": 3, "RemRelease": 5, "RemoteGetClassObject": 3]
    return switch key {
    case "dcerpc.interfaces[0].uuid": message.text("iface") == value
    case "dcerpc.interfaces[0].service": message.text("iface_name") == value
    case "dcerpc.interfaces[0].procedure": message.number("opnum") == procedures[value]
    case "dcerpc.req.opnum": message.word("opnum") == value
    default: false
    }
  }

  private func dns(_ key: String, _ value: String, _ message: Message) -> Bool {
    let question = message.objects("questions").first
    switch key {
    case "dns.type":
      return ["query", "request"].contains(value) == (message.number("qr") == 0)
    case "dns.rrname", "dns.queries[0].rrname": return question?.text("name") == value
    case "dns.rrtype", "dns.queries[0].rrtype":
      return value == "SRV" && question?.number("type") == 33
    case "dns.rcode": return value == "NOERROR" && message.number("rcode") == 0
    default:
      // dns.answers[N].srv.FIELD
      let digit = key.first { $0.isNumber }.flatMap { $0.wholeNumberValue } ?? 0
      let answers = message.objects("answers")
      guard key.hasPrefix("dns.answers"), digit < answers.count,
        let parts = answers[digit].text("data")?.split(separator: " "), parts.count == 4,
        let field = key.split(separator: ".").last,
        let place = ["priority", "weight", "port", "name"].firstIndex(of: field)
      else { return false }
      return parts[place] == value
    }
  }

  private func kerberos(_ key: String, _ value: String, _ message: Message) -> Bool {
    switch key {
    case "krb5.msg_type":
      "KRB_" + (message.text("msg") ?? "").replacing("-", with: "_") == value
    case "krb5.cname": message.text("cname") == value
    case "krb5.realm": message.text("realm") == value
    case "krb5.sname": message.text("sname") == value
    case "krb5.ticket_encryption": value == "rc4-hmac" && message.number("ticket_etype") == 23
    case "krb5.ticket_weak_encryption": (message.number("ticket_etype") ?? 18) > 18
    default: false
    }
  }

  private func ldap(_ key: String, _ value: String, _ message: Message) -> Bool {
    let id = message.number("message_id")
    let answers = messages.filter {
      $0.number("message_id") == id && $0.text("op")?.hasPrefix("searchRes") == true
    }
    let field = key.split(separator: ".").last ?? ""
    if key.hasPrefix("ldap.request") { return request(String(field), value, message) }
    let digit = key.first { $0.isNumber }.flatMap { $0.wholeNumberValue } ?? 0
    guard digit < answers.count else { return false }
    let answer = answers[digit]
    switch field {
    case "operation":
      return ["search_result_entry": "searchResEntry", "search_result_done": "searchResDone"][value]
        == answer.text("op")
    case "base_object": return answer.text("object") == value
    case "type":
      let place = key.hasSuffix("[1].type") ? 1 : 0
      let names = answer.texts("attributes")
      return place < names.count && names[place] == value
    case "result_code": return value == "success" && answer.number("result_code") == 0
    // Empty in both: keys without a value are left out.
    case "matched_dn": return value.isEmpty
    case "message": return value == (answer.text("error_message") ?? "")
    default: return false
    }
  }

  private func request(_ field: String, _ value: String, _ message: Message) -> Bool {
    switch field {
    case "message_id": message.word("message_id") == value
    case "operation": value == "search_request"
    case "base_object": message.text("base") == value
    case "scope": ["base": "0", "one": "1", "sub": "2"][message.text("scope") ?? ""] == value
    case "deref_alias": message.word("deref_aliases") == value
    case "size_limit": message.word("size_limit") == value
    case "time_limit": message.word("time_limit") == value
    case "types_only": message.word("types_only") == value
    case "attributes[0]": message.texts("attributes").first == value
    case "attributes[1]": message.texts("attributes").dropFirst().first == value
    default: false
    }
  }

  private func smb(_ key: String, _ value: String, _ message: Message) -> Bool {
    let commands = [
      "SMB2_COMMAND_CREATE": "create", "SMB2_COMMAND_TREE_CONNECT": "tree_connect",
    ]
    let dispositions = ["FILE_OPEN": 1, "FILE_OVERWRITE_IF": 5]
    return switch key {
    case "smb.command": message.text("command") == commands[value]
    case "smb.filename": message.text("file") == value
    case "smb.disposition": message.number("disposition") == dispositions[value]
    // Suricata says so of the command that marks the file (MS-FSCC section 2.4.11).
    case "smb.access": value == "delete on close" && deletes(message)
    case "smb.named_pipe", "smb.share": message.text("tree") == value
    default: false
    }
  }

  /// Whether the answer to a request says that it marked a file for deletion.
  private func deletes(_ request: Message) -> Bool {
    guard request.text("command") == "set_info" else { return false }
    return messages.contains {
      $0.text("file_action") == "delete" && $0.number("message_id") == request.number("message_id")
        && $0.flag("response") == true
    }
  }
}
