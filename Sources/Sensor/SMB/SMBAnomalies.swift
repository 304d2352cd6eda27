import Evidence
import Wire

/// Messages that no client in order sends, said as activities: exploits of the server itself.
extension SMB1Conversation {
  /// TRANS2 SESSION_SETUP (MS-CIFS section 2.2.6.15): reserved, and sent by nobody but DoublePulsar's
  /// clients.
  static let reservedFunction: UInt16 = 0x000E
  /// What the implant adds to the identifier of a question, to say that it is there.
  private static let implantOffset: UInt16 = 16

  /// Looks at a transaction's request, before it is kept.
  mutating func noteTransaction(
    _ command: SMB1.Command, _ function: UInt16?, _ header: SMB1.Header, _ place: Place,
    into output: inout Output
  ) {
    let key = Key(header)
    switch command {
    case .ntTransact: openTransaction = key
    case .transaction2:
      if openTransaction == key { openTransaction = nil }
      guard function == Self.reservedFunction else { return }
      say(
        SMBAnomaly(kind: .reservedTransaction, value: UInt64(header.multiplexID)), header, place,
        into: &output)
    case .transaction2Secondary where openTransaction == key:
      openTransaction = nil
      say(
        SMBAnomaly(kind: .mixedTransaction, value: UInt64(header.multiplexID)), header, place,
        into: &output)
    default: break
    }
  }

  /// Looks at an answer to no request: the implant's has an identifier of its own.
  func noteUnasked(_ header: SMB1.Header, _ place: Place, into output: inout Output) {
    guard header.command == .transaction2,
      header.multiplexID >= Self.implantOffset
    else { return }
    var asked = header
    asked.multiplexID = header.multiplexID &- Self.implantOffset
    guard let request = pending[Key(asked)], request.function == Self.reservedFunction else {
      return
    }
    let asking = Place(side: place.side.other, moment: place.moment)
    say(
      SMBAnomaly(kind: .implantAnswer, value: UInt64(header.multiplexID)), header, asking,
      into: &output)
  }

  private func say(
    _ anomaly: SMBAnomaly, _ header: SMB1.Header, _ place: Place, into output: inout Output
  ) {
    output.add(anomaly, parties, place, account: sessions[header.userID]?.account)
  }
}

extension Output {
  /// Says a message that is out of order; nothing is known of what the server makes of it.
  mutating func add(
    _ anomaly: SMBAnomaly, _ parties: Parties, _ place: Place, account: AccountName? = nil
  ) {
    guard wantsActivities else { return }
    let (source, target) = parties.route(from: place.side)
    add(
      Activity(
        time: place.moment.time, end: place.moment.time, source: source, target: target,
        transport: parties.transport, account: account, outcome: .unknown,
        proof: Activity.Proof(capture: place.moment.capture, request: place.moment.packet),
        detail: .smbAnomaly(anomaly)))
  }
}

extension SMB2.CompressionHeader {
  /// The length that no message can have; nil where all are in order.
  ///
  /// CVE-2020-0796 adds the two lengths in 32 bits. Neither may be more than the largest message of
  /// direct TCP (MS-SMB2 section 2.1), and the uncompressed part must have come.
  func badLength(of byteCount: Int) -> UInt64? {
    let limit = UInt32(SessionHeader.maximumLength)
    if originalSize > limit { return UInt64(originalSize) }
    guard flags & 1 == 0 else { return nil }
    if offset > limit || Int(offset) > byteCount { return UInt64(offset) }
    return nil
  }
}
