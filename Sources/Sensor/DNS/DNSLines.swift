import Evidence
import Wire

extension Output {
  /// The line of a DNS message.
  mutating func line(
    _ message: borrowing DNS.Message, _ variant: DNSExchange.Variant, _ parties: Parties,
    from side: Side, at moment: Moment
  ) {
    let header = message.header
    beginLine("dns", parties, from: side, at: moment)
    json.member("variant", parties.transport == .tcp ? "dns" : variant.rawValue)
    json.member("id", Int(header.id))
    json.member("qr", header.isResponse ? 1 : 0)
    json.member("opcode", Int(header.opcode.rawValue))
    if header.isResponse { json.member("rcode", Int(header.rcode)) }
    json.key("flags")
    json.hex(UInt64(header.flags), digits: 4)
    json.member("qdcount", Int(header.questionCount))
    json.member("ancount", Int(header.answerCount))
    json.member("nscount", Int(header.authorityCount))
    json.member("arcount", Int(header.additionalCount))
    json.questions(message.question, message.furtherQuestions)
    if header.opcode == .update {
      json.records("prerequisites", message.answers)
      json.records("updates", message.updates)
    } else {
      json.records("answers", message.answers)
    }
    endLine()
  }
}

extension JSONWriter {
  fileprivate mutating func questions(_ first: DNS.Question?, _ further: [DNS.Question]) {
    guard let first else { return }
    key("questions")
    beginArray()
    question(first)
    for other in further { question(other) }
    endArray()
  }

  private mutating func question(_ question: DNS.Question) {
    beginObject()
    member("name", question.name.escapedControls)
    member("type", Int(question.type.rawValue))
    member("class", Int(question.recordClass))
    endObject()
  }

  fileprivate mutating func records(_ name: String, _ records: [DNS.Record]) {
    guard !records.isEmpty else { return }
    key(name)
    beginArray()
    for record in records {
      beginObject()
      member("name", record.name.escapedControls)
      member("type", Int(record.type.rawValue))
      member("class", Int(record.recordClass))
      member("ttl", Int(record.timeToLive))
      member("data", record.data.text?.escapedControls)
      endObject()
    }
    endArray()
  }
}

extension DNS.RecordData {
  /// As zone files write it, nil for what is not read.
  fileprivate var text: String? {
    switch self {
    case .address(let value): Address(ipv4: value).description
    case .longAddress(let high, let low): Self.text(high, low)
    case .name(let name): name
    case .authority(let primary, _, _): primary
    case .exchange(let preference, let name): "\(preference) \(name)"
    case .service(let priority, let weight, let port, let target):
      "\(priority) \(weight) \(port) \(target)"
    case .binding(let priority, let target): "\(priority) \(target)"
    case .transactionKey, .signature, .empty, .other: nil
    }
  }

  /// As inet_ntop(3) writes it: an address that holds one of IPv4 ends in dotted decimal.
  private static func text(_ high: UInt64, _ low: UInt64) -> String {
    let first = low >> 32
    guard high == 0, first == 0xFFFF || (first == 0 && low > 0xFFFF) else {
      return Address(high: high, low: low).description
    }
    let dotted = Address(ipv4: UInt32(truncatingIfNeeded: low)).description
    return first == 0 ? "::\(dotted)" : "::ffff:\(dotted)"
  }
}

extension String {
  private static let letters = ["a", "b", "t", "n", "v", "f", "r"]

  /// Control characters as C writes them: names of tunnels hold any octet, and a line shows which.
  var escapedControls: String {
    guard utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return self }
    var text = ""
    for character in unicodeScalars {
      switch character.value {
      case 0x07...0x0D:
        text += "\\" + Self.letters[Int(character.value) - 7]
      case 0..<0x20, 0x7F:
        let octal = String(character.value, radix: 8)
        text += "\\" + String(repeating: "0", count: 3 - octal.utf8.count) + octal
      default: text.unicodeScalars.append(character)
      }
    }
    return text
  }
}
