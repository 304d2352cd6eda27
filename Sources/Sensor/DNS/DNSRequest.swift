import Evidence
import Wire

/// A question, transfer or update that waits for its answer.
struct DNSRequest {
  let id: UInt16
  let side: Side
  let moment: Moment
  private(set) var detail: Activity.Detail
  private var answered: Moment?
  /// The serial number of the zone that is being transferred.
  private var serial: UInt32?

  /// Nil for a message that asks nothing.
  init?(_ message: borrowing DNS.Message, from side: Side, at moment: Moment) {
    guard let detail = Activity.Detail(asked: message) else { return nil }
    self.detail = detail
    id = message.header.id
    self.side = side
    self.moment = moment
  }

  /// Whether it is the same request as another, sent again.
  func repeats(_ message: borrowing DNS.Message) -> Bool {
    guard message.header.id == id else { return false }
    switch detail {
    case .dns(let lookup):
      return message.questions.first?.name == lookup.name
        && message.questions.first?.type.rawValue == lookup.type
    default: return true
    }
  }

  /// Whether a message with its identifier answers it: the question is repeated, or left out.
  func isAnswered(by message: borrowing DNS.Message) -> Bool {
    guard message.header.id == id else { return false }
    guard case .dns(let lookup) = detail, let question = message.questions.first else {
      return true
    }
    return question.type.rawValue == lookup.type
      && (question.name == lookup.name || question.name.lowercased() == lookup.name.lowercased())
  }

  /// Takes an answer; false while more of it is to come.
  mutating func take(answer message: borrowing DNS.Message, at moment: Moment) -> Bool {
    answered = moment
    switch detail {
    case .dns(var lookup):
      lookup.answers = message.answers.evidence
      lookup.isAuthoritative = message.header.isAuthoritative
      detail = .dns(lookup)
    case .dnsTransfer(var transfer):
      let records = message.answers
      transfer.recordCount += records.count
      transfer.rcode = message.rcode
      detail = .dnsTransfer(transfer)
      return message.rcode != 0 || records.isEmpty || isEnd(records, transfer)
    default: break
    }
    return true
  }

  /// A transfer begins and ends with the zone's SOA (RFC 5936 section 2.2); a lone one answers an
  /// incremental transfer that has nothing to tell (RFC 1995 section 4).
  private mutating func isEnd(_ records: [DNS.Record], _ transfer: DNSTransfer) -> Bool {
    guard let first = records.first, let last = records.last else { return true }
    if serial == nil, case .authority(_, _, let number) = first.data { serial = number }
    guard transfer.recordCount > 1 else { return transfer.isIncremental }
    guard case .authority(_, _, let number) = last.data else { return false }
    return number == serial
  }

  /// The activity, with the answer's code or, where none came, `unanswered`.
  func activity(_ parties: Parties, _ rcode: UInt16? = nil) -> Activity {
    let (source, target) = parties.route(from: side)
    var outcome = Activity.Outcome.unanswered
    if let rcode { outcome = rcode == 0 ? .success : .failure(code: UInt32(rcode)) }
    // A transfer whose end was not seen was granted nevertheless.
    if rcode == nil, answered != nil { outcome = .success }
    return Activity(
      time: moment.time, end: (answered ?? moment).time, source: source, target: target,
      transport: parties.transport, outcome: outcome,
      proof: Activity.Proof(
        capture: moment.capture, request: moment.packet, answer: answered?.packet ?? 0),
      detail: detail)
  }
}

extension Activity.Detail {
  /// What a request asks, or what an answer repeats of it.
  init?(asked message: borrowing DNS.Message) {
    guard let question = message.questions.first else { return nil }
    switch (message.header.opcode, question.type) {
    case (.update, _):
      self = .dnsUpdate(
        DNSUpdate(
          zone: question.name, records: message.authorities.evidence, isSigned: message.isSigned))
    case (.query, .axfr), (.query, .ixfr):
      self = .dnsTransfer(
        DNSTransfer(
          zone: question.name, isIncremental: question.type == .ixfr, recordCount: 0, rcode: 0))
    case (.query, _):
      self = .dns(
        DNSLookup(
          name: question.name, type: question.type.rawValue, answers: [], isAuthoritative: false))
    default: return nil
    }
  }
}

extension [DNS.Record] {
  /// Those that name hosts.
  fileprivate var evidence: [DNSRecord] {
    guard !isEmpty else { return [] }
    var records: [DNSRecord] = []
    records.reserveCapacity(Swift.min(count, Limits.recordsPerActivity))
    for record in self {
      guard records.count < Limits.recordsPerActivity else { break }
      if let evidence = DNSRecord(record) { records.append(evidence) }
    }
    return records
  }
}

extension DNSRecord {
  /// A record that names a host, or nil; what an update deletes has a name alone.
  fileprivate init?(_ record: DNS.Record) {
    self.init(
      name: record.name, type: record.type.rawValue, timeToLive: record.timeToLive, address: nil,
      target: nil)
    // RFC 2136 section 2.5: class NONE deletes the record, class ANY all of its type.
    let isDeletion = record.recordClass == 254 || record.recordClass == 255
    switch record.data {
    case .address(let value):
      if !isDeletion { address = Address(ipv4: value) }
    case .longAddress(let high, let low):
      if !isDeletion { address = Address(high: high, low: low) }
    case .name(let name), .service(_, _, _, let name):
      if !isDeletion { target = name }
    case .empty: break
    case .authority, .exchange, .transactionKey, .other: return nil
    }
  }
}
