import CCompression

/// The octets of a gzip or zstd file, decompressed block by block.
///
/// gzip (RFC 1952) may have several members, zstd (RFC 8878) several frames and frames to be skipped
/// over. Output is bounded by the caller's buffer, so that a file that would unfold to terabytes
/// costs no memory.
final class Decompressor {
  private var input: [UInt8]
  /// Octets of `input` that came, and how many of them were used.
  private var inputCount: Int
  private var inputPosition = 0
  private let engine: Engine
  /// Whether a member or frame has begun and not ended.
  private var isInside = false
  private var hasEnded = false

  private enum Engine {
    case gzip(GzipStream)
    case zstd(ZstdStream)
  }

  /// Why no octet came.
  enum State {
    /// Compressed octets are needed.
    case hungry
    case damaged(String)
  }

  /// What a decoder did with a piece.
  struct Step {
    var taken = 0
    var given = 0
    /// Whether a member or frame ended with the last octet taken.
    var isComplete = false
    var isDamaged = false
  }

  /// Octets that are read of the file at a time.
  private static let blockByteCount = 64 << 10

  /// Takes a file that begins with these four octets; nil for one that is not compressed, or where
  /// there is no memory for the decoder.
  init?(beginning: [UInt8]) {
    guard beginning.count == 4 else { return nil }
    let word = beginning.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    if word & 0x00FF_FFFF == Decompressor.gzipMagic {
      guard let stream = GzipStream() else { return nil }
      engine = .gzip(stream)
    } else if Decompressor.isZstd(word) {
      guard let stream = ZstdStream() else { return nil }
      engine = .zstd(stream)
    } else {
      return nil
    }
    input = beginning
    inputCount = beginning.count
  }

  /// RFC 1952 section 2.3.1: two octets, then deflate as the method.
  private static let gzipMagic: UInt32 = 0x0008_8B1F

  /// RFC 8878 sections 3.1.1 and 3.1.2: a frame, or one of the sixteen that are skipped over.
  private static func isZstd(_ word: UInt32) -> Bool {
    word == 0xFD2F_B528 || word & 0xFFFF_FFF0 == 0x184D_2A50
  }

  private var name: String {
    switch engine {
    case .gzip: "gzip"
    case .zstd: "zstd"
    }
  }

  /// What is missing if no octet follows; nil where the data is whole.
  var missing: String? {
    // A few octets of a next member are none.
    isInside || inputPosition < inputCount ? "the \(name) data ends too early" : nil
  }

  /// Space to read compressed octets into, all of which were used; to be given back by `feed`.
  func takeSpace() -> [UInt8] {
    var space: [UInt8] = []
    swap(&space, &input)
    inputPosition = 0
    inputCount = 0
    guard space.count < Decompressor.blockByteCount else { return space }
    return Array(repeating: 0, count: Decompressor.blockByteCount)
  }

  /// Takes the next `count` compressed octets.
  func feed(_ octets: consuming [UInt8], count: Int) {
    input = octets
    inputCount = count
  }

  /// Decompresses into `buffer` from `start`; returns how many octets came and, where none did, why.
  func decompress(into buffer: inout [UInt8], at start: Int) -> (count: Int, state: State) {
    while inputPosition < inputCount {
      if hasEnded {
        // Tapes and some writers fill up with zeros: gzip(1) takes them as the end too.
        guard input[inputPosition] == 0 else {
          return (0, .damaged("octets that are no \(name) data follow it"))
        }
        inputPosition += 1
        continue
      }
      if !isInside, case .gzip = engine, input[inputPosition] == 0 {
        hasEnded = true
        continue
      }
      isInside = true
      let step = step(into: &buffer, at: start)
      inputPosition += step.taken
      if step.isComplete { isInside = false }
      if step.given > 0 { return (step.given, .hungry) }
      guard !step.isDamaged else { return (0, .damaged("the \(name) data is damaged")) }
    }
    // What the decoder still holds needs no further octets.
    let step = isInside ? step(into: &buffer, at: start) : Step()
    if step.isComplete { isInside = false }
    return (step.given, .hungry)
  }

