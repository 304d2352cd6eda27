extension NameService.Message {
  /// Reads everything that is left of `input`, which begins with the header.
  ///
  /// The header is that of DNS, with a broadcast flag (RFC 1002 section 4.2.1.1).
  public init(parsing input: inout ByteReader) throws(ParseFailure) {
    let start = input.offset
    let rest = input.rest()
    // Names point to octets of the message: its first octet must be the first of `bytes`.
    var message = ByteReader(rest.bytes, base: start)
    let header = try DNS.Header(parsing: &message)
    id = header.id
    flags = header.flags
    do throws(ParseFailure) {
      try readEntries(header, from: &message)
    } catch {
      failure = failure ?? error
    }
  }

  private mutating func readEntries(
    _ header: DNS.Header, from message: inout ByteReader
  ) throws(ParseFailure) {
    let most = max(
      max(header.questionCount, header.answerCount),
      max(header.authorityCount, header.additionalCount))
    guard most <= NameService.Limits.entries else {
      throw ParseFailure(.overLimit, "QDCOUNT", at: message.base + 4)
    }
    for _ in 0..<header.questionCount {
      questions.append(try NameService.Question(parsing: &message))
    }
    for _ in 0..<header.answerCount {
      answers.append(try NameService.Record(parsing: &message, &failure))
    }
    // Name servers of a redirection: nobody has sent one for decades.
    for _ in 0..<header.authorityCount {
      _ = try NameService.Record(parsing: &message, &failure)
    }
    for _ in 0..<header.additionalCount {
      additionals.append(try NameService.Record(parsing: &message, &failure))
    }
  }
}

extension NameService.Question {
  /// Reads a question; `message` begins with the header.
  init(parsing message: inout ByteReader) throws(ParseFailure) {
    name = try NameService.Name(parsing: &message)
    type = NameService.RecordType(rawValue: try message.u16("QUESTION_TYPE"))
    try message.skip(2, "QUESTION_CLASS")
  }
}

extension NameService.Record {
  /// Reads a record; `message` begins with the header.
  ///
  /// Data that cannot be read is noted in `fault`.
  init(
    parsing message: inout ByteReader, _ fault: inout ParseFailure?
  ) throws(ParseFailure) {
    name = try NameService.Name(parsing: &message)
    type = NameService.RecordType(rawValue: try message.u16("RR_TYPE"))
    try message.skip(2, "RR_CLASS")
    timeToLive = try message.u32("TTL")
    let count = Int(try message.u16("RDLENGTH"))
    if count > message.remaining {
      fault = fault ?? ParseFailure(.truncated, "RDATA", at: message.offset)
    }
    var data = try message.take(min(count, message.remaining), "RDATA")
    do throws(ParseFailure) {
      try readData(&data)
    } catch {
      fault = fault ?? error
    }
  }

  private mutating func readData(_ data: inout ByteReader) throws(ParseFailure) {
    switch type {
    case .nb:
      // NB_FLAGS and an address, once for each address; a WACK has two octets of flags alone.
      while data.remaining >= 6, addresses.count < NameService.Limits.addresses {
        let flags = try data.u16("NB_FLAGS")
        if addresses.isEmpty { isGroup = flags & 0x8000 != 0 }
        addresses.append(try data.u32("NB_ADDRESS"))
      }
    case .nbstat:
      guard !data.isAtEnd else { return }
      let nameCount = Int(try data.u8("NUM_NAMES"))
      for _ in 0..<nameCount {
        var octets: UInt128 = 0
        for _ in 0..<16 { octets = octets << 8 | UInt128(try data.u8("NETBIOS_NAME")) }
        names.append(
          NameService.NodeName(
            name: NameService.Name(octets: octets), flags: try data.u16("NAME_FLAGS")))
      }
    default:
      break
    }
  }
}

extension NameService.Name {
  /// Reads an encoded name: 32 letters, each half an octet counted from `A` (RFC 1002 section 4.1).
  ///
  /// The scope follows it. `message` begins where pointers count from.
  init(parsing message: inout ByteReader) throws(ParseFailure) {
    let start = message.position
    if let first = message.peek(), first & 0xC0 == 0xC0 {
      let target = Int(try message.u16("LABEL_STRING_POINTER") & 0x3FFF)
      guard target < start else {
        throw ParseFailure(.malformed, "LABEL_STRING_POINTER", at: message.offset)
      }
      var place = try message.slice(
        at: target, count: message.bytes.count - target, "LABEL_STRING_POINTER")
      // A pointer leads to a name, never to another pointer: one name in a message has one place.
      guard let length = place.peek(), length & 0xC0 == 0 else {
        throw ParseFailure(.malformed, "LABEL_STRING_POINTER", at: place.offset)
      }
      try self.init(encoded: &place)
      return
    }
    try self.init(encoded: &message)
  }

  private init(encoded message: inout ByteReader) throws(ParseFailure) {
    let start = message.position
    let length = try message.u8("NAME")
    guard length == 32 else { throw ParseFailure(.malformed, "NAME", at: message.offset) }
    octets = 0
    for _ in 0..<16 {
      let high = try message.u8("NAME") &- UInt8(ascii: "A")
      let low = try message.u8("NAME") &- UInt8(ascii: "A")
      guard high < 16, low < 16 else { throw ParseFailure(.malformed, "NAME", at: message.offset) }
      octets = octets << 8 | UInt128(high << 4 | low)
    }
    while true {
      let at = message.offset
      let label = Int(try message.u8("SCOPE_ID"))
      if label == 0 { break }
      if label & 0xC0 == 0xC0 {
        try message.skip(1, "SCOPE_ID")
        break
      }
      guard message.position - start + label <= NameService.Limits.nameBytes else {
        throw ParseFailure(.overLimit, "SCOPE_ID", at: at)
      }
      var text = try message.take(label, "SCOPE_ID")
      if !scope.isEmpty { scope += "." }
      scope += text.utf8()
    }
  }
}

extension NameService {
  /// An octet as `<` two hex digits `>`.
  static func bracketed(_ octet: UInt8) -> String {
    let digits = String(octet, radix: 16)
    return digits.utf8.count == 1 ? "<0\(digits)>" : "<\(digits)>"
  }
}
