import Evidence

#if canImport(Glibc)
  import Glibc
#endif

/// The captures of a path that others write to, in the order in which they begin.
///
/// A capture is known by its first packet, not by its name: one that was renamed or compressed since
/// is the same, one that has a name of before is another.
struct FollowedFiles {
  private let path: String
  /// What was seen of each file when it was last looked at.
  private var looks: [String: Look] = [:]
  /// The first packets of captures that were found, and when they were last there.
  private var begun: [FirstPacket: Int] = [:]
  private var lookCount = 0
  /// Captures that were no longer where they had been found.
  private var missed: [FirstPacket: String] = [:]
  /// Found, and not yet followed: the first at the end.
  private var waiting: [Candidate] = []
  /// Files that are no captures, and were not told yet.
  private var damages: [CaptureDamage] = []

  /// A capture to be followed.
  struct Candidate: Hashable {
    var path: String
    var identity: FileIdentity
    fileprivate var first: FirstPacket
  }

  private struct Look {
    var identity: FileIdentity
    var byteCount: UInt64
    var changed: Instant
    var first: FirstPacket?
  }

  fileprivate struct FirstPacket: Hashable {
    var time: Instant
    var capturedLength: Int
    var originalLength: Int
  }

  /// Looks for which a capture is remembered that is not there: as it is renamed, it may be missed.
  private static let memory = 100

  init(path: String) { self.path = path }

  /// How many captures were found and not yet followed.
  var waitingCount: Int { waiting.count }

  /// The capture to be followed next, where there is one.
  var next: Candidate? { waiting.last }

  mutating func takeNext() -> Candidate? { waiting.popLast() }

  /// Takes back a capture that is no longer where it was found: it may have another name.
  mutating func giveBack(_ candidate: Candidate) {
    begun[candidate.first] = nil
    missed[candidate.first] = candidate.path
  }

  /// Files that were found to be no captures since the last call.
  mutating func takeDamages() -> [CaptureDamage] {
    defer { damages = [] }
    return damages
  }

  /// Looks what is there now.
  ///
  /// A folder that is empty or away for a moment is no failure, too many captures are.
  mutating func look() throws(CaptureFailure) {
    lookCount += 1
    let paths = names()
    guard paths.count <= Limits.followedCaptures else {
      throw CaptureFailure(
        .cannotOpen, path,
        "\(paths.count) captures are there; follow a pattern that fewer than "
          + "\(Limits.followedCaptures) match")
    }
    var seen: [String: Look] = [:]
    var found: [Candidate] = []
    for path in paths {
      guard let look = look(at: path) else { continue }
      seen[path] = look
      guard let first = look.first else { continue }
      if begun.updateValue(lookCount, forKey: first) == nil {
        found.append(Candidate(path: path, identity: look.identity, first: first))
        missed[first] = nil
      }
    }
    for path in missed.values.sorted() {
      damages.append(
        CaptureDamage(path: path, offset: 0, reason: "it was taken away before it was read"))
    }
    missed = [:]
    looks = seen
    begun = begun.filter { lookCount - $0.value < FollowedFiles.memory }
    guard !found.isEmpty else { return }
    waiting += found
    waiting.sort { ($0.first.time, $0.path) > ($1.first.time, $1.path) }
  }

  private func names() -> [String] {
    do throws(CaptureFailure) {
      return try CapturePaths.captures(path)
    } catch {
      return []
    }
  }

  /// What a file is now; nil where it went away.
  private mutating func look(at path: String) -> Look? {
    var status = stat()
    // SAFETY: `path` and `status` outlive the call, which keeps no pointer to them.
    guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    var look = Look(
      identity: FileIdentity(status), byteCount: UInt64(clamping: status.st_size),
      changed: Instant(
        seconds: Int64(status.st_mtim.tv_sec), nanoseconds: Int64(status.st_mtim.tv_nsec)))
    if let known = looks[path], known.identity == look.identity, known.changed == look.changed,
      known.byteCount == look.byteCount
    {
      return known
    }
    do throws(CaptureFailure) {
      let file = try CaptureFile(
        path: path, index: 0, blockByteCount: CaptureFile.smallBlockByteCount, isGrowing: true)
      if try file.hasPacket(), let packet = file.packets.first {
        look.first = FirstPacket(
          time: packet.time, capturedLength: packet.capturedLength,
          originalLength: packet.originalLength)
        try file.refuseUnsupported(packet)
      } else if let damage = file.damage, looks[path]?.identity != look.identity {
        damages.append(damage)
      }
    } catch {
      look.first = nil
      if looks[path]?.identity != look.identity {
        damages.append(CaptureDamage(path: path, offset: 0, reason: error.reason))
      }
    }
    return look
  }
}
