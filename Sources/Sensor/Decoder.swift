public import Evidence

/// The lines of `decode` for captures: one JSON object a message, in the order in which messages
/// complete.
public struct Decoder {
  private var captures: CaptureSet
  private var shard = Shard(0, of: 1, wantsLines: true, wantsActivities: false)
  private var isFinished = false

  /// Opens captures, files or folders; of the protocols named, or of all.
  public init(paths: [String], protocols: [String] = []) throws(CaptureFailure) {
    captures = try CaptureSet(paths: paths)
    shard.want(protocols)
  }

  /// The next lines, as octets; nil at the end.
  public mutating func next() throws(CaptureFailure) -> [UInt8]? {
    while !isFinished {
      shard.reset()
      if let run = try captures.next() {
        shard.take(run)
      } else {
        shard.finish()
        isFinished = true
      }
      let bytes = shard.output.json.bytes
      if !bytes.isEmpty { return bytes }
    }
    return nil
  }

  /// What was seen so far, and what could not be read.
  public var coverage: Coverage { shard.output.coverage }

  public var damages: [CaptureDamage] { captures.damages }
}
