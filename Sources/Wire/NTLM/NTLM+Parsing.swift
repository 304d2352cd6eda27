extension NTLM.Message {
  /// Reads everything that is left of `input`, which begins with the signature.
  ///
  /// ```
  /// | 'N' 'T' 'L' 'M' 'S' 'S' 'P' 0 |  MessageType, 4 octets  | fields, then the payload …
  /// ```
  /// Fields of variable length are described by length, allocated length and an offset from the
  /// signature. MS-NLMP section 2.2.1. What comes before a field that cannot be read is kept, and
  /// `fault` notes it.
  public init(parsing input: inout ByteReader, _ fault: inout Fault) throws(ParseFailure) {
    var message = input.rest()
    let start = message.offset
    message = ByteReader(message.bytes.extracting(message.position...), base: start)
    guard try message.u64("Signature") == 0x4E54_4C4D_5353_5000 else {
      throw ParseFailure(.malformed, "Signature", at: start)
    }
    switch try message.u32le("MessageType") {
    case 1:
      var negotiate = NTLM.Negotiate()
      do { try negotiate.read(&message) } catch { fault.note(error) }
      self = .negotiate(negotiate)
    case 2:
      var challenge = NTLM.Challenge()
      do { try challenge.read(&message) } catch { fault.note(error) }
      self = .challenge(challenge)
    case 3:
      var answer = NTLM.Authenticate()
      do { try answer.read(&message) } catch { fault.note(error) }
      self = .authenticate(answer)
    default: throw ParseFailure(.unsupported, "MessageType", at: start + 8)
    }
  }
}

extension NTLM {
  /// Where a field lies in the payload.
  fileprivate struct Place {
    var byteCount: Int
    /// From the signature.
    var start: Int

    init(parsing input: inout ByteReader, _ field: StaticString) throws(ParseFailure) {
      byteCount = Int(try input.u16le(field))
      // MaxLen MUST be ignored on receipt.
      _ = try input.u16le(field)
      let offset = try input.u32le(field)
      // A message is shorter than 2^31; a larger offset lies outside it in any case.
      start = Int(min(offset, UInt32(Int32.max)))
    }

    /// An absent field's offset may be anything.
    @_lifetime(copy message)
    func content(
      of message: borrowing ByteReader, _ field: StaticString
    ) throws(ParseFailure) -> ByteReader {
      try message.slice(at: byteCount == 0 ? 0 : start, count: byteCount, field)
    }

    func text(
      of message: borrowing ByteReader, isUnicode: Bool, _ field: StaticString
    ) throws(ParseFailure) -> String {
      guard byteCount <= Limits.nameBytes else {
        throw ParseFailure(.overLimit, field, at: message.base)
      }
      var content = try content(of: message, field)
      return isUnicode ? content.utf16le() : content.terminatedText()
    }
  }
}

extension ByteReader {
  /// Text in the OEM character set, up to a zero that may end it.
  fileprivate mutating func terminatedText() -> String {
    var end = position
    while end < bytes.count, bytes[end] != 0 { end &+= 1 }
    var text = ByteReader(bytes.extracting(position..<end))
    return text.utf8()
  }
}

extension NTLM.Version {
  /// Reads 8 octets.
  init(parsing input: inout ByteReader) throws(ParseFailure) {
    major = try input.u8("ProductMajorVersion")
    minor = try input.u8("ProductMinorVersion")
    build = try input.u16le("ProductBuild")
    try input.skip(3, "Reserved")
    revision = try input.u8("NTLMRevisionCurrent")
  }
}

extension NTLM.Negotiate {
  /// Reads what follows the message type.
  fileprivate mutating func read(_ message: inout ByteReader) throws(ParseFailure) {
    let flags = NTLM.Flags(rawValue: try message.u32le("NegotiateFlags"))
    self.flags = flags
    // Windows 95 and some libraries stop here, or after the two names.
    guard message.remaining >= 16 else { return }
    let domain = try NTLM.Place(parsing: &message, "DomainNameFields")
    let workstation = try NTLM.Place(parsing: &message, "WorkstationFields")
    if flags.contains(.version), message.remaining >= 8 {
      version = try NTLM.Version(parsing: &message)
    }
    // Always in the OEM character set: the other is not yet agreed on.
    self.domain = try domain.text(of: message, isUnicode: false, "DomainName")
    self.workstation = try workstation.text(of: message, isUnicode: false, "WorkstationName")
  }
}

