import Evidence
import Wire

/// A session of one SMB connection: who logged on, and whether it can be read from there on.
final class SMBSessionState {
  var tokens: SecurityTokens
  /// An account named outside of tokens, as SMB1 without extended security does.
  var plainAccount: AccountName?
  /// When its first request was seen.
  var begun: Moment
  /// Whether the server's verdict was said.
  var isSettled = false
  /// Whether it encrypts from here on.
  var isEncrypted = false
  var isGuest = false

  init(_ carrier: Carrier, begun: Moment) {
    tokens = SecurityTokens(carrier: carrier)
    self.begun = begun
  }

  var account: AccountName? { tokens.account ?? plainAccount }
  /// The ticket that opened it, as activities carry it.
  var ticket: TicketMark? { tokens.ticket.map { TicketMark($0.fingerprint) } }
}

/// An open file or pipe.
final class SMBOpenFile {
  /// The connection it was opened on.
  let parties: Parties
  /// As the request named it; nil where it was opened before the capture began.
  let name: String?
  /// `\\server\share`; empty where the connection of the share was not seen.
  let tree: String
  /// Nil where the connection of the share was not seen: its octets tell.
  let isPipe: Bool?
  /// Calls over the pipe.
  var connection: RPCConnection?
  /// Octets of fragments that a read or a write did not end, by side.
  var clientPart: [UInt8] = []
  var serverPart: [UInt8] = []
  /// What was said about it: reads and writes are said once.
  var said: Set<SMBFile.Action> = []
  /// The name that lines of `decode` give it where no request named it, as the yardstick does: it
  /// was opened by an answer whose request was not seen.
  static let unnamed = "[unknown]"
  /// Whether it was opened so.
  var isUnnamed = false
  /// What lines of `decode` call it.
  var lineName: String? { name ?? (isUnnamed ? Self.unnamed : nil) }
  /// Whether opening it made it.
  var wasCreated = false
  /// Whether closing it removes it.
  var isDeletedOnClose = false

  init(_ parties: Parties, name: String?, tree: String, isPipe: Bool?) {
    self.parties = parties
    self.name = name
    self.tree = tree
    self.isPipe = isPipe
  }

  /// Whether a share is the one for pipes.
  static func isPipeShare(_ path: String) -> Bool { path.lowercased().hasSuffix("ipc$") }
}

extension SMBOpenFile {
  /// Reads what travels over the pipe; fragments may be cut anywhere between reads and writes.
  ///
  /// `connection` must have been made by ``connect(_:_:)``.
  func takePipe(
    _ bytes: Span<UInt8>, from side: Side, at moment: Moment, into output: inout Output
  ) {
    guard let connection else { return }
    let part = side == .client ? clientPart : serverPart
    var rest: [UInt8] = []
    if part.isEmpty {
      let consumed = connection.takeAll(bytes, from: side, at: moment, into: &output)
      rest = Array(bytes, from: consumed)
    } else {
      let whole = part + Array(bytes, from: 0)
      let consumed = connection.takeAll(whole.span, from: side, at: moment, into: &output)
      rest = Array(whole.span, from: consumed)
    }
    if rest.count > DCERPC.Limits.fragment { rest = [] }
    if side == .client { clientPart = rest } else { serverPart = rest }
  }

  /// Makes the pipe ready for octets that arrive; nil where they are no calls.
  ///
  /// `protocolName` is smb1 or smb2.
  func connect(_ bytes: borrowing ByteReader, _ protocolName: String) -> RPCConnection? {
    if let connection { return connection }
    guard DCERPC.Header.isPlausible(bytes) else { return nil }
    let carriage = RPCConnection.Carriage(name: "\(protocolName)-pipe", pipe: name)
    let made = RPCConnection(carriage, parties)
    if isUnnamed { made.transactionName = Self.unnamed }
    connection = made
    return made
  }
}

extension RPCConnection {
  /// Reads the whole fragments at the front; how many octets they were.
  fileprivate func takeAll(
    _ bytes: Span<UInt8>, from side: Side, at moment: Moment, into output: inout Output
  ) -> Int {
    var consumed = 0
    while consumed < bytes.count {
      let rest = bytes.extracting(consumed..<bytes.count)
      switch RPCFraming.next(rest) {
      case .whole(let count):
        take(rest.extracting(first: count), from: side, at: moment, into: &output)
        consumed += count
      case .incomplete: return consumed
      case .noise: return bytes.count
      }
    }
    return consumed
  }
}

extension Array<UInt8> {
  /// The octets of `span` from `start`, copied.
  fileprivate init(_ span: Span<UInt8>, from start: Int) {
    self = []
    guard start < span.count else { return }
    reserveCapacity(span.count - start)
    for index in start..<span.count { append(span[index]) }
  }
}
