import Correlation
import Detections
import Evidence
import Glibc
import Monitor
import Sensor

/// Damaged captures: whole files with bits flipped, packets cut, doubled, swapped and re-sized.
///
/// A trap or a hang ends the process and leaves the mutant behind, which is the proof and the next
/// test; so does a mutant that needs too much memory, or that is read differently a second time.
struct Mutants {
  let paths: [String]
  let count: Int
  let seed: UInt64
  /// Where the mutant of the moment lies: memory where the system has it.
  private let mutantPath = "/dev/shm/crosswatch-mutant-\(getpid()).pcap"

  /// Seconds after which a mutant is said to hang: the largest captures take a tenth of one.
  private static let secondsEach: UInt32 = 30
  /// What all captures together may take: some are 8 MiB, and are held twice.
  private static let peakMegabytes = 512
  /// Every so many mutants are read a second time.
  private static let twiceEvery = 8

  init(paths: [String], count: Int, seed: UInt64) {
    self.paths = paths
    self.count = count
    self.seed = seed
  }

  func run() async throws {
    var random = SplitMix(state: seed)
    var originals: [[UInt8]] = []
    for path in paths { originals.append(try read(path)) }
    var messages: UInt64 = 0
    var alerts = 0
    var refused = 0
    for number in 0..<count {
      let bytes = mutant(of: originals[number % originals.count], &random)
      try write(bytes)
      // The signal's own action ends the process.
      _ = alarm(Mutants.secondsEach)
      do {
        let first = try await Reading(mutantPath, threads: 1)
        messages += first.messages
        alerts += first.alertCount
        if number % Mutants.twiceEvery == 0, try await Reading(mutantPath, threads: 3) != first {
          throw CaptureFailure(.cannotRead, mutantPath, "it says something else the second time")
        }
      } catch let failure as CaptureFailure where failure.code != .cannotRead {
        refused += 1
      }
      if number % 64 == 0, peak > Mutants.peakMegabytes {
        throw CaptureFailure(.cannotRead, mutantPath, "memory grew to \(peak) MB")
      }
    }
    _ = alarm(0)
    _ = unsafe unlink(mutantPath)
    FileHandle.standardOutput.write(
      Array(
        ("\(count) mutants of \(paths.count) captures, seed \(seed): no trap, no hang, "
          + "\(refused) refused, \(messages) messages and \(alerts) alerts said, "
          + "peak \(peak) MB\n").utf8))
  }

  private var peak: Int {
    var usage = rusage()
    // SAFETY: the structure outlives the call.
    _ = unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss / 1024
  }

  // MARK: - Damage

  private func mutant(of original: [UInt8], _ random: inout SplitMix) -> [UInt8] {
    // Most damage is inside packets: a file whose framing is lost is not read far.
    if random.below(8) > 0, var packets = ClassicCapture(original) {
      for _ in 0...random.below(16) { packets.mutate(&random) }
      return packets.bytes
    }
    var bytes = original
    for _ in 0...random.below(4) { mutate(&bytes, &random) }
    return bytes
  }

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

/// What a capture says: its lines and its alerts.
private struct Reading: Equatable {
  let messages: UInt64
  let alertCount: Int
  /// A hash of the lines.
  private let lines: String
  private let alerts: [UInt8]

  init(_ path: String, threads: Int) async throws {
    var hash = StableHash()
    var decoder = try Decoder(paths: [path])
    while let octets = try decoder.next() {
      for octet in octets { hash.add(octet) }
    }
    messages = decoder.coverage.messages
    lines = hash.text()
    let analysis = Analysis(correlator: Correlator(), engine: DetectionEngine())
    var replay = try Replay(paths: [path], analysis: analysis, threads: threads)
    let found = try await replay.run().alerts
    alertCount = found.count
    var json = JSONWriter()
    for alert in found {
      alert.write(to: &json)
      json.endLine()
    }
    alerts = json.bytes
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
