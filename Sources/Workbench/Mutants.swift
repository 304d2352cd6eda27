import Correlation
import Detections
import Evidence
import Glibc
import Monitor
import Sensor

/// Damaged captures: whole files with bits flipped, packets cut, doubled, swapped and re-sized.
///
/// A trap ends the process and leaves the mutant behind, which is the proof and the next test.
struct Mutants {
  let paths: [String]
  let count: Int
  let seed: UInt64
  /// Where the mutant of the moment lies: memory where the system has it.
  private let mutantPath = "/dev/shm/crosswatch-mutant-\(getpid()).pcap"

  func run() async throws {
    var random = SplitMix(state: seed)
    var originals: [[UInt8]] = []
    for path in paths { originals.append(try read(path)) }
    var messages: UInt64 = 0
    var refused = 0
    for number in 0..<count {
      var bytes = originals[number % originals.count]
      // Most damage is inside packets: a file whose framing is lost is not read far.
      if random.below(8) > 0, var packets = ClassicCapture(bytes) {
        for _ in 0...random.below(16) { packets.mutate(&random) }
        bytes = packets.bytes
      } else {
        for _ in 0...random.below(4) { mutate(&bytes, &random) }
      }
      try write(bytes)
      do {
        var decoder = try Decoder(paths: [mutantPath])
        while try decoder.next() != nil {}
        messages += decoder.coverage.messages
        let analysis = Analysis(correlator: Correlator(), engine: DetectionEngine())
        var replay = try Replay(paths: [mutantPath], analysis: analysis)
        _ = try await replay.run()
      } catch is CaptureFailure {
        refused += 1
      }
    }
    _ = unsafe unlink(mutantPath)
    FileHandle.standardOutput.write(
      Array(
        ("\(count) mutants of \(paths.count) captures, seed \(seed): no trap, \(refused) refused, "
          + "\(messages) messages read\n").utf8))
  }

  // MARK: - Damage

  private func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix) {
    // The file's own header mostly stays, or nothing behind it would be reached.
    let start = random.below(50) == 0 ? 0 : min(24, bytes.count)
    guard bytes.count > start else { return }
    let place = start + random.below(bytes.count - start)
    switch random.below(8) {
    case 0: bytes[place] ^= 1 << UInt8(random.below(8))
    case 1: bytes[place] = [0, 1, 0x7F, 0x80, 0xFF][random.below(5)]
    case 2: for index in place..<min(place + 4, bytes.count) { bytes[index] = 0xFF }
    case 3: bytes.removeSubrange(place..<min(place + 1 + random.below(64), bytes.count))
    case 4: bytes.removeLast(random.below(bytes.count - start))
    case 5:
      let piece = bytes[place..<min(place + 1 + random.below(256), bytes.count)]
      bytes.insert(contentsOf: Array(piece), at: start + random.below(bytes.count - start))
    case 6: bytes[place] &+= 1
    default:
      for _ in 0..<(1 + bytes.count / 200) {
        let other = start + random.below(bytes.count - start)
        bytes[other] = UInt8(truncatingIfNeeded: random.next())
      }
    }
  }

  // MARK: - Files

  private func read(_ path: String) throws -> [UInt8] {
    let file = try MutantFile(path, O_RDONLY)
    var bytes = [UInt8](repeating: 0, count: 8 << 20)
    var count = 0
    while count < bytes.count {
      // SAFETY: the pointer is used inside the closure only, for octets within the array's count.
      let got = unsafe bytes.withUnsafeMutableBytes { raw in
        unsafe Glibc.read(
          file.descriptor, raw.baseAddress.map { unsafe $0 + count }, raw.count - count)
      }
      guard got > 0 else { break }
      count += got
    }
    return Array(bytes.prefix(count))
  }

  private func write(_ bytes: [UInt8]) throws {
    let file = try MutantFile(mutantPath, O_WRONLY | O_CREAT | O_TRUNC)
    FileHandle.write(bytes, to: file.descriptor)
  }
}

/// A little-endian classic capture, taken apart into its packets.
private struct ClassicCapture {
  private let header: [UInt8]
  private var packets: [[UInt8]] = []

  /// Nil for other formats.
  init?(_ bytes: [UInt8]) {
    guard bytes.count > 24, bytes[0] == 0xD4 || bytes[0] == 0x4D,
      bytes[1] == 0xC3 || bytes[1] == 0x3C
    else { return nil }
    header = Array(bytes[..<24])
    var place = 24
    while place + 16 <= bytes.count {
      let length = (0..<4).reduce(0) { $0 | Int(bytes[place + 8 + $1]) << (8 * $1) }
      guard length <= bytes.count - place - 16 else { break }
      packets.append(Array(bytes[place..<(place + 16 + length)]))
      place += 16 + length
    }
    guard !packets.isEmpty else { return nil }
  }

  var bytes: [UInt8] { header + packets.joined() }

  mutating func mutate(_ random: inout SplitMix) {
    guard !packets.isEmpty else { return }
    let chosen = random.below(packets.count)
    let other = random.below(packets.count)
    switch random.below(10) {
    case 0: packets.swapAt(chosen, other)
    case 1: packets.insert(packets[chosen], at: other)
    case 2: packets.remove(at: chosen)
    case 3: resize(chosen, to: random.below(packets[chosen].count + 64))
    default:
      // Behind Ethernet, IP and TCP lie the protocols: that is where most of it is spent.
      let start = min(16 + (random.below(4) == 0 ? 0 : 54), packets[chosen].count - 1)
      for _ in 0...random.below(6) {
        let place = start + random.below(packets[chosen].count - start)
        let edge: [UInt8] = [0, 1, 0x7F, 0x80, 0xFF, UInt8(truncatingIfNeeded: random.next())]
        packets[chosen][place] = edge[random.below(edge.count)]
      }
    }
  }

  /// Cuts or lengthens a packet, with its captured length; the wire's length stays.
  private mutating func resize(_ index: Int, to count: Int) {
    let length = max(0, count - 16)
    var packet = Array(packets[index].prefix(16 + length))
    packet += Array(repeating: 0, count: 16 + length - packet.count)
    for octet in 0..<4 { packet[8 + octet] = UInt8(truncatingIfNeeded: length >> (8 * octet)) }
    packets[index] = packet
  }
}

/// A descriptor that closes itself.
private struct MutantFile: ~Copyable {
  let descriptor: Int32

  init(_ path: String, _ flags: Int32) throws {
    // SAFETY: the path outlives the call.
    let opened = unsafe open(path, flags, 0o600)
    guard opened >= 0 else { throw CaptureFailure(.cannotOpen, path, "error \(errno)") }
    descriptor = opened
  }

  deinit { _ = close(descriptor) }
}

/// SplitMix64 (Steele, Lea and Flood 2014): the same numbers for the same seed everywhere.
private struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }

  mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(max(1, limit))) }
}
