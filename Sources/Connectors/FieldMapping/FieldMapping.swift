import Evidence
import Foundation
public import Workspaces

/// Which field of another product's documents is what: a JSON file that people write.
///
/// ```json
/// {
///   "documents": "hits.hits",
///   "alert": {
///     "id": "_id", "title": "_source.rule.name", "alertCreationTime": "_source.@timestamp",
///     "severity": {"field": "_source.event.severity", "values": {"73": "High"}, "else": "Medium"},
///     "status": {"value": "New"}, "machineId": "_source.host.id",
///     "computerDnsName": "_source.host.name", "userName": "_source.user.name"
///   },
///   "machine": {"id": "host.id", "computerDnsName": "host.name", "lastSeen": "@timestamp"}
/// }
/// ```
///
/// `documents` is the way to the list, left out where the file is the list; a way is names joined
/// by dots, and a name that itself has dots is found as well. A rule is a way, or an object with
/// `field`, `values` (a table of words) and `else`, or a fixed `value`. A document is an alert where
/// the alert's `id` and `title` are found, otherwise a machine. Keys on the left are those of
/// Defender for Endpoint; `userName`, `userDomain`, `userSid`, `userPrincipalName`, `ipAddress` and
/// `processCommandLine` become evidence, and `secureScore` is read as `configurationScore`.
public struct FieldMapping: Sendable, Connector {
  public static let title = "Documents of another shape"
  public static let kind: IntegrationKind? = .defenderForEndpoint

  private let documentsPath: String?
  private let alert: [Rule]
  private let machine: [Rule]

  /// Where one value comes from.
  private struct Rule: Sendable {
    var target: String
    var path: String?
    var values: [String: String]
    var fallback: String?
  }

  /// Octets of a mapping that people write.
  private static let maximumByteCount = 1 << 20

  private static let alertKeys = [
    "id", "title", "severity", "status", "category", "classification", "determination",
    "detectionSource", "investigationState", "alertCreationTime", "firstEventTime",
    "lastEventTime", "lastUpdateTime", "machineId", "computerDnsName", "mitreTechniques",
    "aadTenantId", "userName", "userDomain", "userSid", "userPrincipalName", "ipAddress",
    "processCommandLine",
  ]
  private static let machineKeys = [
    "id", "computerDnsName", "aadDeviceId", "firstSeen", "lastSeen", "lastIpAddress",
    "osPlatform", "version", "healthStatus", "onboardingStatus", "exposureLevel", "riskScore",
    "configurationScore", "secureScore", "macAddress",
  ]

  public init(file: String) throws(ConnectorFailure) {
    let bytes = try FileBytes.read(file, atMost: FieldMapping.maximumByteCount)
    guard let fields = try JSONDocuments.read(bytes, file: file).first else {
      throw ConnectorFailure(.malformed, file: file, reason: "holds no mapping")
    }
    for name in fields.object.keys.sorted()
    where !["documents", "alert", "machine"].contains(name) {
      throw fields.wrong(name, "is unknown; known: documents, alert, machine")
    }
    documentsPath = try fields.text("documents")
    alert = try FieldMapping.rules(fields.object("alert"), FieldMapping.alertKeys)
    machine = try FieldMapping.rules(fields.object("machine"), FieldMapping.machineKeys)
    let knowsIdentity = (alert + machine).contains { $0.target == "id" }
    guard knowsIdentity else { throw fields.wrong("alert", "must say where the id is") }
  }

  private static func rules(
    _ fields: JSONFields?, _ known: [String]
  ) throws(ConnectorFailure) -> [Rule] {
    guard let fields else { return [] }
    var rules: [Rule] = []
    for name in fields.object.keys.sorted() {
      guard known.contains(name) else {
        throw fields.wrong(name, "is unknown; known: \(known.joined(separator: ", "))")
      }
      if let path = fields.object[name] as? String {
        rules.append(Rule(target: name, path: path, values: [:], fallback: nil))
        continue
      }
      guard let one = try fields.object(name) else { continue }
      let values = one.object["values"] as? [String: String] ?? [:]
      let other = try one.text("else")
      let fixed = try one.text("value")
      let fallback = other ?? fixed
      let path = try one.text("field")
      guard path != nil || fallback != nil else {
        throw fields.wrong(name, "needs a 'field' or a 'value'")
      }
      rules.append(Rule(target: name, path: path, values: values, fallback: fallback))
    }
    return rules
  }

