import Wire

/// What signed buffers began and the next ones go on with: a security layer cuts a long answer where
/// it likes (RFC 4422 section 3.7).
struct LDAPPieces {
  private var client: [UInt8] = []
  private var server: [UInt8] = []

  /// Whether a message of that side has begun.
  func goesOn(_ side: Side) -> Bool { side == .client ? !client.isEmpty : !server.isEmpty }

  /// The beginning of a message, handed over.
  mutating func take(_ side: Side) -> [UInt8] {
    var piece: [UInt8] = []
    if side == .client { swap(&piece, &client) } else { swap(&piece, &server) }
    return piece
  }

  /// Keeps the octets from `start` on, where there are any and not too many.
  mutating func keep(_ bytes: Span<UInt8>, from start: Int, _ side: Side) {
    guard start < bytes.count, bytes.count - start <= Limits.heldBytesPerDirection else { return }
    var piece: [UInt8] = []
    piece.append(bytes, from: start, count: bytes.count - start)
    if side == .client { client = piece } else { server = piece }
  }
}
