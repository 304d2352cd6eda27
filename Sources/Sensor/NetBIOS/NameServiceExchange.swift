import Evidence
import Wire

/// NetBIOS names asked for, registered and refreshed (RFC 1002 section 4.2).
///
/// A computer that registers a name of its own says which; of questions and answers only lines are
/// said, since anybody on the link may answer.
final class NameServiceExchange: Exchange {
  static let tcpPorts: [UInt16] = []
  static let udpPorts: [UInt16] = [137]

  private let parties: Parties

  init(_ parties: Parties) { self.parties = parties }

  static func recognises(
    _ bytes: Span<UInt8>, _ transport: Activity.Transport, isOnPort: Bool
  ) -> Bool {
    transport == .udp && isOnPort
  }

  func take(
    _ bytes: Span<UInt8>, from side: Side, at moment: Moment, into output: inout Output
  ) -> Progress {
    do {
      var reader = ByteReader(bytes)
      let message = try NameService.Message(parsing: &reader)
      output.coverage[.nbnsMessages] += 1
      if let failure = message.failure { output.undecoded(failure) }
      if output.wantsLines { output.line(message, parties, from: side, at: moment) }
      if output.wantsActivities, let activity = registration(message, from: side, at: moment) {
        output.add(activity)
      }
    } catch {
      output.undecoded(error)
    }
    return Progress(consumed: bytes.count)
  }

  /// A registration or a refresh of the name of one computer, by itself.
  private func registration(
    _ message: borrowing NameService.Message, from side: Side, at moment: Moment
  ) -> Activity? {
    guard !message.isResponse, message.opcode == .registration || message.opcode == .refresh,
      let record = message.additionals.first, !record.isGroup, let value = record.addresses.first,
      // A workstation's or a server's own name.
      record.name.suffix == 0x00 || record.name.suffix == 0x20
    else { return nil }
    let (source, target) = parties.route(from: side)
    var announcement = NameAnnouncement(
      method: .netbios, name: record.name.text, address: Address(ipv4: value))
    guard announcement.address == source.address else { return nil }
    announcement.lifetimeSeconds = record.timeToLive
    return Activity(
      time: moment.time, end: moment.time, source: source, target: target, transport: .udp,
      outcome: .success, proof: Activity.Proof(capture: moment.capture, request: moment.packet),
      detail: .nameAnnouncement(announcement))
  }

  func lost(_ side: Side, at moment: Moment, into output: inout Output) {}

  func end(into output: inout Output) {}
}

extension Output {
  fileprivate mutating func line(
    _ message: borrowing NameService.Message, _ parties: Parties, from side: Side,
    at moment: Moment
  ) {
    beginLine("nbns", parties, from: side, at: moment)
    json.member("id", Int(message.id))
    json.member("qr", message.isResponse ? 1 : 0)
    json.member("opcode", Int(message.opcode.rawValue))
    if message.isResponse { json.member("rcode", Int(message.rcode)) }
    let record = message.answers.first ?? message.additionals.first
    let question = message.questions.first
    if let question {
      json.member("name", question.name.description)
    } else if let record {
      // As Wireshark has it: the name of an address says what it is used for.
      let use = record.type == .nb ? " (\(record.name.use))" : ""
      json.member("name", record.name.description + use)
    }
    json.member("type", (question?.type ?? record?.type).map { Int($0.rawValue) })
    json.member("addr", record?.addresses.first.map { Address(ipv4: $0) })
    endLine()
  }
}
