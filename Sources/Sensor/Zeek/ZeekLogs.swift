import Evidence

/// The logs that Zeek's users know, written from the lines of `decode`.
///
/// Lines are messages and rows are requests with their answers, so they are paired here, by the
/// numbers that the protocols give their messages. Rows come in the order in which they are complete;
/// what was never answered comes when its conversation is over. Bounded like the sensor itself.
public struct ZeekLogs {
  private var logs = Dictionary(
    uniqueKeysWithValues: ZeekLog.Kind.allCases.map { ($0, ZeekLog($0)) })
  /// Conversations of which something was said lately, and of which nothing was for a while.
  private var young: [Key: ZeekConversation] = [:]
  private var old: [Key: ZeekConversation] = [:]
  private var count: UInt64 = 0

  /// Conversations of one age: two ages are held, about as many as one thread's lanes hold.
  private static let limit = 65_536

  /// Both endpoints, in an order of their own.
  private struct Key: Hashable {
    let transport: String
    let low: String
    let high: String

    init(_ line: DecodedLine) {
      transport = line.text("transport") ?? ""
      let source = "\(line.text("src") ?? "") \(line.number("sport") ?? 0)"
      let target = "\(line.text("dst") ?? "") \(line.number("dport") ?? 0)"
      low = min(source, target)
      high = max(source, target)
    }
  }

  public init() {}

  /// The names of the logs, without `.log`.
  public static var names: [String] { ZeekLog.Kind.allCases.map(\.rawValue) }

  /// Takes lines of `decode`.
  public mutating func take(_ lines: [UInt8]) {
    DecodedLine.forEach(in: lines.span) { take($0) }
  }

  /// Ends every conversation and log.
  public mutating func finish() {
    for conversation in [old, young].flatMap(\.values).sorted(by: { $0.number < $1.number }) {
      end(conversation)
    }
    old = [:]
    young = [:]
    for kind in ZeekLog.Kind.allCases { logs[kind]?.close() }
  }

  /// What was written since the last call, by the name of its log; logs without rows are absent.
  public mutating func takeText() -> [(name: String, bytes: [UInt8])] {
    var texts: [(name: String, bytes: [UInt8])] = []
    for kind in ZeekLog.Kind.allCases {
      let bytes = logs[kind]?.takeBytes() ?? []
      if !bytes.isEmpty { texts.append((kind.rawValue, bytes)) }
    }
    return texts
  }

  mutating func write(_ row: ZeekLog.Row) { logs[row.kind]?.add(row) }

  // MARK: - Conversations

  private mutating func take(_ line: DecodedLine) {
    guard let proto = line.text("proto"), let time = line.time else { return }
    let conversation = conversation(of: line, at: time)
    switch proto {
    case "kerberos": takeKerberos(line, conversation, at: time)
    case "ntlmssp": takeNTLM(line, conversation, at: time)
    case "dns": takeDNS(line, conversation, at: time)
    case "dcerpc": takeRPC(line, conversation, at: time)
    case "smb": takeSMB(line, conversation, at: time)
    case "ldap", "cldap": takeLDAP(line, conversation, at: time)
    default: break
    }
  }

  private mutating func conversation(
    of line: DecodedLine, at time: Instant
  ) -> ZeekConversation {
    let key = Key(line)
    if let known = young[key] ?? old.removeValue(forKey: key) {
      let idle = time.seconds - known.time.seconds
      let limit = known.transport == "tcp" ? Limits.tcpIdleSeconds : Limits.udpIdleSeconds
      if idle <= limit {
        known.time = max(known.time, time)
        young[key] = known
        return known
      }
      end(known)
    }
    if young.count >= Self.limit {
      for conversation in old.values.sorted(by: { $0.number < $1.number }) { end(conversation) }
      old = young
      young = [:]
    }
    count += 1
    let new = ZeekConversation(line, isRequest: line.isRequest, number: count, at: time)
    young[key] = new
    return new
  }

  /// Writes what was not answered: of remote calls and shares, Zeek writes only what was.
  private mutating func end(_ conversation: ZeekConversation) {
    for row in conversation.takeWaiting() where row.kind != .rpc { write(row) }
  }

  /// Keeps a row for its answer.
  mutating func wait(_ row: ZeekLog.Row, key: Int64, in conversation: ZeekConversation) {
    if let oldest = conversation.wait(row, key: key), oldest.kind != .rpc { write(oldest) }
  }
}

extension DecodedLine {
  /// When the message was complete.
  var time: Instant? {
    guard let text = text("ts") else { return nil }
    let parts = text.split(separator: ".")
    guard parts.count == 2, let seconds = Int64(parts[0]), let fraction = Int64(parts[1]) else {
      return nil
    }
    return Instant(seconds: seconds, nanoseconds: fraction)
  }

  /// Whether a client sends such a message.
  fileprivate var isRequest: Bool {
    if let isResponse = flag("response") { return !isResponse }
    if let response = number("qr") { return response == 0 }
    if let type = number("type"), text("proto") == "ntlmssp" { return type != 2 }
    if let kind = text("ptype") {
      return ["request", "bind", "alter_context", "auth3"].contains(kind)
    }
    if let operation = text("op") {
      return !(operation.hasSuffix("Response") || operation.hasPrefix("searchRes"))
    }
    if let message = text("msg") { return message.hasSuffix("REQ") }
    // The lower port is the server's.
    return (number("sport") ?? 0) >= (number("dport") ?? 0)
  }
}