  private func step(into buffer: inout [UInt8], at start: Int) -> Step {
    switch engine {
    case .gzip(let stream): stream.step(input, inputPosition..<inputCount, &buffer, start)
    case .zstd(let stream): stream.step(input, inputPosition..<inputCount, &buffer, start)
    }
  }
}

/// One gzip decoder of zlib.
@safe private final class GzipStream {
  // SAFETY: zlib remembers the address, which stays until deinit; nobody else has it.
  private let stream: UnsafeMutablePointer<z_stream>
  private var isFresh = true

  /// 15 bits are the largest window; 16 more say gzip rather than zlib.
  private static let windowBits: Int32 = 15 + 16

  init?() {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    let result = unsafe inflateInit2_(
      stream, GzipStream.windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard result == Z_OK else {
      unsafe stream.deallocate()
      return nil
    }
  }

  deinit {
    _ = unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  func step(
    _ input: [UInt8], _ range: Range<Int>, _ output: inout [UInt8], _ start: Int
  ) -> Decompressor.Step {
    var step = Decompressor.Step()
    if !isFresh {
      _ = unsafe inflateReset(stream)
      isFresh = true
    }
    // SAFETY: zlib reads within `range` and writes from `start` to the end of `output`, and is
    // given new pointers before it is called again.
    let result = unsafe input.withUnsafeBufferPointer { octets in
      unsafe output.withUnsafeMutableBufferPointer { space in
        let source = unsafe octets.baseAddress.map { unsafe $0 + range.lowerBound }
        unsafe stream.pointee.next_in = unsafe UnsafeMutablePointer(mutating: source)
        unsafe stream.pointee.avail_in = UInt32(clamping: range.count)
        unsafe stream.pointee.next_out = unsafe space.baseAddress.map { unsafe $0 + start }
        unsafe stream.pointee.avail_out = UInt32(clamping: space.count - start)
        let result = unsafe inflate(stream, Z_NO_FLUSH)
        step.taken = range.count - Int(unsafe stream.pointee.avail_in)
        step.given = space.count - start - Int(unsafe stream.pointee.avail_out)
        return result
      }
    }
    switch result {
    // Z_BUF_ERROR says only that there is nothing to do now.
    case Z_OK, Z_BUF_ERROR: break
    case Z_STREAM_END:
      step.isComplete = true
      isFresh = false
    default: step.isDamaged = true
    }
    return step
  }
}

/// One zstd decoder.
@safe private final class ZstdStream {
  // SAFETY: freed in deinit, and used by nobody else. The window is limited by the library to
  // 128 MiB, what zstd(1) itself accepts.
  private let stream: OpaquePointer

  init?() {
    guard let created = unsafe ZSTD_createDStream() else { return nil }
    unsafe stream = created
    _ = unsafe ZSTD_initDStream(created)
  }

  deinit { _ = unsafe ZSTD_freeDStream(stream) }

  func step(
    _ input: [UInt8], _ range: Range<Int>, _ output: inout [UInt8], _ start: Int
  ) -> Decompressor.Step {
    var step = Decompressor.Step()
    // SAFETY: zstd reads within `range` and writes from `start` to the end of `output`; it keeps
    // neither pointer.
    let result = unsafe input.withUnsafeBytes { octets in
      unsafe output.withUnsafeMutableBytes { space in
        var source = unsafe ZSTD_inBuffer(
          src: octets.baseAddress, size: range.upperBound, pos: range.lowerBound)
        var target = unsafe ZSTD_outBuffer(dst: space.baseAddress, size: space.count, pos: start)
        let result = unsafe ZSTD_decompressStream(stream, &target, &source)
        step.taken = unsafe source.pos - range.lowerBound
        step.given = unsafe target.pos - start
        return result
      }
    }
    step.isDamaged = ZSTD_isError(result) != 0
    step.isComplete = result == 0
    return step
  }
}
