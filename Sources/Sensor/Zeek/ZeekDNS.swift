import Evidence

extension ZeekLogs {
  mutating func takeDNS(
    _ line: DecodedLine, _ conversation: ZeekConversation, at time: Instant
  ) {
    guard let id = line.number("id"), let flags = line.hex("flags") else { return }
    if line.number("qr") == 0 {
      wait(row(line, flags, conversation, at: time), key: id, in: conversation)
      return
    }
    let waiting = conversation.answered(.dns, key: id)
    var row = waiting?.row ?? row(line, flags, conversation, at: time)
    if waiting != nil { row.setRoundTrip(to: time) }
    let rcode = line.number("rcode") ?? 0
    row.set("rcode", rcode)
    row["rcode_name"] = Self.rcodes[rcode] ?? "unknown-\(rcode)"
    row.set("AA", flags & 0x0400 != 0)
    row.set("TC", flags & 0x0200 != 0)
    row.set("RA", flags & 0x0080 != 0)
    let counts = ["ancount", "nscount", "arcount"].map { line.number($0) ?? 0 }
    row.set("rejected", counts.allSatisfy { $0 == 0 })
    let answers = line.objects("answers")
    row.set("answers", answers.map(Self.text))
    row.set("TTLs", answers.map(Self.timeToLive))
    write(row)
  }

  private func row(
    _ line: DecodedLine, _ flags: UInt64, _ conversation: ZeekConversation, at time: Instant
  ) -> ZeekLog.Row {
    var row = ZeekLog.Row(.dns, conversation, at: time)
    let opcode = line.number("opcode") ?? 0
    row["proto"] = conversation.transport
    row.set("trans_id", line.number("id"))
    row.set("AA", false)
    row.set("TC", flags & 0x0200 != 0)
    row.set("RD", flags & 0x0100 != 0)
    row.set("RA", false)
    row.set("Z", Int64(flags >> 4 & 7))
    row.set("rejected", false)
    row.set("opcode", opcode)
    row["opcode_name"] = Self.opcodes[opcode] ?? "unknown-\(opcode)"
    if opcode == 5 {
      setUpdate(line, &row)
    } else if let question = line.objects("questions").first {
      row["query"] = question.text("name")?.lowercased()
      setClass(question.number("class") ?? 1, &row)
      let type = question.number("type") ?? 0
      row.set("qtype", type)
      row["qtype_name"] = Self.types[type] ?? "query-\(type)"
    }
    return row
  }

  private func setClass(_ number: Int64, _ row: inout ZeekLog.Row) {
    row.set("qclass", number)
    row["qclass_name"] =
      switch number {
      case 1: "C_INTERNET"
      case 3: "C_CHAOS"
      case 4: "C_HESIOD"
      case 254: "C_NONE"
      case 255: "C_ANY"
      default: "qclass-\(number)"
      }
  }

  /// An update: what it asks for first, and what it adds and deletes (RFC 2136 section 2).
  private func setUpdate(_ line: DecodedLine, _ row: inout ZeekLog.Row) {
    let conditions = line.objects("prerequisites")
    let changes = line.objects("updates")
    row["query"] = (conditions + changes).first?.text("name")?.lowercased()
    row.set("answers", conditions.map(Self.condition) + changes.map(Self.change))
    row.set("TTLs", (conditions + changes).map(Self.timeToLive))
  }

  private static func type(_ record: DecodedLine) -> String {
    let number = record.number("type") ?? 0
    return types[number] ?? "query-\(number)"
  }

  /// RFC 2136 section 2.4: by class ANY something must exist, by NONE it must not.
  private static func condition(_ record: DecodedLine) -> String {
    let name = record.text("name")?.lowercased() ?? ""
    let isAbsence = record.number("class") == 254
    if record.number("type") == 255 { return "pre: \(isAbsence ? "NoName" : "Name") \(name)" }
    return "pre: \(isAbsence ? "NoRRSet" : "RRSet") \(type(record)) \(name)"
  }

  /// RFC 2136 section 2.5: class ANY deletes a set or a name, NONE a record, all else adds.
  private static func change(_ record: DecodedLine) -> String {
    switch record.number("class") {
    case 255:
      return record.number("type") == 255 ? "del: Name" : "del: RRSet \(type(record))"
    case 254: return "del: \(type(record)) \(text(record))"
    default:
      return "add: \(type(record)) \(record.text("name")?.lowercased() ?? "") \(text(record))"
    }
  }

  /// What a record says: of a service and an exchange, the name alone.
  private static func text(_ record: DecodedLine) -> String {
    let type = record.number("type") ?? 0
    guard let data = record.text("data") else { return "<unknown type=\(type)>" }
    switch type {
    case 15, 33: return data.split(separator: " ").last.map { $0.lowercased() } ?? data
    case 16: return data
    default: return data.lowercased()
    }
  }

  private static func timeToLive(_ record: DecodedLine) -> String {
    "\(record.number("ttl") ?? 0).000000"
  }

  // MARK: - Names (IANA, Domain Name System Parameters)

  private static let types: [Int64: String] = [
    1: "A", 2: "NS", 5: "CNAME", 6: "SOA", 12: "PTR", 13: "HINFO", 15: "MX", 16: "TXT", 24: "SIG",
    25: "KEY", 28: "AAAA", 29: "LOC", 33: "SRV", 35: "NAPTR", 39: "DNAME", 41: "EDNS", 43: "DS",
    44: "SSHFP", 46: "RRSIG", 47: "NSEC", 48: "DNSKEY", 50: "NSEC3", 52: "TLSA", 64: "SVCB",
    65: "HTTPS", 249: "TKEY", 250: "TSIG", 251: "IXFR", 252: "AXFR", 255: "*", 257: "CAA",
  ]

  private static let rcodes: [Int64: String] = [
    0: "NOERROR", 1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED",
    6: "YXDOMAIN", 7: "YXRRSET", 8: "NXRRSET", 9: "NOTAUTH", 10: "NOTZONE", 16: "BADVERS",
    17: "BADKEY", 18: "BADTIME", 19: "BADMODE", 20: "BADNAME", 21: "BADALG",
  ]

  private static let opcodes: [Int64: String] = [
    0: "query", 1: "inverse-query", 2: "server-status", 4: "notify", 5: "dynamic-update",
    6: "dns-stateful-operations",
  ]
}
