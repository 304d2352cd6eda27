import Evidence
import Wire

/// SMB over TCP 445 and 139 (MS-SMB2 section 2.1, MS-CIFS section 2.1), and its mailslots over UDP
/// 138 (RFC 1002 section 4.4.2).
///
/// Contents of files are passed over; what travels over named pipes is read as remote calls.
final class SMBExchange: Exchange {
  static let tcpPorts: [UInt16] = [445, 139]
  static let udpPorts: [UInt16] = [138]

  private let parties: Parties
  private var smb2: SMB2Conversation
  private var smb1: SMB1Conversation

  init(_ parties: Parties) {
    self.parties = parties
    smb2 = SMB2Conversation(parties)
    smb1 = SMB1Conversation(parties)
  }

  static func recognises(
    _ bytes: Span<UInt8>, _ transport: Activity.Transport, isOnPort: Bool
  ) -> Bool {
    guard transport == .tcp else { return isOnPort && Datagram.message(bytes) != nil }
    var input = ByteReader(bytes)
    do {
      let header = try SessionHeader(parsing: &input)
      if header.kind == .message { return SMB.Signature(peeking: input) != nil }
      return isOnPort && isSessionService(header)
    } catch {
      return false
    }
  }

  /// Whether it is a packet of the session service other than a message, of a length that it has.
  private static func isSessionService(_ header: SessionHeader) -> Bool {
    switch header.kind {
    case .request: header.length == 68
    case .positiveResponse, .keepAlive: header.length == 0
    case .negativeResponse: header.length == 1
    case .retarget: header.length == 6
    default: false
    }
  }

  func take(
    _ bytes: Span<UInt8>, from side: Side, at moment: Moment, into output: inout Output
  ) -> Progress {
    guard parties.transport == .tcp else {
      if let start = Datagram.message(bytes) {
        let message = bytes.extracting(start..<bytes.count)
        read(message, size: message.count, from: side, at: moment, into: &output)
      }
      return Progress(consumed: bytes.count)
    }
    var consumed = 0
    while consumed < bytes.count {
      let rest = bytes.extracting(consumed..<bytes.count)
      switch next(rest) {
      case .skip(let count): consumed += count
      case .message(let available, let size):
        let start = SessionHeader.byteCount
        let message = rest.extracting(start..<(start + available))
        read(message, size: size, from: side, at: moment, into: &output)
        consumed += start + size
      case .incomplete(let needed): return Progress(consumed: consumed, needed: needed)
      case .noise:
        output.undecoded(ParseFailure(.malformed, "ProtocolId", at: 0))
        return Progress(consumed: bytes.count)
      }
    }
    return Progress(consumed: consumed)
  }

  func cut(
    _ bytes: Span<UInt8>, from side: Side, at moment: Moment, into output: inout Output
  ) {
    guard parties.transport == .tcp else { return }
    var input = ByteReader(bytes)
    do {
      let header = try SessionHeader(parsing: &input)
      guard header.kind == .message, SMB.Signature(peeking: input) != nil else { return }
      let start = SessionHeader.byteCount
      let end = min(bytes.count, start + header.length)
      let message = bytes.extracting(start..<end)
      read(message, size: header.length, from: side, at: moment, into: &output)
    } catch {
      output.undecoded(error)
    }
  }

  func lost(_ side: Side, at moment: Moment, into output: inout Output) {
    smb2.lost(side)
    smb1.lost(side)
  }

  func end(into output: inout Output) {
    smb2.end(into: &output)
    smb1.end(into: &output)
  }

  // MARK: - Framing

  private enum Next {
    case skip(Int)
    /// A message, of whose octets some may be missing at the end.
    case message(available: Int, size: Int)
    case incomplete(needed: Int)
    case noise
  }

  /// Enough to read everything of a read or write but its data: the headers, and 80 octets of body.
  private static let headBytes = 160
  /// What is read of a message that is too large to be held: a chain's commands before its data.
  ///
  /// As much of each, so that it says the same however it comes in segments.
  private static let largeHeadBytes = 1024

