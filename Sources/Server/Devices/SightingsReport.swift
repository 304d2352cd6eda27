import Connectors
import Evidence
import Foundation
import Store
import Workspaces

/// `crosswatch devices seen`: where a file, URL or address was met across the network (rule R169).
public struct SightingsReport: DevicesReport {
  private struct Sighting {
    var device: String
    var alert: String
    var time: Instant?
  }

  private let what: String
  private let sightings: [Sighting]

  /// Documents that are looked through.
  private static let limit = 1_000_000
  /// Fields of evidence that hold what can be asked for.
  private static let fields = [
    "sha1", "sha256", "md5", "url", "ipAddress", "fileName", "domainName",
  ]

  public init(_ folder: WorkspaceFolder, _ what: String) throws {
    self.what = what
    let wanted = what.lowercased()
    let store = try folder.questions()
    var names: [String: String] = [:]
    for document in try store.devices(limit: SightingsReport.limit) {
      guard let device = try DefenderForEndpoint.device(json: document.json) else { continue }
      names[device.id] = device.dnsName
    }
    var found: [Sighting] = []
    for document in try store.endpointAlerts(limit: SightingsReport.limit) {
      guard SightingsReport.holds(document.json, wanted),
        let alert = try DefenderForEndpoint.alert(json: document.json)
      else { continue }
      let device = alert.deviceID.flatMap { names[$0.lowercased()] } ?? alert.deviceName
      found.append(
        Sighting(
          device: (device ?? alert.deviceID ?? "unknown").lowercased(), alert: alert.title,
          time: alert.time))
    }
    sightings = found.sorted { ($0.device, $0.alert) < ($1.device, $1.alert) }
  }

  private static func holds(_ json: String, _ wanted: String) -> Bool {
    // Most documents hold it nowhere: only the others are taken apart.
    guard json.lowercased().contains(wanted) else { return false }
    do {
      let document = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
      let evidence = document?["evidence"] as? [[String: Any]] ?? []
      return evidence.contains { piece in
        fields.contains { (piece[$0] as? String)?.lowercased() == wanted }
      }
    } catch {
      return false
    }
  }

  public var json: String {
    var json = JSONWriter()
    json.beginObject()
    json.member("what", what)
    json.member("devices", list: Set(sightings.map(\.device)).sorted())
    json.key("sightings")
    json.beginArray()
    for sighting in sightings {
      json.beginObject()
      json.member("device", sighting.device)
      json.member("alert", sighting.alert)
      json.member("time", sighting.time)
      json.endObject()
    }
    json.endArray()
    json.endObject()
    return json.text
  }

  public func lines(usesColour: Bool) -> [String] {
    guard !sightings.isEmpty else { return ["Seen on no device."] }
    var table = Table([.init("Device"), .init("Time"), .init("Alert")])
    for sighting in sightings {
      table.add([
        .init(sighting.device), .init(sighting.time.map(Quantity.time) ?? ""),
        .init(sighting.alert),
      ])
    }
    return table.lines(usesColour: usesColour)
  }
}
