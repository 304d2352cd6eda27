extension DNS {
  /// How many octets the next message of a TCP stream takes, its length of two octets included.
  ///
  /// Nil while those two are not there. RFC 1035 section 4.2.2.
  public static func streamedByteCount(at input: borrowing ByteReader) -> Int? {
    guard let high = input.peek(), let low = input.peek(1) else { return nil }
    return 2 + (Int(high) << 8 | Int(low))
  }
}

extension DNS.Header {
  /// Reads 12 octets.
  public init(parsing input: inout ByteReader) throws(ParseFailure) {
    id = try input.u16("ID")
    flags = try input.u16("flags")
    questionCount = try input.u16("QDCOUNT")
    answerCount = try input.u16("ANCOUNT")
    authorityCount = try input.u16("NSCOUNT")
    additionalCount = try input.u16("ARCOUNT")
  }
}

extension DNS.Message {
  /// Reads everything that is left of `input`, which begins with the header.
  ///
  /// Throws where the header cannot be read; what else cannot be is noted in ``failure``, and what
  /// could be read is kept: the capture may have cut the message.
  public init(parsing input: inout ByteReader) throws(ParseFailure) {
    let start = input.offset
    let rest = input.rest()
    // Names point to octets of the message: its first octet must be the first of `bytes`.
    var message = ByteReader(rest.bytes, base: start)
    header = try DNS.Header(parsing: &message)
    rcode = header.rcode
    var names = DNS.NameReader()
    do throws(ParseFailure) {
      try readQuestions(&message, &names)
      answers = records(header.answerCount, from: &message, &names)
      if header.opcode == .update {
        updates = records(header.authorityCount, from: &message, &names)
      } else {
        for _ in 0..<header.authorityCount { _ = try DNS.RecordHead(skipping: &message) }
      }
      for _ in 0..<header.additionalCount { try readAdditional(&message, &names) }
    } catch {
      failure = failure ?? error
    }
  }

  private mutating func readQuestions(
    _ message: inout ByteReader, _ names: inout DNS.NameReader
  ) throws(ParseFailure) {
    for index in 0..<header.questionCount {
      guard index < DNS.Limits.questions else {
        throw ParseFailure(.overLimit, "QDCOUNT", at: message.base + 4)
      }
      let question = try DNS.Question(parsing: &message, &names)
      guard index == 0 else {
        furtherQuestions.append(question)
        continue
      }
      self.question = question
      names.remember(question.name, at: DNS.Header.byteCount)
    }
  }

  /// Reads a section; what was read before a failure stays, and data that is damaged within its
  /// length costs that data alone.
  private mutating func records(
    _ count: UInt16, from message: inout ByteReader, _ names: inout DNS.NameReader
  ) -> [DNS.Record] {
    guard count > 0 else { return [] }
    var records: [DNS.Record] = []
    do throws(ParseFailure) {
      guard count <= DNS.Limits.records else {
        throw ParseFailure(.overLimit, "RRs", at: message.base)
      }
      records.reserveCapacity(min(Int(count), message.remaining / 11))
      for _ in 0..<count {
        records.append(try DNS.Record(parsing: &message, &names, &failure))
      }
    } catch {
      failure = failure ?? error
      // Nothing says where the next record would begin.
      message.position = message.bytes.count
    }
    return records
  }

  private mutating func readAdditional(
    _ message: inout ByteReader, _ names: inout DNS.NameReader
  ) throws(ParseFailure) {
    let start = message.position
    let head = try DNS.RecordHead(skipping: &message)
    isSigned = head.type == .tsig
    switch head.type {
    case .opt:
      rcode = UInt16(truncatingIfNeeded: head.timeToLive >> 24) << 4 | header.rcode
    case .tkey:
      guard keys.count < DNS.Limits.keys else { return }
      message.position = start
      keys.append(try DNS.Record(parsing: &message, &names, &failure))
    default: return
    }
  }
}

extension DNS {
  /// What a record that is passed over is.
  fileprivate struct RecordHead {
    var type: RecordType
    var timeToLive: UInt32

    /// Moves behind a record.
    init(skipping message: inout ByteReader) throws(ParseFailure) {
      try NameReader.skip(in: &message, "NAME")
      type = RecordType(rawValue: try message.u16("TYPE"))
      try message.skip(2, "CLASS")
      timeToLive = try message.u32("TTL")
      try message.skip(Int(try message.u16("RDLENGTH")), "RDATA")
    }
  }
}