extension NTLM.Challenge {
  /// Reads what follows the message type.
  fileprivate mutating func read(_ message: inout ByteReader) throws(ParseFailure) {
    let name = try NTLM.Place(parsing: &message, "TargetNameFields")
    let flags = NTLM.Flags(rawValue: try message.u32le("NegotiateFlags"))
    self.flags = flags
    serverChallenge = try message.u64("ServerChallenge")
    targetName = try name.text(
      of: message, isUnicode: flags.contains(.unicode), "TargetName")
    // Windows NT 4 stops here.
    guard message.remaining >= 16 else { return }
    try message.skip(8, "Reserved")
    let information = try NTLM.Place(parsing: &message, "TargetInfoFields")
    if flags.contains(.version), message.remaining >= 8 {
      version = try NTLM.Version(parsing: &message)
    }
    guard information.byteCount > 0 else { return }
    var pairs = try information.content(of: message, "TargetInfo")
    try target.read(&pairs)
  }
}

extension NTLM.Authenticate {
  /// Where the fields of the payload lie.
  private struct Places {
    var lm: NTLM.Place
    var nt: NTLM.Place
    var domain: NTLM.Place
    var user: NTLM.Place
    var workstation: NTLM.Place
    var sessionKey: NTLM.Place?

    init(parsing message: inout ByteReader) throws(ParseFailure) {
      lm = try NTLM.Place(parsing: &message, "LmChallengeResponseFields")
      nt = try NTLM.Place(parsing: &message, "NtChallengeResponseFields")
      domain = try NTLM.Place(parsing: &message, "DomainNameFields")
      user = try NTLM.Place(parsing: &message, "UserNameFields")
      workstation = try NTLM.Place(parsing: &message, "WorkstationFields")
    }

    /// Those that are not empty, by their place.
    var inOrder: [(field: NTLM.Field, start: Int)] {
      var found: [(field: NTLM.Field, start: Int)] = []
      found.reserveCapacity(6)
      add(lm, .lmResponse, to: &found)
      add(nt, .ntResponse, to: &found)
      add(domain, .domain, to: &found)
      add(user, .user, to: &found)
      add(workstation, .workstation, to: &found)
      if let sessionKey { add(sessionKey, .sessionKey, to: &found) }
      return found
    }

    private func add(
      _ place: NTLM.Place, _ field: NTLM.Field,
      to found: inout [(field: NTLM.Field, start: Int)]
    ) {
      guard place.byteCount > 0 else { return }
      let index = found.firstIndex { $0.start > place.start } ?? found.count
      found.insert((field, place.start), at: index)
    }
  }

  /// Reads what follows the message type.
  fileprivate mutating func read(_ message: inout ByteReader) throws(ParseFailure) {
    var places = try Places(parsing: &message)
    // Some clients of version 1 put the payload where the next two fields would be.
    let payload = places.inOrder.first?.start ?? message.bytes.count
    if payload >= message.position + 12, message.remaining >= 12 {
      let key = try NTLM.Place(parsing: &message, "EncryptedRandomSessionKeyFields")
      places.sessionKey = key
      sessionKeyByteCount = key.byteCount
      flags = NTLM.Flags(rawValue: try message.u32le("NegotiateFlags"))
    }
    payloadOrder = places.inOrder.map(\.field)
    lmByteCount = places.lm.byteCount
    ntByteCount = places.nt.byteCount
    try readTrailer(&message, payload: payload)
    let isUnicode = flags?.contains(.unicode) ?? true
    domain = try places.domain.text(of: message, isUnicode: isUnicode, "DomainName")
    user = try places.user.text(of: message, isUnicode: isUnicode, "UserName")
    workstation = try places.workstation.text(of: message, isUnicode: isUnicode, "Workstation")
    _ = try places.lm.content(of: message, "LmChallengeResponse").remaining
    var response = try places.nt.content(of: message, "NtChallengeResponse")
    if response.remaining >= 8 { responsePrefix = try response.u64("NtChallengeResponse") }
    // NTProofStr of 16 octets, then the client's challenge of at least 28 (section 2.2.2.8).
    guard ntByteCount >= 16 + 28 else { return }
    try response.skip(8, "NTProofStr")
    clientChallenge = try NTLM.ClientChallenge(parsing: &response)
  }

