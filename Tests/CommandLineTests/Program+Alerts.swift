import Foundation
import Testing

extension Program {
  /// Alerts as they were said last, by identity, without the names of their captures.
  static func alerts(_ lines: String) throws -> [String: NSDictionary] {
    var found: [String: NSDictionary] = [:]
    for line in lines.split(separator: "\n") {
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
      var alert = try #require(object as? [String: Any])
      let pieces = alert["evidence"] as? [[String: Any]] ?? []
      alert["evidence"] = pieces.map { $0.filter { $0.key != "capture" } }
      found[try #require(alert["id"] as? String)] = alert as NSDictionary
    }
    return found
  }

  /// The same of a replay.
  func replayed(_ path: String) throws -> [String: NSDictionary] {
    let run = try self.run("replay", path, "--no-store", "--alerts-to", "-")
    #expect(run.code == 0, "\(run.notes)")
    return try Program.alerts(run.output)
  }
}
