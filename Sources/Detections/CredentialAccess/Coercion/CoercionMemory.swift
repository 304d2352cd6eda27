import Evidence

/// A call that makes its server look at another host, as each coercion detection recognises it.
struct CoercionCall: Hashable, Sendable {
  /// The operation, as an explanation names it.
  var operation: String
  /// What the server is told to look at; nil where it cannot be read.
  var path: String?
  /// The host in it.
  var host: String?
  var use: Use

  /// Who makes the call where nobody attacks.
  enum Use: Hashable, Sendable {
    /// Nobody, with another host's name.
    case coercive
    /// Consoles, with their own computer's name, and the server logs on to them.
    case console
    /// Every client, with its own name or with names that administrators choose.
    case ordinary
  }
}

/// What the coercion detections share: which calls were made at which server, and which servers
/// went on to log on to somebody else.
///
/// A coerced server connects within milliseconds and logs on as itself. Calls and connections may
/// be reported in either order, because a call is answered after the connection failed.
struct CoercionMemory: Sendable {
  /// After a call, a server that was coerced connects at once, unless it first tries WebDAV.
  static let answerSpan = Instant.Span.seconds(10)
  static let kinds: [Activity.Kind] = [.rpc, .smbTree, .smbSession, .ntlm, .kerberosAP]

  static let answerThreshold = Card.Threshold(
    "answerSeconds", 10, "a coerced server connects within milliseconds, by WebDAV within seconds")

  private struct Logon: Hashable, Sendable {
    var listener: Address
    var wasAccepted: Bool
  }
  private struct Made: Hashable, Sendable {
    var call: CoercionCall
    var source: Address
    var account: AccountName?
    var isController: Bool
    /// Whether the host named is another than the caller; nil where none is named.
    var isForeign: Bool?
  }

  /// Calls by the server at which they were made.
  private var calls = Window<Address, Made>(span: answerSpan, entries: 16, total: 4096)
  /// Who logged on to whom.
  private var logons = Window<Address, Logon>(span: answerSpan, entries: 16, total: 8192)
  /// By which names a server's clients call it.
  private var names = Window<Address, String>(span: .hours(24), entries: 16, total: 8192)

  var evictions: UInt64 { calls.evictions + logons.evictions + names.evictions }

