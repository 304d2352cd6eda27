import Evidence

extension EndpointAlert {
  /// An alert document of the REST API.
  init(_ fields: JSONFields) throws(ConnectorFailure) {
    self.init(
      id: try fields.requiredText("id"), title: try fields.requiredText("title"),
      severity: try fields.requiredText("severity"), status: try fields.requiredText("status"))
    created = try fields.requiredTime("alertCreationTime")
    firstEvent = try fields.time("firstEventTime")
    lastEvent = try fields.time("lastEventTime")
    updated = try fields.time("lastUpdateTime")
    category = try fields.text("category")
    classification = try fields.text("classification")
    determination = try fields.text("determination")
    detectionSource = try fields.text("detectionSource")
    investigationState = try fields.text("investigationState")
    deviceID = try fields.text("machineId")?.lowercased()
    deviceName = try fields.text("computerDnsName")
    techniques = try fields.texts("mitreTechniques")
    if let user = try fields.object("relatedUser") {
      add(
        EndpointUser(name: try user.text("userName"), domain: try user.text("domainName")))
    }
    for piece in try fields.objects("evidence") { try take(piece) }
  }

  private mutating func take(_ piece: JSONFields) throws(ConnectorFailure) {
    let type = try piece.text("entityType") ?? "Evidence"
    if type.lowercased() == "user" {
      add(
        EndpointUser(
          name: try piece.text("accountName"), domain: try piece.text("domainName"),
          sid: try piece.text("userSid"), entraID: try piece.text("aadUserId")?.lowercased(),
          principalName: try piece.text("userPrincipalName")))
    }
    let text = try piece.text("ipAddress")
    if let address = text.flatMap({ Address($0) }), !addresses.contains(address) {
      addresses.append(address)
    }
    guard let words = try EndpointAlert.words(of: piece) else { return }
    evidence.append("\(type): \(words)")
  }

  /// What a piece of evidence shows, the most telling key first; nil where it shows nothing.
  private static func words(of piece: JSONFields) throws(ConnectorFailure) -> String? {
    for name in [
      "processCommandLine", "registryKey", "url", "ipAddress", "userPrincipalName", "accountName",
    ] {
      if let text = try piece.text(name) { return text }
    }
    guard let file = try piece.text("fileName") else { return nil }
    guard let folder = try piece.text("filePath") else { return file }
    return "\(folder)\\\(file)"
  }

  /// Adds a user that is named by something, once.
  private mutating func add(_ user: EndpointUser) {
    guard user != EndpointUser(), !users.contains(user) else { return }
    users.append(user)
  }
}
