import Evidence
import Wire

/// Binds, searches and changes of a directory (RFC 4511), and the search for a controller over UDP
/// (MS-ADTS section 6.3.3).
///
/// Signed buffers are read, sealed ones and TLS are counted. The token of a buffer says itself whether
/// it is sealed: Wireshark calls all of them encrypted in a capture that begins after the bind. Answers
/// are paired by message identifier, except a bind's, which goes on over several.
final class LDAPExchange: Exchange {
  /// The directory, the global catalogue, and both under TLS, where only coverage is said.
  static let tcpPorts: [UInt16] = [389, 3268, 636, 3269]
  static let udpPorts: [UInt16] = [389]

  let parties: Parties
  private var tokens = SecurityTokens(carrier: .ldap)
  private var bind: LDAPBindInProgress?
  /// In whose name requests are made now.
  private var account: AccountName?
  private var pending: [LDAPRequest] = []
  /// Where the request is whose entries come: an answer has many, one after the other.
  private var answering = 0
  private var last: Moment?
  private var pieces = LDAPPieces()

  /// One message and what surrounds it.
  struct Place {
    var side: Side
    var moment: Moment
    /// Inside a buffer of a security layer.
    var isWrapped = false
  }

  init(_ parties: Parties) { self.parties = parties }

  // MARK: - Frames

  static func recognises(
    _ bytes: Span<UInt8>, _ transport: Activity.Transport, isOnPort: Bool
  ) -> Bool {
    guard !bytes.isEmpty else { return false }
    let reader = ByteReader(bytes)
    do {
      switch bytes[0] {
      case 0x30: return try isMessage(reader, isWhole: transport == .udp || !isOnPort)
      case 0x00 where transport == .tcp && isOnPort:
        guard let count = try LDAP.SecuredBuffer.byteCount(at: reader), bytes.count > 5 else {
          return false
        }
        return count > 16 && isToken(bytes[4], bytes[5])
      case 0x14...0x17: return transport == .tcp && isOnPort && isTLS(bytes)
      default: return false
      }
    } catch {
      return false
    }
  }

  /// A message begins with its number and the tag of an operation.
  private static func isMessage(
    _ reader: borrowing ByteReader, isWhole: Bool
  ) throws(ParseFailure) -> Bool {
    var probe = ByteReader(reader.bytes)
    guard let count = try probe.elementByteCount("LDAPMessage") else { return !isWhole }
    if isWhole, count > probe.remaining { return false }
    // The header: its own two octets, and the octets of a long length.
    guard let length = probe.peek(1) else { return false }
    try probe.skip(2 + (length < 0x80 ? 0 : Int(length & 0x7F)), "LDAPMessage")
    guard probe.remaining >= 4 else { return !isWhole }
    guard probe.isNext(.integer) else { return false }
    _ = try probe.integerElement("messageID")
    guard let tag = probe.peek() else { return !isWhole }
    return tag & 0xC0 == 0x40 && tag & 0x1F <= 25
  }

  /// How wrapped tokens of Kerberos, NTLM and Digest begin.
  private static func isToken(_ first: UInt8, _ second: UInt8) -> Bool {
    (first == 0x05 && second == 0x04) || (first == 0x01 && second == 0) || first == 0x60
      || first == 0x30
  }

  /// A record of TLS (RFC 8446 section 5.1): type, version 3.x, length.
  private static func isTLS(_ bytes: Span<UInt8>) -> Bool {
    bytes.count >= 3 && (0x14...0x17).contains(bytes[0]) && bytes[1] == 3 && bytes[2] <= 4
  }

  func take(
    _ bytes: Span<UInt8>, from side: Side, at moment: Moment, into output: inout Output
  ) -> Progress {
    last = moment
    var consumed = 0
    while consumed < bytes.count {
      let rest = bytes.extracting(consumed...)
      do {
        let step = try take(first: rest, from: side, at: moment, into: &output)
        guard step.consumed > 0 else {
          return Progress(consumed: consumed, needed: step.needed)
        }
        consumed += step.consumed
      } catch {
        // The stream has lost its frame: nothing in it says where the next message begins.
        output.undecoded(error)
        return Progress(consumed: bytes.count)
      }
    }
    return Progress(consumed: consumed)
  }

  /// Reads the first message, buffer or record of `bytes`.
  private func take(
    first bytes: Span<UInt8>, from side: Side, at moment: Moment, into output: inout Output
  ) throws(ParseFailure) -> Progress {
    let reader = ByteReader(bytes)
    switch bytes[0] {
    case 0x30:
      guard let count = try reader.elementByteCount("LDAPMessage") else {
        return Progress(consumed: 0, needed: 6)
      }
      guard count <= bytes.count else { return beyond(count, &output) }
      take(
        message: bytes.extracting(0..<count), Place(side: side, moment: moment), into: &output)
      return Progress(consumed: count)
    case 0x00:
      guard let count = try LDAP.SecuredBuffer.byteCount(at: reader) else {
        return Progress(consumed: 0, needed: LDAP.SecuredBuffer.lengthBytes)
      }
      guard count <= bytes.count else { return beyond(count, &output) }
      takeBuffer(bytes.extracting(0..<count), from: side, at: moment, into: &output)
      return Progress(consumed: count)
    case 0x14...0x17 where bytes.count < 5:
      return Progress(consumed: 0, needed: 5)
    case 0x14...0x17 where Self.isTLS(bytes):
      // Application data alone is what somebody said.
      if bytes[0] == 0x17 { output.coverage[.ldapSealed] += 1 }
      return Progress(consumed: 5 + (Int(bytes[3]) << 8 | Int(bytes[4])))
    default:
      throw ParseFailure(.malformed, "LDAPMessage", at: 0)
    }
  }