extension DNS.Question {
  /// Reads a question; `message` begins with the header.
  init(
    parsing message: inout ByteReader, _ names: inout DNS.NameReader
  ) throws(ParseFailure) {
    name = try names.name(in: &message, "QNAME")
    type = DNS.RecordType(rawValue: try message.u16("QTYPE"))
    recordClass = try message.u16("QCLASS")
  }
}

extension DNS.Record {
  /// Reads a record; `message` begins with the header.
  ///
  /// Data that cannot be read is noted in `fault` and left out.
  ///
  /// ```
  /// | NAME … | TYPE, 2 | CLASS, 2 | TTL, 4 | RDLENGTH, 2 | RDATA … |
  /// ```
  init(
    parsing message: inout ByteReader, _ names: inout DNS.NameReader, _ fault: inout ParseFailure?
  ) throws(ParseFailure) {
    name = try names.name(in: &message, "NAME")
    type = DNS.RecordType(rawValue: try message.u16("TYPE"))
    recordClass = try message.u16("CLASS")
    timeToLive = try message.u32("TTL")
    let count = Int(try message.u16("RDLENGTH"))
    let start = message.position
    place = ByteRange(offset: start, count: count)
    guard count > 0 else {
      data = .empty
      return
    }
    data = .other
    guard count <= message.remaining else {
      fault = fault ?? ParseFailure(.truncated, "RDATA", at: message.offset)
      message.position = message.bytes.count
      return
    }
    message.position = start + count
    // Carved at its end but not at its start: names in it point back into the message.
    var body = ByteReader(message.bytes.extracting(0..<(start + count)), base: message.base)
    body.position = start
    do throws(ParseFailure) {
      data = try DNS.RecordData(parsing: &body, type, &names)
    } catch {
      fault = fault ?? error
    }
  }
}

extension DNS.RecordData {
  /// Reads RDATA of at least one octet, which ends where `body` does.
  fileprivate init(
    parsing body: inout ByteReader, _ type: DNS.RecordType, _ names: inout DNS.NameReader
  ) throws(ParseFailure) {
    switch type {
    case .a:
      self = .address(try body.u32("ADDRESS"))
    case .aaaa:
      self = .longAddress(high: try body.u64("AAAA"), low: try body.u64("AAAA"))
    case .ns, .cname, .ptr, .dname:
      self = .name(try names.name(in: &body, "DNAME"))
    case .soa:
      let primary = try names.name(in: &body, "MNAME")
      let mailbox = try names.name(in: &body, "RNAME")
      self = .authority(primary: primary, mailbox: mailbox, serial: try body.u32("SERIAL"))
    case .mx:
      let preference = try body.u16("PREFERENCE")
      self = .exchange(preference: preference, name: try names.name(in: &body, "EXCHANGE"))
    case .srv:
      let priority = try body.u16("Priority")
      let weight = try body.u16("Weight")
      let port = try body.u16("Port")
      self = .service(
        priority: priority, weight: weight, port: port,
        target: try names.name(in: &body, "Target"))
    case .svcb, .https:
      let priority = try body.u16("SvcPriority")
      self = .binding(priority: priority, target: try names.name(in: &body, "TargetName"))
    case .sig, .rrsig:
      let covered = try body.u16("type covered")
      let rest = body.remaining
      try body.skip(16, "signature fields")
      let start = body.position
      let signerByteCount = try DNS.NameReader.expandedByteCount(in: &body, "signer's name")
      self = .signature(
        covered: covered, expandedByteCount: 2 + rest - (body.position - start) + signerByteCount)
    case .tkey:
      _ = try names.name(in: &body, "Algorithm")
      try body.skip(8, "Inception and Expiration")
      let mode = try body.u16("Mode")
      let error = try body.u16("Error")
      let count = Int(try body.u16("Key Size"))
      let key = ByteRange(offset: body.position, count: count)
      try body.skip(count, "Key Data")
      self = .transactionKey(mode: mode, error: error, key: key)
    default:
      self = .other
    }
  }
}
