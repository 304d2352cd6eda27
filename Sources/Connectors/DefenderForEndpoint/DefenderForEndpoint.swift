public import Evidence
public import Workspaces

/// Alert and machine documents of Microsoft Defender for Endpoint, as its REST API returns them.
///
/// Read leniently where real exports differ: unknown keys are kept, enumerations are compared
/// without regard to case, null and empty texts are absent. Strictly where a document would mean
/// nothing: an alert without title, a machine without identity.
public enum DefenderForEndpoint: Connector {
  public static let title = "Microsoft Defender for Endpoint"
  public static let kind: IntegrationKind? = .defenderForEndpoint

  /// Octets of one file: a page of the API has at most 10,000 alerts, far below.
  public static let maximumByteCount = 1 << 30

  /// What a file holds, in its order.
  public struct Documents: Sendable {
    public var devices: [Document<Device>] = []
    public var alerts: [Document<EndpointAlert>] = []
  }

  /// A value with the text it was read from, unknown keys included.
  public struct Document<Value: Sendable>: Sendable {
    public var value: Value
    public var json: String
  }

  /// Reads a file; all of it, or an error that names file, document and field.
  public static func read(file: String) throws(ConnectorFailure) -> Documents {
    try read(FileBytes.read(file, atMost: maximumByteCount), file: file)
  }

  /// The same; a document that says it is of another tenant than `tenant` is refused.
  public static func read(file: String, ofTenant tenant: String?) throws -> Documents {
    let objects = try JSONDocuments.read(
      FileBytes.read(file, atMost: maximumByteCount), file: file)
    if let tenant {
      for object in objects { try refuseOtherTenant(object, tenant) }
    }
    return try documents(objects)
  }

  static func read(_ bytes: [UInt8], file: String) throws(ConnectorFailure) -> Documents {
    try documents(JSONDocuments.read(bytes, file: file))
  }

  /// Reads objects as alerts or machines, by the keys that they have.
  static func documents(_ objects: [JSONFields]) throws(ConnectorFailure) -> Documents {
    var documents = Documents()
    for fields in objects {
      if isAlert(fields) {
        documents.alerts.append(
          Document(value: try EndpointAlert(fields), json: try fields.json()))
      } else if isMachine(fields) {
        documents.devices.append(Document(value: try Device(fields), json: try fields.json()))
      } else {
        throw fields.wrong("id", "is of neither an alert nor a machine document")
      }
    }
    return documents
  }

  /// Reads a stored machine document again.
  public static func device(json: String) throws(ConnectorFailure) -> Device? {
    try read(Array(json.utf8), file: "stored machine").devices.first?.value
  }

  /// Reads a stored alert document again.
  public static func alert(json: String) throws(ConnectorFailure) -> EndpointAlert? {
    try read(Array(json.utf8), file: "stored endpoint alert").alerts.first?.value
  }

  /// Keys that alerts have and machines have not.
  private static func isAlert(_ fields: JSONFields) -> Bool {
    ["title", "alertCreationTime", "machineId", "detectionSource", "incidentId"]
      .contains(where: fields.has)
  }

  private static func isMachine(_ fields: JSONFields) -> Bool {
    [
      "computerDnsName", "healthStatus", "onboardingStatus", "osPlatform", "lastIpAddress",
      "ipAddresses", "riskScore", "lastSeen",
    ].contains(where: fields.has)
  }
}
