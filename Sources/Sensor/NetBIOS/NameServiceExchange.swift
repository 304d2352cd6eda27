import Evidence
import Wire

/// NetBIOS names asked for, registered and refreshed (RFC 1002 section 4.2).
///
/// Only lines are said: anybody on the link may answer, so that nothing is learnt from them.
final class NameServiceExchange: Exchange {
  static let tcpPorts: [UInt16] = []
  static let udpPorts: [UInt16] = [137]

  private let parties: Parties

  init(_ parties: Parties) { self.parties = parties }

  static func recognises(
    _ bytes: Span<UInt8>, _ transport: Activity.Transport, isOnPort: Bool
  ) -> Bool {
    guard transport == .udp, isOnPort else { return false }
    var reader = ByteReader(bytes)
    do {
      let header = try DNS.Header(parsing: &reader)
      return header.questionCount <= NameService.Limits.entries
        && header.answerCount <= NameService.Limits.entries
    } catch {
      return false
    }
  }

  func take(
    _ bytes: Span<UInt8>, from side: Side, at moment: Moment, into output: inout Output
  ) -> Progress {
    do {
      var reader = ByteReader(bytes)
      let message = try NameService.Message(parsing: &reader)
      output.coverage[.nbnsMessages] += 1
      if output.wantsLines { output.line(message, parties, from: side, at: moment) }
    } catch {
      output.undecoded(error)
    }
    return Progress(consumed: bytes.count)
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
    json.member("name", (question?.name ?? record?.name)?.description)
    json.member("type", (question?.type ?? record?.type).map { Int($0.rawValue) })
    json.member("addr", record?.addresses.first.map { Address(ipv4: $0) })
    endLine()
  }
}