  /// Asks for the rest, or passes over what is too large to be held.
  private func beyond(_ count: Int, _ output: inout Output) -> Progress {
    guard count > Limits.heldBytesPerDirection else { return Progress(consumed: 0, needed: count) }
    output.coverage[.undecoded] += 1
    return Progress(consumed: count)
  }

  private func takeBuffer(
    _ bytes: Span<UInt8>, from side: Side, at moment: Moment, into output: inout Output
  ) {
    do throws(ParseFailure) {
      var reader = ByteReader(bytes)
      let buffer = try LDAP.SecuredBuffer(parsing: &reader, goesOn: pieces.goesOn(side))
      guard let content = buffer.content else {
        output.coverage[.ldapSealed] += 1
        if output.wantsLines {
          output.line(sealed: buffer.byteCount, parties, from: side, at: moment)
        }
        return
      }
      let place = Place(side: side, moment: moment, isWrapped: true)
      guard pieces.goesOn(side) else {
        let plain = try ByteReader(bytes).slice(content, "token").bytes
        pieces.keep(plain, from: takeMessages(plain, place, into: &output), side)
        return
      }
      var whole = pieces.take(side)
      whole.append(bytes, from: content.offset, count: content.count)
      let plain = whole.span
      pieces.keep(plain, from: takeMessages(plain, place, into: &output), side)
    } catch {
      output.undecoded(error)
    }
  }

  /// Takes the whole messages that begin `bytes`; returns where the rest begins.
  private func takeMessages(
    _ bytes: Span<UInt8>, _ place: Place, into output: inout Output
  ) -> Int {
    var start = 0
    while start < bytes.count {
      let rest = bytes.extracting(start...)
      do {
        guard let count = try ByteReader(rest).elementByteCount("LDAPMessage"),
          count <= rest.count
        else { return start }
        take(message: rest.extracting(0..<count), place, into: &output)
        start += count
      } catch {
        output.undecoded(error)
        return bytes.count
      }
    }
    return start
  }

  func lost(_ side: Side, at moment: Moment, into output: inout Output) { _ = pieces.take(side) }

  func end(into output: inout Output) {
    if let bind {
      output.add(bind.activity(parties, nil, by: bind.account(tokens.account), at: nil))
      self.bind = nil
    }
    if let last { tokens.finish(.unanswered, parties, at: last, into: &output) }
    for request in pending { output.add(request.activity(parties)) }
    pending.removeAll(keepingCapacity: true)
  }
}

// MARK: - Messages

extension LDAPExchange {
  /// Takes one message, the whole of `bytes`.
  private func take(message bytes: Span<UInt8>, _ place: Place, into output: inout Output) {
    do {
      var reader = ByteReader(bytes)
      var envelope = try LDAP.Envelope(parsing: &reader)
      output.coverage[.ldapMessages] += 1
      if output.wantsLines {
        var line = ByteReader(bytes)
        let copy = try LDAP.Envelope(parsing: &line)
        try output.line(copy, bytes, parties, place)
      }
      switch envelope.operation {
      case .bindRequest:
        let request = try LDAP.BindRequest(parsing: &envelope.content)
        begin(request, envelope.id, bytes, place, into: &output)
      case .bindResponse:
        let result = try LDAP.Result(parsing: &envelope.content)
        finish(result, envelope.id, bytes, place, into: &output)
      default:
        guard output.wantsActivities else { return }
        try pair(&envelope, bytes, place, into: &output)
      }
    } catch {
      output.undecoded(error)
    }
  }

  private func pair(
    _ envelope: inout LDAP.Envelope, _ bytes: Span<UInt8>, _ place: Place,
    into output: inout Output
  ) throws(ParseFailure) {
    let id = envelope.id
    switch envelope.operation {
    case .searchResultEntry:
      countEntry(of: id, &envelope.content, bytes, place)
    case .searchResultReference, .intermediateResponse, .unbindRequest: break
    case .searchRequest:
      let request = try LDAP.SearchRequest(parsing: &envelope.content)
      let detail = Activity.Detail(
        request, try envelope.searchControls(), isConnectionless: parties.transport == .udp)
      wait(id, detail, place, into: &output)
    case .modifyRequest:
      let request = try LDAP.ModifyRequest(parsing: &envelope.content)
      wait(id, Activity.Detail(request, in: bytes), place, into: &output)
    case .addRequest:
      let entry = try LDAP.Entry(parsing: &envelope.content)
      wait(id, Activity.Detail(added: entry, in: bytes), place, into: &output)
    case .deleteRequest:
      let object = try LDAP.deletedObject(envelope.content)
      wait(id, Activity.Detail(deleted: object), place, into: &output)
    case .modifyDNRequest:
      let request = try LDAP.ModifyDNRequest(parsing: &envelope.content)
      wait(id, Activity.Detail(request), place, into: &output)
    case .searchResultDone, .modifyResponse, .addResponse, .deleteResponse, .modifyDNResponse:
      let result = try LDAP.Result(parsing: &envelope.content)
      guard let index = index(of: id, place) else { return }
      output.add(pending.remove(at: index).activity(parties, result.code, at: place.moment))
    case .abandonRequest:
      let abandoned = try LDAP.abandonedMessage(&envelope.content)
      guard
        let index = pending.firstIndex(where: { $0.id == abandoned && $0.side == place.side })
      else { return }
      output.add(pending.remove(at: index).activity(parties))
    default: break
    }
  }

