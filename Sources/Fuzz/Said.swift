import Correlation
import Detections
import Evidence
import Monitor

@testable import Sensor

/// What the sensor said of a run: lines, activities, alerts.
struct Said {
  private var lines: [UInt8]
  private var activities: [Activity]
  let coverage: Coverage

  /// Shows runs to new shards, and puts together what they say.
  init(of runs: [PacketRun], shards count: Int = 1) {
    var parts: [Output.Part] = []
    var coverage = Coverage()
    lines = []
    for index in 0..<count {
      var shard = Shard(index, of: count, wantsLines: true, wantsActivities: true)
      for run in runs { shard.take(run) }
      shard.finish()
      lines += shard.output.json.bytes
      coverage.add(shard.output.coverage)
      parts.append(shard.takePart())
    }
    var activities: [Activity] = []
    Output.inOrder(&parts) { activities.append($0) }
    self.activities = activities
    self.coverage = coverage
  }

  /// Whether all was read: nothing refused, lost or forgotten.
  var isComplete: Bool {
    coverage[.undecoded] == 0 && coverage[.gaps] == 0 && coverage[.evictions] == 0
  }

  /// The alerts that follow from the activities, as text.
  var alerts: [UInt8] {
    var analysis = Analysis(correlator: Correlator(), engine: DetectionEngine())
    analysis.begin(capture: "fuzz")
    var said = activities
    for index in said.indices { analysis.take(&said[index]) }
    var json = JSONWriter()
    for alert in analysis.alerts() {
      alert.write(to: &json)
      json.endLine()
    }
    for entity in analysis.entities() { json.value(String(describing: entity)) }
    return json.bytes
  }

  /// Lines and activities, without the numbers of packets: a stream that is cut elsewhere has others.
  var text: [UInt8] {
    var text: [UInt8] = []
    var isInFrame = false
    let key = Array("\"frame\":".utf8)
    text.reserveCapacity(lines.count)
    for octet in lines {
      if isInFrame, (0x30...0x39).contains(octet) { continue }
      text.append(octet)
      isInFrame = octet == UInt8(ascii: ":") && text.suffix(key.count) == key[...]
    }
    var json = JSONWriter()
    for var activity in activities {
      activity.proof = Activity.Proof(capture: 0, request: 0)
      activity.write(to: &json, capture: nil)
      json.endLine()
    }
    return text + json.bytes
  }
}

/// Traps where two readings of the same traffic differ, and says where.
func expect(_ left: Said, _ right: Said, _ sentence: String) {
  let (one, other) = (left.text, right.text)
  guard one != other else { return }
  let place = zip(one, other).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? 0
  let start = max(0, place - 400)
  hold(
    false,
    "\(sentence):\n\(String(decoding: one[start...].prefix(800), as: UTF8.self))\n"
      + "or:\n\(String(decoding: other[start...].prefix(800), as: UTF8.self))")
}