  /// The documents of a file, in their own shape.
  func documents(_ bytes: [UInt8], file: String) throws(ConnectorFailure) -> [JSONFields] {
    guard let documentsPath else { return try JSONDocuments.read(bytes, file: file) }
    var all: [JSONFields] = []
    for root in try JSONDocuments.read(bytes, file: file) {
      guard let list = FieldMapping.value(at: documentsPath, in: root.object) as? [Any] else {
        throw root.wrong(documentsPath, "is no list of documents")
      }
      all += list.compactMap { ($0 as? [String: Any]).map(root.replaced) }
    }
    return all
  }

  /// A document in the shape of Defender for Endpoint, the original kept within.
  func shaped(_ fields: JSONFields) throws(ConnectorFailure) -> JSONFields {
    let asAlert = FieldMapping.read(alert, fields.object)
    guard asAlert["id"] != nil, asAlert["title"] != nil else {
      return fields.replaced(machine(FieldMapping.read(machine, fields.object), fields))
    }
    return fields.replaced(alert(asAlert, fields))
  }

  private func alert(_ found: [String: String], _ fields: JSONFields) -> [String: Any] {
    var shaped: [String: Any] = ["severity": "UnSpecified", "status": "Unknown"]
    var user: [String: Any] = ["entityType": "User"]
    var evidence: [[String: Any]] = []
    for (name, text) in found {
      switch name {
      case "userName": user["accountName"] = text
      case "userDomain": user["domainName"] = text
      case "userSid", "userPrincipalName": user[name] = text
      case "ipAddress": evidence.append(["entityType": "Ip", name: text])
      case "processCommandLine": evidence.append(["entityType": "Process", name: text])
      default: shaped[name] = text
      }
    }
    if user.count > 1 { evidence.append(user) }
    // In one order, whatever the dictionary's.
    evidence.sort { "\($0["entityType"] ?? "")" < "\($1["entityType"] ?? "")" }
    shaped["evidence"] = evidence
    shaped["original"] = fields.object
    return shaped
  }

  private func machine(_ found: [String: String], _ fields: JSONFields) -> [String: Any] {
    var shaped: [String: Any] = found
    // The older name of the same figure (rule R50).
    if let score = shaped.removeValue(forKey: "secureScore") {
      shaped["configurationScore"] = score
    }
    if let hardware = shaped.removeValue(forKey: "macAddress") {
      let address = found["lastIpAddress"] ?? ""
      shaped["ipAddresses"] = [["ipAddress": address, "macAddress": hardware]]
    }
    shaped["original"] = fields.object
    return shaped
  }

  private static func read(_ rules: [Rule], _ object: [String: Any]) -> [String: String] {
    var found: [String: String] = [:]
    for rule in rules {
      let text = rule.path.flatMap { words(value(at: $0, in: object)) }
      let mapped = text.flatMap { rule.values.isEmpty ? $0 : rule.values[$0] }
      if let value = mapped ?? rule.fallback { found[rule.target] = value }
    }
    return found
  }

  /// The value at the end of a way; names with dots of their own are tried whole first.
  private static func value(at path: String, in value: Any) -> Any? {
    guard !path.isEmpty else { return value }
    guard let members = value as? [String: Any] else { return nil }
    if let whole = members[path] { return whole }
    for (place, character) in zip(path.indices, path) where character == "." {
      guard let next = members[String(path[..<place])] else { continue }
      if let found = self.value(at: String(path[path.index(after: place)...]), in: next) {
        return found
      }
    }
    return nil
  }

  private static func words(_ value: Any?) -> String? {
    switch value {
    case let text as String: text.isEmpty ? nil : text
    case let number as NSNumber: number.stringValue
    case let list as [Any]: list.compactMap { $0 as? String }.joined(separator: ",")
    default: nil
    }
  }
}