  // MARK: - Searches and changes

  private func wait(
    _ id: Int64, _ detail: Activity.Detail, _ place: Place, into output: inout Output
  ) {
    if pending.count >= Limits.pendingRequests {
      output.coverage[.evictions] += 1
      output.add(pending.removeFirst().activity(parties))
    }
    // A UDP client that hears nothing asks again under the same number.
    let isRepeated = pending.contains { $0.id == id && $0.side == place.side }
    if isRepeated, parties.transport == .udp { return }
    pending.append(
      LDAPRequest(id: id, detail, by: account, from: place.side, at: place.moment))
  }

  private func index(of id: Int64, _ place: Place) -> Int? {
    let side = place.side.other
    if answering < pending.count, pending[answering].id == id, pending[answering].side == side {
      return answering
    }
    let index = pending.firstIndex { $0.id == id && $0.side == side }
    answering = index ?? 0
    return index
  }

  private func countEntry(
    of id: Int64, _ content: inout ByteReader, _ bytes: Span<UInt8>, _ place: Place
  ) {
    guard let index = index(of: id, place) else { return }
    pending[index].countEntry()
    guard parties.transport == .udp else {
      pending[index].note(entry: content)
      return
    }
    guard case .ldapSearch(var search) = pending[index].detail else { return }
    if let response = LDAP.netlogonResponse(in: &content, of: bytes) {
      search.netlogon = NetlogonAnswer(response)
      pending[index].detail = .ldapSearch(search)
    }
  }

  // MARK: - Binds

  private func begin(
    _ request: LDAP.BindRequest, _ id: Int64, _ bytes: Span<UInt8>, _ place: Place,
    into output: inout Output
  ) {
    if bind?.isContinued(by: request, from: place.side) == true {
      bind?.goOn(request, id: id)
    } else {
      if let bind {
        output.add(bind.activity(parties, nil, by: bind.account(tokens.account), at: nil))
      }
      tokens.finish(.unanswered, parties, at: place.moment, into: &output)
      tokens = SecurityTokens(carrier: .ldap)
      bind = LDAPBindInProgress(
        request, id: id, LDAPBind.passwordMark(request, in: bytes), from: place.side,
        at: place.moment)
    }
    // Whatever was bound before is no longer (RFC 4511 section 4.2.1).
    account = nil
    switch request.authentication {
    case .sasl(_, .some(let token)), .sicilyNegotiate(let token), .sicilyResponse(let token):
      take(token, in: bytes, place, into: &output)
    case .simple, .sasl, .sicilyDiscovery, .other: break
    }
  }

  private func finish(
    _ result: LDAP.Result, _ id: Int64, _ bytes: Span<UInt8>, _ place: Place,
    into output: inout Output
  ) {
    if let token = result.credentials { take(token, in: bytes, place, into: &output) }
    if result.matchedDN.count > 16, bytes.contains(LDAPExchange.signature, at: result.matchedDN) {
      take(result.matchedDN, in: bytes, place, into: &output)
    }
    guard let bind, bind.id == id, bind.side == place.side.other else {
      verdict(result.code, place, into: &output)
      return
    }
    guard !bind.goesOn(after: result.code) else { return }
    verdict(result.code, place, into: &output)
    let account = bind.account(tokens.account)
    if result.code.isSuccess { self.account = account }
    output.add(bind.activity(parties, result, by: account, at: place.moment))
    self.bind = nil
  }

  /// How an NTLM token begins: sicily's answer carries one where a name belongs.
  private static let signature: StaticString = "NTLMSSP"

  private func verdict(_ code: LDAP.ResultCode, _ place: Place, into output: inout Output) {
    guard code != .saslBindInProgress else { return }
    tokens.finish(
      code.isSuccess ? .success : .failure(code: code.rawValue), parties, at: place.moment,
      into: &output)
  }

  private func take(
    _ token: ByteRange, in bytes: Span<UInt8>, _ place: Place, into output: inout Output
  ) {
    guard token.count > 0, token.offset >= 0, token.offset <= bytes.count - token.count else {
      return
    }
    tokens.take(
      bytes.extracting(token.offset..<(token.offset + token.count)), parties, from: place.side,
      at: place.moment, into: &output)
  }
}
