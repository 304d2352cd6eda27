import Evidence

/// What is remembered of one conversation, so that a row can hold a request and its answer.
final class ZeekConversation {
  /// A row that waits for its answer.
  struct Waiting {
    /// What pairs it: a message's number, or a kind of exchange.
    let key: Int64
    var row: ZeekLog.Row
  }

  /// Its age among all conversations of the run.
  let number: UInt64
  let uid: String
  let client: String
  let clientPort: Int64
  let server: String
  let serverPort: Int64
  let transport: String
  /// When it last said something.
  var time: Instant
  private(set) var waiting: [Waiting] = []
  /// What the server's NTLM challenge named.
  var challenge = Challenge()
  /// What was bound to which pipe or port, the last at the end.
  var bindings: [Binding] = []

  /// A bind, and the secondary address of its answer once that was seen.
  struct Binding {
    let callID: Int64
    let interfaces: [String]
    var address: String?
  }

  struct Challenge {
    var computer: String?
    var dnsComputer: String?
    var tree: String?
  }

  /// From its first message; `isRequest` tells whether the client sent it.
  init(_ line: DecodedLine, isRequest: Bool, number: UInt64, at time: Instant) {
    self.number = number
    self.time = time
    transport = line.text("transport") ?? ""
    client = line.text(isRequest ? "src" : "dst") ?? ""
    clientPort = line.number(isRequest ? "sport" : "dport") ?? 0
    server = line.text(isRequest ? "dst" : "src") ?? ""
    serverPort = line.number(isRequest ? "dport" : "sport") ?? 0
    var hash = StableHash()
    for text in [transport, client, server] { hash.add(text) }
    hash.add(clientPort)
    hash.add(serverPort)
    hash.add(time.nanoseconds)
    uid = Self.uid(hash.finish())
  }

  /// `C` and the hash in base 62, as Zeek writes its identifiers: 17 digits hold 96 bits and more.
  private static func uid(_ hash: (high: UInt64, low: UInt64)) -> String {
    let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
    var number = UInt128(hash.high) << 64 | UInt128(hash.low)
    var digits: [UInt8] = [UInt8(ascii: "C")]
    for _ in 0..<17 {
      digits.append(alphabet[Int(truncatingIfNeeded: number % 62)])
      number /= 62
    }
    return String(decoding: digits, as: UTF8.self)
  }

  /// Keeps a row for its answer; where too many wait, the oldest comes out as it is.
  func wait(_ row: ZeekLog.Row, key: Int64) -> ZeekLog.Row? {
    waiting.append(Waiting(key: key, row: row))
    return waiting.count > Limits.pendingRequests ? waiting.removeFirst().row : nil
  }

  /// Takes out the oldest row of a log that waits under a key, or under any.
  func answered(_ kind: ZeekLog.Kind, key: Int64? = nil) -> Waiting? {
    let place = waiting.firstIndex { $0.row.kind == kind && (key == nil || $0.key == key) }
    return place.map { waiting.remove(at: $0) }
  }

  /// Changes the oldest row of a log that waits under a key, in its place.
  func change(_ kind: ZeekLog.Kind, key: Int64, _ body: (inout ZeekLog.Row) -> Void) {
    let place = waiting.firstIndex { $0.row.kind == kind && $0.key == key }
    if let place { body(&waiting[place].row) }
  }

  /// Takes out what still waits.
  func takeWaiting() -> [ZeekLog.Row] {
    defer { waiting.removeAll() }
    return waiting.map(\.row)
  }
}