  private func next(_ bytes: Span<UInt8>) -> Next {
    guard bytes.count >= SessionHeader.byteCount + 4 else {
      return bytes.count >= 4 && bytes[0] != 0 && bytes[1] == 0
        ? .skip(4) : .incomplete(needed: SessionHeader.byteCount + 4)
    }
    var input = ByteReader(bytes)
    do {
      let header = try SessionHeader(parsing: &input)
      let whole = SessionHeader.byteCount + header.length
      guard header.kind == .message else {
        return Self.isSessionService(header) ? .skip(whole) : .noise
      }
      guard header.length >= 4 else { return .skip(whole) }
      guard SMB.Signature(peeking: input) != nil else { return .noise }
      if whole <= bytes.count { return .message(available: header.length, size: header.length) }
      let available = bytes.count - SessionHeader.byteCount
      let isLarge = header.length > Limits.smbMessageBytes
      let head = isLarge ? Self.largeHeadBytes : Self.headBytes
      guard available >= head else {
        return .incomplete(needed: min(whole, SessionHeader.byteCount + head))
      }
      guard !isLarge else { return .message(available: head, size: header.length) }
      let isPassedOver =
        smb2.isBulk(input) || SMB.Signature(peeking: input) == .transform
      return isPassedOver
        ? .message(available: available, size: header.length) : .incomplete(needed: whole)
    } catch {
      return .noise
    }
  }

  // MARK: - Messages

  private func read(
    _ message: Span<UInt8>, size: Int, from side: Side, at moment: Moment,
    into output: inout Output
  ) {
    let input = ByteReader(message)
    output.coverage[.smbMessages] += 1
    do {
      switch SMB.Signature(peeking: input) {
      case .smb2: smb2.take(message, from: side, at: moment, into: &output)
      case .smb1: smb1.take(message, from: side, at: moment, into: &output)
      case .transform: try takeEncrypted(input, from: side, at: moment, into: &output)
      case .compression:
        try takeCompressed(input, size: size, from: side, at: moment, into: &output)
      default: break
      }
    } catch {
      output.undecoded(error)
    }
  }

  /// Reads what a compressed message was; what it becomes is bounded, and is no compressed message
  /// again.
  private func takeCompressed(
    _ input: consuming ByteReader, size: Int, from side: Side, at moment: Moment,
    into output: inout Output
  ) throws(ParseFailure) {
    var head = ByteReader(input.bytes)
    let header = try SMB2.CompressionHeader(parsing: &head)
    if let length = header.badLength(of: size) {
      output.add(
        SMBAnomaly(kind: .compressedLength, value: length), parties,
        Place(side: side, moment: moment))
    }
    var reader = input
    let octets = try SMB2.Compressed.message(parsing: &reader)
    guard SMB.Signature(peeking: ByteReader(octets.span)) == .smb2 else { return }
    smb2.take(octets.span, from: side, at: moment, into: &output)
  }

  private func takeEncrypted(
    _ input: consuming ByteReader, from side: Side, at moment: Moment, into output: inout Output
  ) throws(ParseFailure) {
    output.coverage[.smbEncrypted] += 1
    var reader = input
    let header = try SMB2.TransformHeader(parsing: &reader)
    guard output.wantsLines else { return }
    output.beginLine("smb", parties, from: side, at: moment)
    output.json.member("version", "smb3-encrypted")
    output.json.member("command", "encrypted")
    output.json.key("session_id")
    output.json.hex(header.sessionID, digits: 16)
    output.json.member("size", Int64(header.originalSize))
    output.endLine()
  }
}

/// A NetBIOS datagram with an SMB message inside (RFC 1002 section 4.4.1).
private enum Datagram {
  /// Where the message begins; nil where there is none.
  static func message(_ bytes: Span<UInt8>) -> Int? {
    // DIRECT_UNIQUE, DIRECT_GROUP, BROADCAST; then 14 octets of header and two encoded names.
    guard bytes.count > 82, (0x10...0x12).contains(bytes[0]) else { return nil }
    var position = 14
    for _ in 0..<2 {
      while position < bytes.count, bytes[position] != 0 { position += Int(bytes[position]) + 1 }
      position += 1
    }
    guard position < bytes.count else { return nil }
    var input = ByteReader(bytes)
    input.position = position
    return SMB.Signature(peeking: input) == .smb1 ? position : nil
  }
}
