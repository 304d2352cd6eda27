import Evidence
import Wire

/// A question, transfer or update that waits for its answer.
struct DNSRequest {
  let id: UInt16
  let side: Side
  let moment: Moment
  private let question: DNS.Question
  private var kind: Kind
  private var answered: Moment?

  fileprivate enum Kind {
    case lookup
    case transfer(Transfer)
    case update(records: [DNSRecord], isSigned: Bool)
  }

  /// How far a transfer has come.
  fileprivate struct Transfer {
    var isIncremental: Bool
    var recordCount = 0
    var rcode: UInt16 = 0
    /// The serial number of the zone.
    var serial: UInt32?
  }

  /// Nil for a message that asks nothing; an answer repeats what was asked.
  init?(_ message: borrowing DNS.Message, from side: Side, at moment: Moment) {
    guard let question = message.question else { return nil }
    switch (message.header.opcode, question.type) {
    case (.update, _):
      kind = .update(records: message.updates.evidence, isSigned: message.isSigned)
    case (.query, .axfr): kind = .transfer(Transfer(isIncremental: false))
    case (.query, .ixfr): kind = .transfer(Transfer(isIncremental: true))
    case (.query, _): kind = .lookup
    default: return nil
    }
    self.question = question
    id = message.header.id
    self.side = side
    self.moment = moment
  }

  /// Whether it is the same request as another, sent again.
  func repeats(_ message: borrowing DNS.Message) -> Bool {
    guard message.header.id == id, let other = message.question else { return false }
    return other.type == question.type && other.name == question.name
  }

  /// Whether a message with its identifier answers it: the question is repeated, or left out.
  func isAnswered(by message: borrowing DNS.Message) -> Bool {
    guard message.header.id == id else { return false }
    guard case .lookup = kind, let other = message.question else { return true }
    return other.type == question.type
      && (other.name == question.name || other.name.lowercased() == question.name.lowercased())
  }

  /// Takes a part of an answer; false while more of it is to come.
  mutating func take(answer message: borrowing DNS.Message, at moment: Moment) -> Bool {
    answered = moment
    guard case .transfer(var transfer) = kind else { return true }
    let isEnd = transfer.take(message.answers)
    transfer.rcode = message.rcode
    kind = .transfer(transfer)
    return message.rcode != 0 || isEnd
  }

  /// The activity with the message that answers, or without one.
  func activity(_ parties: Parties, _ answer: borrowing DNS.Message) -> Activity {
    let rcode = answer.rcode
    var activity = activity(parties)
    activity.outcome = rcode == 0 ? .success : .failure(code: UInt32(rcode))
    guard case .lookup = kind else { return activity }
    var lookup = DNSLookup(
      name: question.name, type: question.type.rawValue, answers: answer.answers.evidence,
      isAuthoritative: answer.header.isAuthoritative)
    for record in answer.answers {
      lookup.answerByteCount += record.place.count
      if case .signature(_, let count) = record.data {
        lookup.signatureByteCount = max(lookup.signatureByteCount ?? 0, count)
      }
    }
    activity.detail = .dns(lookup)
    return activity
  }

  /// The activity without an answer; a transfer whose end was not seen was granted nevertheless.
  func activity(_ parties: Parties) -> Activity {
    let (source, target) = parties.route(from: side)
    return Activity(
      time: moment.time, end: (answered ?? moment).time, source: source, target: target,
      transport: parties.transport, outcome: answered == nil ? .unanswered : .success,
      proof: Activity.Proof(
        capture: moment.capture, request: moment.packet, answer: answered?.packet ?? 0),
      detail: detail)
  }

  private var detail: Activity.Detail {
    switch kind {
    case .lookup:
      .dns(
        DNSLookup(
          name: question.name, type: question.type.rawValue, answers: [], isAuthoritative: false))
    case .transfer(let transfer):
      .dnsTransfer(
        DNSTransfer(
          zone: question.name, isIncremental: transfer.isIncremental,
          recordCount: transfer.recordCount, rcode: transfer.rcode))
    case .update(let records, let isSigned):
      .dnsUpdate(DNSUpdate(zone: question.name, records: records, isSigned: isSigned))
    }
  }
}

extension DNSRequest.Transfer {
  /// Counts records; true at the end of the transfer.
  ///
  /// It begins and ends with the zone's SOA (RFC 5936 section 2.2); a lone one answers an incremental
  /// transfer that has nothing to tell (RFC 1995 section 4).
  fileprivate mutating func take(_ records: [DNS.Record]) -> Bool {
    recordCount += records.count
    guard let first = records.first, let last = records.last else { return true }
    if serial == nil, case .authority(_, _, let number) = first.data { serial = number }
    guard recordCount > 1 else { return isIncremental }
    guard case .authority(_, _, let number) = last.data else { return false }
    return number == serial
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
    // RFC 2136 section 2.5: class NONE deletes the record, class ANY all of its type.
    let isDeletion = record.recordClass == 254 || record.recordClass == 255
    var address: Address?
    var target: String?
    switch record.data {
    case .address(let value):
      if !isDeletion { address = Address(ipv4: value) }
    case .longAddress(let high, let low):
      if !isDeletion { address = Address(high: high, low: low) }
    case .name(let name), .service(_, _, _, let name), .binding(_, let name):
      if !isDeletion { target = name }
    case .empty: break
    case .authority, .exchange, .signature, .transactionKey, .other: return nil
    }
    self.init(
      name: record.name, type: record.type.rawValue, timeToLive: record.timeToLive,
      address: address, target: target)
    self.isDeletion = isDeletion
  }
}
