extension NTLM.Message {
  /// Reads everything that is left of `input`, which begins with the signature.
  ///
  /// ```
  /// | 'N' 'T' 'L' 'M' 'S' 'S' 'P' 0 |  MessageType, 4 octets  | fields, then the payload …
  /// ```
  /// Fields of variable length are described by length, allocated length and an offset from the
  /// signature. MS-NLMP section 2.2.1.
  public init(parsing input: inout ByteReader) throws(ParseFailure) {
    var message = input.rest()
    let start = message.offset
    message = ByteReader(message.bytes.extracting(message.position...), base: start)
    guard try message.u64("Signature") == 0x4E54_4C4D_5353_5000 else {
      throw ParseFailure(.malformed, "Signature", at: start)
    }
    switch try message.u32le("MessageType") {
    case 1: self = .negotiate(try NTLM.Negotiate(parsing: &message))
    case 2: self = .challenge(try NTLM.Challenge(parsing: &message))
    case 3: self = .authenticate(try NTLM.Authenticate(parsing: &message))
    default: throw ParseFailure(.unsupported, "MessageType", at: start + 8)
    }
  }
}

extension NTLM {
  /// Where a field lies in the payload.
  private struct Place {
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
      return isUnicode ? content.utf16le() : content.utf8()
    }
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
  fileprivate init(parsing message: inout ByteReader) throws(ParseFailure) {
    flags = NTLM.Flags(rawValue: try message.u32le("NegotiateFlags"))
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
  fileprivate init(parsing message: inout ByteReader) throws(ParseFailure) {
    let name = try NTLM.Place(parsing: &message, "TargetNameFields")
    flags = NTLM.Flags(rawValue: try message.u32le("NegotiateFlags"))
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
    target = try NTLM.Attributes(parsing: &pairs)
  }
}

extension NTLM.Authenticate {
  /// Reads what follows the message type.
  fileprivate init(parsing message: inout ByteReader) throws(ParseFailure) {
    let lm = try NTLM.Place(parsing: &message, "LmChallengeResponseFields")
    let nt = try NTLM.Place(parsing: &message, "NtChallengeResponseFields")
    let domain = try NTLM.Place(parsing: &message, "DomainNameFields")
    let user = try NTLM.Place(parsing: &message, "UserNameFields")
    let workstation = try NTLM.Place(parsing: &message, "WorkstationFields")
    // Some clients of version 1 put the payload where the next two fields would be.
    let payload =
      [lm, nt, domain, user, workstation].filter { $0.byteCount > 0 }
      .map(\.start).min() ?? message.bytes.count
    flags = [.unicode]
    sessionKeyByteCount = 0
    if payload >= message.position + 12 {
      let key = try NTLM.Place(parsing: &message, "EncryptedRandomSessionKeyFields")
      sessionKeyByteCount = key.byteCount
      flags = NTLM.Flags(rawValue: try message.u32le("NegotiateFlags"))
    }
    let isUnicode = flags.contains(.unicode)
    self.domain = try domain.text(of: message, isUnicode: isUnicode, "DomainName")
    self.user = try user.text(of: message, isUnicode: isUnicode, "UserName")
    self.workstation = try workstation.text(of: message, isUnicode: isUnicode, "Workstation")
    lmByteCount = lm.byteCount
    ntByteCount = nt.byteCount
    try readTrailer(&message, payload: payload)
    var response = try nt.content(of: message, "NtChallengeResponse")
    _ = try lm.content(of: message, "LmChallengeResponse")
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
    if flags.contains(.version) { self.version = version }
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
    attributes = try NTLM.Attributes(parsing: &input)
  }
}

extension NTLM.Attributes {
  /// Reads pairs up to MsvAvEOL, or to the end where it is missing.
  public init(parsing input: inout ByteReader) throws(ParseFailure) {
    self.init()
    identifiers.reserveCapacity(10)
    while input.remaining >= 4 {
      let identifier = try input.u16le("AvId")
      let byteCount = Int(try input.u16le("AvLen"))
      guard identifier != 0 else { return }
      guard identifiers.count < NTLM.Limits.attributes else {
        throw ParseFailure(.overLimit, "AV_PAIR", at: input.offset)
      }
      var value = try input.take(byteCount, "Value")
      identifiers.append(identifier)
      try read(identifier, &value)
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
    case 8: machine = try NTLM.MachineID(parsing: &value)
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

extension NTLM.MachineID {
  /// Reads a Single_Host_Data; octets behind the MachineID stay unread, newer Windows adds some.
  ///
  /// Size, reserved (4 octets each), CustomData (8), MachineID (32). MS-NLMP section 2.2.2.2.
  fileprivate init(parsing input: inout ByteReader) throws(ParseFailure) {
    try input.skip(16, "Single_Host_Data")
    high = UInt128(try input.u64("MachineID")) << 64 | UInt128(try input.u64("MachineID"))
    low = UInt128(try input.u64("MachineID")) << 64 | UInt128(try input.u64("MachineID"))
  }
}
