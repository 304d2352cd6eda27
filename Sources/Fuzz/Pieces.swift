/// An input taken apart at marks: four octets that nothing else has, then three that say what the
/// piece is, then its octets.
///
/// Marks rather than lengths, so that the fuzzer may lengthen a piece without moving the others.
struct Pieces {
  private let octets: [UInt8]
  private var place = 0

  /// `FUZZ` without its highest bits.
  static let mark: [UInt8] = [0xC6, 0xD5, 0xDA, 0x5A]
  /// Pieces of one input: enough for any conversation worth trying.
  private static let limit = 64
  private var count = 0

  /// One piece: its control octets and what it carries.
  struct Piece {
    var control: (UInt8, UInt8, UInt8)
    var octets: ArraySlice<UInt8>

    /// Which of the two sides sends it.
    var isFromServer: Bool { control.0 & 1 == 1 }
  }

  init(_ octets: [UInt8]) { self.octets = octets }

  /// The next piece; nil at the end.
  mutating func next() -> Piece? {
    guard count < Pieces.limit, place + 3 <= octets.count else { return nil }
    count += 1
    let control = (octets[place], octets[place + 1], octets[place + 2])
    let start = place + 3
    var end = start
    while end < octets.count, !isMark(at: end) { end += 1 }
    place = min(end + Pieces.mark.count, octets.count)
    return Piece(control: control, octets: octets[start..<end])
  }

  private func isMark(at index: Int) -> Bool {
    guard octets[index] == Pieces.mark[0], index + 4 <= octets.count else { return false }
    return octets[index + 1] == Pieces.mark[1] && octets[index + 2] == Pieces.mark[2]
      && octets[index + 3] == Pieces.mark[3]
  }
}