  /// Takes in an activity; `call` is what the detection makes of a call.
  mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ call: (RPCCall) -> CoercionCall?, _ findings: inout [Finding]
  ) {
    let source = activity.source.address
    let target = activity.target.address
    switch activity.detail {
    case .smbTree(let tree):
      if let host = RemotePath.host(of: tree.path) {
        names.addOnce(host.lowercased(), for: target, at: activity.time, activity.proof)
      }
    case .smbSession, .ntlm, .kerberosAP:
      guard source != target else { return }
      let logon = Logon(listener: target, wasAccepted: activity.outcome == .success)
      logons.addOnce(logon, for: source, at: activity.time, activity.proof)
      answer(logon, activity, knowledge, &findings)
    case .rpc(let request):
      guard source != target, let made = call(request),
        !knowledge.isControllerHost(source, at: activity.time)
      else { return }
      judge(made, request, activity, knowledge, &findings)
    default: return
    }
  }

  // MARK: - Deciding

  private mutating func judge(
    _ made: CoercionCall, _ request: RPCCall, _ activity: borrowing Activity,
    _ knowledge: borrowing Knowledge, _ findings: inout [Finding]
  ) {
    let moment = activity.time
    let server = activity.target.address
    let record = Made(
      call: made, source: activity.source.address, account: activity.account,
      isController: knowledge.isControllerHost(server, at: moment),
      isForeign: made.host.map { !isSame($0, activity.source.address, moment, knowledge) })
    if let host = made.host, isSame(host, server, moment, knowledge) { return }
    calls.add(record, for: server, at: moment, activity.proof)
    let back = logons.entries(for: server).last {
      moment.since($0.time).magnitude <= Self.answerSpan
        && isListener($0.value.listener, record, $0.time, knowledge)
    }
    guard let verdict = Self.verdict(record, back?.value) else { return }
    var finding = Finding(verdict.severity, verdict.confidence, of: activity, knowledge)
    finding.explanation = text(made, finding, activity.wasRefused)
    finding.pieces = [Finding.Piece(activity, Self.summary(made))]
    if let back {
      let listener = knowledge.source(back.value.listener, at: back.time).text
      finding.explanation += " \(finding.object) then logged on to \(listener)."
      finding.pieces.append(
        Finding.Piece(back.proof, back.time, "the server logs on to \(back.value.listener)"))
    }
    findings.append(finding)
  }

  /// How grave a call is, with the logon that followed it, if one did; nil where it says nothing.
  private static func verdict(
    _ made: Made, _ back: Logon?
  ) -> (severity: Alert.Severity, confidence: Double)? {
    switch made.call.use {
    case .coercive:
      if back != nil { return (.high, 0.95) }
      if made.call.host != nil { return (.high, 0.85) }
      // What cannot be read is judged by the operation, which no client makes at a controller.
      return made.isController ? (.medium, 0.6) : nil
    case .console:
      // No client gives another computer's name than its own.
      if made.isForeign == true { return (.high, 0.9) }
      if made.isController { return back == nil ? (.medium, 0.6) : (.high, 0.9) }
      // A client takes the server's call; who only wants its logon refuses it.
      guard let back else { return nil }
      return back.wasAccepted ? (.low, 0.4) : (.high, 0.75)
    case .ordinary:
      guard let back, made.isController, !back.wasAccepted else { return nil }
      return (.medium, 0.6)
    }
  }

  /// Judges a server that logs on to somebody: it may have been told to.
  private mutating func answer(
    _ logon: Logon, _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    let server = activity.source.address
    guard
      let made = calls.entries(for: server).last(where: {
        activity.time.since($0.time).magnitude <= Self.answerSpan
          && isListener(logon.listener, $0.value, activity.time, knowledge)
      }), let verdict = Self.verdict(made.value, logon)
    else { return }
    let source = knowledge.source(made.value.source, at: made.time)
    var finding = Finding(
      time: activity.time, severity: verdict.severity,
      confidence: verdict.confidence * source.trust, explanation: "", source: source)
    finding.accounts = made.value.account.map { [knowledge.party($0)] } ?? []
    finding.targets = [knowledge.target(server, at: made.time)]
    let listener = knowledge.source(logon.listener, at: activity.time).text
    finding.explanation =
      text(made.value.call, finding, false)
      + " \(finding.object) then logged on to \(listener)."
    finding.pieces = [
      Finding.Piece(made.proof, made.time, Self.summary(made.value.call)),
      Finding.Piece(activity, "the server logs on to \(logon.listener)"),
    ]
    calls.forget(server)
    findings.append(finding)
  }

  /// Whether a logon goes where the call sent it: to the caller, or to the host it named.
  private func isListener(
    _ listener: Address, _ made: Made, _ moment: Instant, _ knowledge: borrowing Knowledge
  ) -> Bool {
    guard !knowledge.isController(listener) else { return false }
    if listener == made.source { return true }
    return made.call.host.map { isSame($0, listener, moment, knowledge) } ?? false
  }

  /// Whether a host's name, or address, is that of the computer at an address.
  private func isSame(
    _ host: String, _ address: Address, _ moment: Instant, _ knowledge: borrowing Knowledge
  ) -> Bool {
    let lower = host.lowercased()
    if lower == "localhost" || lower == "127.0.0.1" || lower == "." { return true }
    if let other = Address(lower) { return other == address }
    let name = ComputerName(lower)
    if names.entries(for: address).contains(where: { entry in
      entry.value == lower
        || name.flatMap { one in ComputerName(entry.value).map { $0.isSame(as: one) } } ?? false
    }) {
      return true
    }
    guard let name, case .resolved(let claim) = knowledge.computer(at: address, moment),
      let known = ComputerName(claim.name)
    else { return false }
    return known.isSame(as: name)
  }

  // MARK: - What is said

  private static func summary(_ made: CoercionCall) -> String {
    made.path.map { "\(made.operation): \($0)" } ?? made.operation
  }

  private func text(
    _ made: CoercionCall, _ finding: Finding, _ wasRefused: Bool
  ) -> String {
    var text = "\(finding.actor) called \(made.operation) at \(finding.object)"
    if let path = made.path { text += " with \(path)" }
    text +=
      ", which makes the server log on to another host as itself; whoever answers there can "
      + "relay that logon, or crack it."
    if made.path == nil { text += " The path cannot be read: the operation decides." }
    if wasRefused { text += " The call returned an error, which it does after the logon too." }
    return text
  }
}

extension Instant.Span {
  /// Without its sign.
  var magnitude: Instant.Span {
    Instant.Span(nanoseconds: Int64(clamping: nanoseconds.magnitude))
  }
}