  /// Version and MIC, both only where the payload leaves room for them: Windows XP and older have
  /// no MIC, older ones no version (MS-NLMP section 2.2.1.3, product notes 7 and 8).
  private mutating func readTrailer(
    _ message: inout ByteReader, payload: Int
  ) throws(ParseFailure) {
    guard payload >= message.position + 8, message.remaining >= 8 else { return }
    let version = try NTLM.Version(parsing: &message)
    if (flags ?? []).contains(.version) { self.version = version }
    guard payload >= message.position + 16, message.remaining >= 16 else { return }
    let high = try message.u64("MIC")
    let low = try message.u64("MIC")
    hasMIC = high | low != 0
  }
}

extension NTLM.ClientChallenge {
  /// Reads the structure and the pairs in it.
  fileprivate init(parsing input: inout ByteReader) throws(ParseFailure) {
    // RespType and HiRespType, both 1, then six reserved octets.
    try input.skip(8, "NTLMv2_CLIENT_CHALLENGE")
    timestamp = try input.u64le("TimeStamp")
    challenge = try input.u64("ChallengeFromClient")
    try input.skip(4, "Reserved3")
    attributes = NTLM.Attributes()
    try attributes.read(&input)
  }
}

extension NTLM.Attributes {
  /// Reads pairs up to MsvAvEOL, or to the end where it is missing.
  mutating func read(_ input: inout ByteReader) throws(ParseFailure) {
    identifiers.reserveCapacity(10)
    while input.remaining >= 4 {
      let identifier = try input.u16le("AvId")
      let byteCount = Int(try input.u16le("AvLen"))
      guard identifier != 0 else { return }
      guard identifiers.count < NTLM.Limits.attributes else {
        throw ParseFailure(.overLimit, "AV_PAIR", at: input.offset)
      }
      identifiers.append(identifier)
      var value = try input.take(byteCount, "Value")
      do {
        try read(identifier, &value)
      } catch {
        unreadable = unreadable ?? identifier
      }
    }
  }

  private mutating func read(
    _ identifier: UInt16, _ value: inout ByteReader
  ) throws(ParseFailure) {
    switch identifier {
    case 1: computer = try Self.name(&value)
    case 2: domain = try Self.name(&value)
    case 3: dnsComputer = try Self.name(&value)
    case 4: dnsDomain = try Self.name(&value)
    case 5: dnsTree = try Self.name(&value)
    case 6: flags = try value.u32le("MsvAvFlags")
    case 7: timestamp = try value.u64le("MsvAvTimestamp")
    case 8: singleHost = try NTLM.SingleHost(parsing: &value)
    case 9: targetName = try Self.name(&value)
    case 10:
      while !value.isAtEnd, !hasChannelBindings {
        hasChannelBindings = try value.u8("MsvAvChannelBindings") != 0
      }
    default: break
    }
  }

  private static func name(_ value: inout ByteReader) throws(ParseFailure) -> String {
    guard value.remaining <= NTLM.Limits.nameBytes else {
      throw ParseFailure(.overLimit, "Value", at: value.offset)
    }
    return value.utf16le()
  }
}

extension NTLM.SingleHost {
  /// Reads a Single_Host_Data: Size, Z4 (4 octets each), CustomData (8), MachineID (32), and what
  /// newer Windows adds; what is still longer stays unread.
  fileprivate init(parsing input: inout ByteReader) throws(ParseFailure) {
    try input.skip(12, "Single_Host_Data")
    integrityLevel = try input.u32le("CustomData")
    machine = try NTLM.MachineID(parsing: &input)
    if input.remaining >= 32 { permanentMachine = try NTLM.MachineID(parsing: &input) }
  }
}

extension NTLM.MachineID {
  /// Reads 32 octets.
  fileprivate init(parsing input: inout ByteReader) throws(ParseFailure) {
    high = UInt128(try input.u64("MachineID")) << 64 | UInt128(try input.u64("MachineID"))
    low = UInt128(try input.u64("MachineID")) << 64 | UInt128(try input.u64("MachineID"))
  }
}
